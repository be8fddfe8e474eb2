"""Is what a person has seen the screen move for still there when the plug was pulled?

The real kiosk in a process of its own, on a real file system whose power is cut under
it. What it said before that comes through a pipe, which no cut reaches. Only root can
do this. And what does a kiosk find that was killed in the middle of a visit?
"""

import random
import shutil
import time

import pytest

from feedback.log import Log
from tests.feedback.test_powerloss import Plug, why_not
from tests.kiosk.program import Program

as_root = pytest.mark.skipif(bool(why_not()), reason=why_not() or "-")
SEED = 20261122


def given_to(file, central):
    with Log.open(file) as log:
        central.deliver(log)
    return file


def acknowledged(said):
    """The number of rows that somebody saw the screen move for."""
    counts = [line.split(" ")[-1] for line in said if line.strip()]
    return max((int(one) for one in counts if one.isdigit()), default=0)


def lost_in_a_cut(folder, central, taps, *ways):
    """(acknowledged, lost) of a cut soon after so many taps, while visitors go on."""
    with Plug(folder) as plug:
        file = given_to(plug.mount / "answers.db", central)
        with Program(file, *ways) as kiosk:
            kiosk.say("visits")
            said = [kiosk.heard() for _ in range(taps)]
            time.sleep(taps % 5 / 50)
            kiosk.freeze()
            plug.cut()
            said += kiosk.kill()
        plug.back_on()
        with Log.open(file) as log:
            found = [answer.seq for answer in log.after(0, 10**9)]
            assert found == list(range(1, len(found) + 1))
            [ok] = log.db.conn.execute("PRAGMA integrity_check").fetchone()
            assert ok == "ok"
    told = acknowledged(said)
    return told, max(0, told - len(found))


def lost_in_cuts(tmp_path, central, runs, *ways):
    chance = random.Random(SEED)
    told = lost = 0
    for n in range(runs):
        folder = tmp_path / f"cut{n}"
        folder.mkdir()
        of_this = lost_in_a_cut(folder, central, chance.randrange(6, 26), *ways)
        shutil.rmtree(folder)
        told, lost = told + of_this[0], lost + of_this[1]
    print(f"seed {SEED}: {runs} cuts, {told} rows acknowledged, {lost} lost")
    assert told > 4 * runs, "hardly anything was acknowledged"
    return lost


@as_root
@pytest.mark.parametrize("cuts", [3, pytest.param(60, marks=pytest.mark.soak)])
def test_every_row_that_the_screen_moved_for_survives_a_pulled_plug(
    tmp_path, central, cuts
):
    assert lost_in_cuts(tmp_path, central, cuts) == 0


@as_root
@pytest.mark.parametrize("cuts", [2, pytest.param(20, marks=pytest.mark.soak)])
def test_that_a_kiosk_which_does_not_wait_for_the_disk_is_found(
    tmp_path, central, cuts
):
    assert lost_in_cuts(tmp_path, central, cuts, "NORMAL") > 0


# ── killed in the middle of a visit ──────────────────────────────────────────


def rows(file):
    with Log.open(file) as log:
        return [(row.question, row.value) for row in log.after(0, 1000)]


def test_a_kiosk_that_was_killed_in_a_visit_ends_it_and_shows_welcome(
    tmp_path, central
):
    file = given_to(tmp_path / "answers.db", central)
    with Program(file) as kiosk:
        kiosk.tap("start", "option-patient")
        assert kiosk.screen == "rating"
        second = Program.run(file)
        assert second.returncode == 1
        assert "is used by a kiosk that runs already" in second.stderr
    began = [("_language", "en"), ("_who", "patient")]
    assert rows(file) == began
    with Program(file) as kiosk:
        assert kiosk.screen == "welcome"
        assert rows(file) == [*began, ("_end", "left")]
        assert kiosk.tap("start", "option-carer") == "rating"
    with Program(file) as kiosk:
        assert kiosk.screen == "welcome"
    assert [value for question, value in rows(file) if question == "_end"] == [
        "left", "left",
    ]  # fmt: skip
