"""How is the kiosk started here, and where does a finger find its marks?

The real program on a ward that has every language on, with a log on a real disk. The
places are asked of the same program on a screen that nobody sees.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from nacl.signing import SigningKey

from bench.kiosk_screen import HEIGHT, WIDTH, Box
from feedback import log as notes
from feedback.assets import assets_folder
from feedback.bundle import Card, Ward, bundle_document, keys_document, sign_document
from feedback.log import Log
from feedback.seal import new_key_pair
from feedback.survey import Survey
from feedback.surveys import read_survey

WARD = "W12"
SURVEYS = ("inpatient-2", "children-1")
CARDS = (
    Card("Nights are too loud.", "Bins are emptied before nine.", date(2026, 11, 2)),
    Card("Tea comes cold.", "The trolley now starts at our end.", date(2026, 11, 9)),
)


@dataclass(frozen=True)
class Tap:
    """`counts`: it answers, so a row is on the disk before the next screen shows."""

    mark: str
    box: Box
    counts: bool


@dataclass(frozen=True)
class Script:
    """A visit from the first screen back to it; every language once; and a visit in
    which something is typed, up to its last tap, which is the same."""

    visit: tuple[Tap, ...]
    languages: tuple[Tap, ...]
    words: tuple[Tap, ...] = ()


@dataclass(frozen=True)
class Program:
    name: str
    command: tuple[str, ...]
    environ: Mapping[str, str]
    script: Script


def adults_survey() -> Survey:
    return read_survey(_text(SURVEYS[0]), SURVEYS[0])


def our_program(folder: Path) -> Program:
    """Makes a log in the folder, with what central would have signed for it."""
    log = folder / "answers.db"
    with Log.open(log) as opened:
        _deliver(opened)
    return program_on(log)


def program_on(log: Path) -> Program:
    """The kiosk on this log, which holds what it needs."""
    environ = {
        **os.environ,
        "WARDVOICE_LOG": str(log),
        "WARDVOICE_KIOSK_SIZE": f"{WIDTH}x{HEIGHT}",
    }
    script = _ask_places(environ)
    environ["SDL_VIDEODRIVER"] = "x11"
    return Program("kiosk", (sys.executable, "-m", "kiosk"), environ, script)


def timed(program: Program, commits: Path) -> Program:
    """The same, and how long each of its commits took goes to a file."""
    command = (sys.executable, "-m", "bench.kiosk_timed", str(commits))
    return Program(program.name, command, program.environ, program.script)


def _deliver(log: Log) -> None:
    root, online = SigningKey.generate(), SigningKey.generate()
    public, _ = new_key_pair()
    surveys = {read_survey(_text(file), file).name: _text(file) for file in SURVEYS}
    first, *also = surveys
    ward = Ward(WARD, "Ward 12", languages=adults_survey().languages)
    document = bundle_document(
        1, "Northmoor Hospitals", surveys, first, first, [ward], {WARD: CARDS},
        also=also,
    )  # fmt: skip
    keys = keys_document(1, bytes(online.verify_key), {"k1": public}, "k1")
    log.set_note(notes.ROOT, base64.b64encode(bytes(root.verify_key)).decode())
    log.set_note(notes.KEYS, sign_document(keys, bytes(root)))
    log.set_note(notes.BUNDLE, sign_document(document, bytes(online)))


def _text(file: str) -> str:
    path = assets_folder() / "surveys" / f"{file}.toml"
    return path.read_text(encoding="utf-8")


def _ask_places(environ: Mapping[str, str]) -> Script:
    offscreen = {**environ, "SDL_VIDEODRIVER": "offscreen", "SDL_AUDIODRIVER": "dummy"}
    asked = subprocess.run(
        [sys.executable, "-m", "bench.kiosk_places"],
        env=offscreen,
        stdout=subprocess.PIPE,
        check=True,
        timeout=300,
    )
    found = json.loads(asked.stdout)
    return Script(
        *(tuple(map(_tap, found[part])) for part in ("visit", "languages", "words"))
    )


def _tap(found: tuple[str, bool, int, int, int, int]) -> Tap:
    mark, counts, left, top, width, height = found
    return Tap(mark, Box(left, top, width, height), counts)
