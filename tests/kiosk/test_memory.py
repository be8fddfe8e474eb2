"""A stolen tablet: no word that a patient wrote is in any file, whenever it was taken,
nor in the memory of a kiosk that waits for the next one."""

import os
import random
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from feedback.log import Log
from kiosk.memory import ENDED_AT, ended_before
from tests.kiosk.conftest import failing
from tests.kiosk.program import ROOT, Program
from tests.kiosk.test_power import given_to
from tests.kiosk.walk import to_comment

SEED = 20261122
LETTERS = "bcdfghjklmnpqrstvwxz"  # words of these stand in no program
PR_GET_DUMPABLE = 3

as_root = pytest.mark.skipif(
    os.geteuid() != 0, reason="only root can read the memory of a kiosk"
)


@pytest.fixture
def tablet(tmp_path):
    """A folder for everything that the program could write to, by what tells it so."""
    for name in ("home", "tmp", "log"):
        (tmp_path / name).mkdir()
    places = {"HOME": "home", "TMPDIR": "tmp", "XDG_CACHE_HOME": "home"}
    return tmp_path, {key: str(tmp_path / name) for key, name in places.items()}


def new_words(chance, count):
    return ["".join(chance.choices(LETTERS, k=7)) for _ in range(count)]


def a_visit(words):
    """Its commands: a word of their own on the map, a comment, and where they are."""
    return [
        *("tap start", "tap skip", "tap skip"),
        *("tap place-meals-0", "tap words-meals", "tap option-own", "tap next"),
        *(f"key {letter}" for letter in words[0]),
        *("tap next", "tap next", "tap option-meals"),
        *(f"key {letter}" for letter in " ".join(words[1:3])),
        *("tap next", "tap skip", "tap skip", "tap option-no", "tap option-yes"),
        *(f"key {letter}" for letter in words[3]),
        "tap finish",
    ]  # fmt: skip


def as_bytes(word):
    """In every form in which a program holds a text."""
    return [word.encode(form) for form in ("utf-8", "utf-16-le", "utf-32-le")]


def in_files(folder, words):
    """The files with one of these words in them."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert any(path.name == "answers.db" for path in files)
    raw = {path: path.read_bytes() for path in files}
    forms = [form for word in words for form in as_bytes(word)]
    return [path.name for path, held in raw.items() if any(f in held for f in forms)]


def in_memory(pid, words):
    """The words that stand anywhere in this process."""
    found = set()
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for part in _parts(pid):
            try:
                memory.seek(part.start)
                held = memory.read(len(part))
            except OSError:
                continue  # the kernel's own, or a device's
            found |= {w for w in words if any(form in held for form in as_bytes(w))}
    return found


def _parts(pid):
    for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
        where, rights, *rest = line.split()
        if "r" in rights and not (rest[3:] and rest[3].startswith("[v")):
            start, end = (int(one, 16) for one in where.split("-"))
            yield range(start, end)


# ── files ────────────────────────────────────────────────────────────────────


def killed_at(tablet, central, chance, *ways):
    """(words, files that hold one) of a kiosk that was killed at any moment."""
    folder, environ = tablet
    words = new_words(chance, 4)
    commands = a_visit(words)
    commands = commands[: chance.randrange(commands.index("tap next"), len(commands))]
    log = folder / "log" / f"{chance.random()}"
    log.mkdir()
    file = given_to(log / "answers.db", central)
    with Program(file, *ways, **environ) as kiosk:
        for command in commands:
            kiosk.do(command)
        kiosk.process.send_signal(signal.SIGKILL)
        kiosk.kill()
    return words, in_files(folder, words)


@pytest.mark.parametrize("kills", [2, pytest.param(40, marks=pytest.mark.soak)])
def test_no_word_is_in_any_file_of_a_kiosk_that_was_killed(tablet, central, kills):
    chance = random.Random(SEED)
    for _ in range(kills):
        words, files = killed_at(tablet, central, chance)
        assert files == [], f"seed {SEED}: {words}"


def test_that_words_which_are_not_sealed_are_found_in_files(tablet, central):
    folder, environ = tablet
    words = new_words(random.Random(SEED), 4)
    file = given_to(folder / "log" / "answers.db", central)
    with Program(file, "unsealed", **environ) as kiosk:
        for command in a_visit(words)[:-1]:
            kiosk.do(command)
    assert set(in_files(folder, words)) & {"answers.db", "answers.db-wal"}


# ── memory ───────────────────────────────────────────────────────────────────


def left_in_memory(tablet, central, *ways, end=("tap finish", "wait 9")):
    """(words, those that stand in memory, the folder) once the screen is welcome."""
    folder, environ = tablet
    words = new_words(random.Random(), 4)
    file = given_to(folder / "log" / "answers.db", central)
    with Program(file, *ways, **environ) as kiosk:
        for command in a_visit(words)[:-1]:
            kiosk.do(command)
        assert in_memory(kiosk.process.pid, words), "it looks in the wrong place"
        for command in end:
            kiosk.do(command)
        assert kiosk.screen == "welcome"
        found = in_memory(kiosk.process.pid, words)
        kiosk.tap("start")
    assert in_files(folder, words) == []
    with Log.open(file) as log:
        last = [(row.question, row.value) for row in log.after(0, 1000)]
    return words, found, last


@as_root
@pytest.mark.parametrize(
    "end",
    [("tap finish", "wait 9"), pytest.param(("wait 85",), marks=pytest.mark.soak)],
)
def test_no_word_is_in_memory_once_the_screen_is_clear(tablet, central, end):
    words, found, rows = left_in_memory(tablet, central, end=end)
    assert found == set(), words
    ends = [value for question, value in rows if question == "_end"]
    assert ends[0] == ("finished" if "tap finish" in end else "left")
    # When the visit ended is not forgotten. Who comes after one that was left for more
    # than a minute is somebody else.
    assert (("_repeat", "yes") in rows) == ("tap finish" in end)


@as_root
def test_that_a_kiosk_which_does_not_begin_again_is_found(tablet, central):
    _, found, _ = left_in_memory(tablet, central, "stays")
    assert found


# ── it begins again ──────────────────────────────────────────────────────────

BEGINS_AGAIN = """
import os, sys, time
import kiosk.__main__ as program
real = program.make_app
def make(*given):
    app = real(*given)
    from kivy.clock import Clock
    before = app.world.ended_before
    def then(_):
        if before == float("-inf"):
            app.world.begin_again(time.monotonic())
        print(time.monotonic() - before, *os.listdir(os.environ["TMPDIR"]), flush=True)
        app.stop()
    Clock.schedule_once(then, 0)
    return app
