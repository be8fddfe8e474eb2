"""Each planted fault turns the storm red, and by the very word that names it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from tests.faults.planted import PLANTED
from tests.faults.storm import Storm
from tests.faults.test_storm import SEED, old_copy_grows_as_long
from tests.faults.verdict import Verdict
from tests.faults.weather import Weather

LONGEST = 40  # events: a fault shows itself by chance
# An agent that is killed forgets how long it meant to wait: more is sent.
LIGHT = {"kill visitor": 1, "kill kiosk-agent": 2}


def until_it_shows(storm: Storm) -> Verdict:
    """Weather until the verdict names each fault, or for as long as it may take."""
    sky = Weather(storm, LIGHT)
    for _ in range(LONGEST):
        storm.watch(storm.breath_s)
        sky.breathe()
        verdict = storm.judge()
        if are_shown(storm.planted, verdict):
            break
        sky.happens()
    return verdict


def are_shown(planted: Sequence[str], verdict: Verdict) -> bool:
    """Whether the verdict says of each of them one of the words that it may."""
    return all(PLANTED[fault] & verdict.wrong.keys() for fault in planted)


def an_old_copy(storm: Storm) -> Verdict:
    """It goes on with other rows, and soon says that central has them all."""
    old_copy_grows_as_long(storm)
    storm.heal.touch()
    storm.start(storm.kiosk.agent)
    storm.wait_for(storm.kiosk.agent, lambda: _says_all_is_sent(storm))
    return storm.judge()


def _says_all_is_sent(storm: Storm) -> bool:
    claims = storm.kiosk.claims()
    return claims is not None and claims[1] >= claims[2]


def a_poison_row(storm: Storm) -> Verdict:
    """Central breaks at it again and again, over a network that is well."""
    storm.wait_for("visitor", lambda: _poison_is_there(storm))
    storm.kill_people(storm.kiosk)
    storm.heal.touch()
    storm.running.kill(storm.kiosk.agent)
    storm.start(storm.kiosk.agent)
    storm.wait_for(storm.kiosk.agent, lambda: _is_broken_off(storm))
    return storm.judge()


def _is_broken_off(storm: Storm) -> bool:
    report = storm.kiosk.report()
    return report.http_status == 500 and report.failures >= 2


def _poison_is_there(storm: Storm) -> bool:
    return any("\0" in row.value for row in storm.kiosk.rows())


def an_old_backup_of_central(storm: Storm) -> Verdict:
    sky = Weather(storm, LIGHT)
    storm.wait_for("visitor", lambda: bool(sky.someone_who_spoke()))
    storm.kill_people(storm.kiosk)
    storm.drain()
    sky.happens("copy central")
    sky.happens("erase response")
    sky.happens("restore central")
    storm.wait_for_central()
    return until_it_shows(storm)


# Faults that show themselves by different words may meet in one storm. An early
# watermark meets no other: without retries little comes twice.
SCENES: Sequence[tuple[tuple[str, ...], Callable[[Storm], Verdict]]] = (
    (("early_watermark",), until_it_shows),
    (("no_key_check", "body_in_a_line"), until_it_shows),
    (("uncommitted",), until_it_shows),
    (("above_last",), an_old_copy),
    (("whole_batch",), a_poison_row),
    (("forgotten_erasures",), an_old_backup_of_central),
)


@pytest.mark.parametrize(("planted", "scene"), SCENES)
def test_a_planted_fault_turns_the_storm_red(
    new_storm: Callable[..., Storm],
    planted: Sequence[str],
    scene: Callable[[Storm], Verdict],
) -> None:
    storm = new_storm("sqlite", SEED, planted=planted, whole=False)
    if "no_key_check" in planted:
        drop_the_key(storm)
    storm.build()
    verdict = scene(storm)
    print(f"\n{planted}, seed {storm.seed}: {verdict}")
    assert are_shown(planted, verdict), verdict


def test_each_fault_is_planted_in_one_storm() -> None:
    planted = [fault for several, _ in SCENES for fault in several]
    assert sorted(planted) == sorted(PLANTED)


def drop_the_key(storm: Storm) -> None:
    """The table as a careless migration would leave it: without (device, seq)."""
    storm.store.do(
        "CREATE TABLE bare AS SELECT * FROM intake_answer",
        "DROP TABLE intake_answer",
        "ALTER TABLE bare RENAME TO intake_answer",
    )