program.make_app = make
sys.exit(program.main(["--practice"]))
"""


def test_the_program_begins_again_in_its_own_place_and_leaves_nothing_behind(
    tablet, central
):
    folder, environ = tablet
    file = given_to(folder / "log" / "answers.db", central)
    environ |= {"WARDVOICE_LOG": str(file), "WARDVOICE_KIOSK_SIZE": "1280x800"}
    done = subprocess.run(
        [sys.executable, "-c", BEGINS_AGAIN],
        env={**os.environ, **environ, "SDL_VIDEODRIVER": "offscreen"},
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    seconds, *folders = done.stdout.split()
    print(f"from the end of a visit to the first frame: {seconds} s")
    assert 0 < float(seconds) < 60
    assert len(folders) == 1  # its own, and not that of the one before
    assert list((folder / "tmp").iterdir()) == []


def test_a_visit_without_words_does_not_make_it_begin_again(kiosk, monkeypatch):
    begun = began_again(kiosk, monkeypatch)
    kiosk.tap("start")
    kiosk.tap("option-patient")
    kiosk.tap("stop")
    kiosk.tap("done")
    assert begun == []


@pytest.mark.parametrize("sent", [True, False])
def test_a_visit_with_words_makes_it_begin_again_once(kiosk, monkeypatch, sent):
    begun = began_again(kiosk, monkeypatch)
    write_words(kiosk)
    if sent:
        kiosk.tap("next")
    kiosk.tap("stop")
    ended_at = kiosk.clock.seconds
    kiosk.tap("done")
    assert begun == [pytest.approx(ended_at, abs=1)]
    kiosk.tap("start")
    kiosk.tap("stop")
    kiosk.tap("done")
    assert len(begun) == 1


def test_it_does_not_begin_again_where_it_could_not_come_back(kiosk, monkeypatch):
    """A bundle that is refused now leaves the older one, which only memory holds."""
    begun = began_again(kiosk, monkeypatch)
    write_words(kiosk)
    with Log.open(kiosk.log.path) as agent:
        agent.set_note("bundle", "not signed by anybody")
    kiosk.tap("stop")
    kiosk.tap("done")
    write_words(kiosk)
    kiosk.tap("stop")
    with failing():
        kiosk.tap("done")
    assert begun == []
    assert kiosk.screen == "welcome"


def began_again(kiosk, monkeypatch):
    begun = []
    world = replace(kiosk.app.world, begin_again=begun.append)
    monkeypatch.setattr(kiosk.app, "world", world)
    return begun


def write_words(kiosk):
    to_comment(kiosk)
    kiosk.type("Zebra")


def test_when_the_visit_before_ended_is_handed_over_once():
    environ = {ENDED_AT: "12.5"}
    assert ended_before(environ) == 12.5
    assert ended_before(environ) == float("-inf")
    assert ended_before({ENDED_AT: "soon"}) == float("-inf")


NEVER_DUMPS = f"""
import ctypes, resource
from kiosk.memory import never_dump
never_dump()
dumpable = ctypes.CDLL(None).prctl({PR_GET_DUMPABLE})
print(dumpable, resource.getrlimit(resource.RLIMIT_CORE))
"""


def test_no_core_file_is_ever_written(tablet, central):
    done = subprocess.run(
        [sys.executable, "-c", NEVER_DUMPS],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == "0 (0, 0)\n"
