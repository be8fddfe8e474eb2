"""A real kiosk in a real window that nobody sees, stepped frame by frame."""

from __future__ import annotations

import base64
import gc
import os
import resource
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from nacl.signing import SigningKey
from structlog.testing import capture_logs

from feedback import log as notes
from feedback.answer import new_response
from feedback.assets import assets_folder
from feedback.bundle import (
    Card,
    Ward,
    bundle_document,
    keys_document,
    sign_document,
)
from feedback.log import Log
from feedback.seal import new_key_pair
from feedback.surveys import read_survey
from kiosk.settings import Settings
from kiosk.window import prepare
from kiosk.world import World

# SDL draws into memory of the size that the first window has: as large as any test.
LARGEST = (1920, 1920)
SIZES = [(1280, 800), (1920, 1200), (800, 1280), (1200, 1920)]

os.environ.setdefault("SDL_VIDEODRIVER", "offscreen")
os.environ.setdefault("SDL_AUDIODRIVER", "dummy")
_HOME = tempfile.TemporaryDirectory(prefix="wardvoice-kiosk-")
# As many frames as the machine can draw; `rest` does not sleep either.
prepare(
    os.environ, Path(_HOME.name), assets_folder() / "fonts", LARGEST, frames_per_s=0
)

from kivy.config import Config

for _name, _ in list(Config.items("input")):
    Config.remove_option("input", _name)  # the only finger is the test's
# Kivy lets a button go 35 ms after it was touched at the earliest, by its own clock:
# what is not painted is quicker, and would let go under the next touch.
Config.set("graphics", "min_state_time", "0")

from kivy.core.window import Window

from kiosk.app import KioskApp
from kiosk.showing import Assets
from tests.kiosk.unpainted import Unpainted

WARD = "W12"
LANGUAGES = ("en", "cy", "pl", "ro", "ur", "pa", "bn", "gu", "ar", "so", "zh-Hans")
# The file of the adults' survey, then of the one beside it.
WITH_THE_MAP = ("inpatient-2", "children-1")
WITHOUT_A_MAP = ("inpatient",)
CARDS = (
    Card("Nights are too loud.", "Bins are emptied before nine.", date(2026, 11, 2)),
    Card("Tea comes cold.", "The trolley now starts at our end.", date(2026, 11, 9)),
)
ASSETS = Assets.of(assets_folder())


@dataclass
class Clock:
    """Both clocks of the kiosk. Seconds pass when a test says so."""

    seconds: float = 1000.0
    wall: datetime = datetime(2026, 11, 22, 8, 15, tzinfo=UTC)

    def pass_by(self, seconds: float) -> None:
        self.seconds += seconds
        self.wall += timedelta(seconds=seconds)


@dataclass
class Central:
    """What central would have signed for this tablet."""

    wards: tuple[Ward, ...] = (
        Ward(WARD, "Ward 12: Older people’s medicine", languages=LANGUAGES),
    )
    surveys: tuple[str, ...] = WITH_THE_MAP
    organisation: str = "Northmoor Hospitals"
    root: SigningKey = field(default_factory=SigningKey.generate)
    online: SigningKey = field(default_factory=SigningKey.generate)
    comment_keys: tuple[bytes, bytes] = field(default_factory=new_key_pair)
    edit: Callable[[str], str] = str  # what becomes of the text of each survey

    def deliver(self, log: Log, version: int = 1) -> None:
        """Leave a bundle in the log, as the sync agent does."""
        public, _ = self.comment_keys
        texts = {
            _name(edited, file): edited
            for file in self.surveys
            for edited in [self.edit(_survey(file))]
        }
        first, *also = texts
        document = bundle_document(
            version, self.organisation, texts, first, first, self.wards, {WARD: CARDS},
            also=also, receipts="https://feedback.northmoor.example/receipt/",
        )  # fmt: skip
        keys = keys_document(1, bytes(self.online.verify_key), {"k1": public}, "k1")
        log.set_note(notes.ROOT, base64.b64encode(bytes(self.root.verify_key)).decode())
        log.set_note(notes.KEYS, sign_document(keys, bytes(self.root)))
        log.set_note(notes.BUNDLE, sign_document(document, bytes(self.online)))


def _survey(file: str) -> str:
    return (assets_folder() / "surveys" / f"{file}.toml").read_text(encoding="utf-8")


@cache
def _name(text: str, file: str) -> str:
    return read_survey(text, file).name


def as_needed(app: KioskApp) -> None:
    """Each screen is built when somebody comes to it, as when they are quicker than
    `Ahead`. What it builds in the first frames is half of the time of opening a kiosk,
    and most tests see two of the screens."""
    build = app.build

    def built() -> object:
        glass = build()
        app._building.cancel()
        return glass

    app.build = built


class Ward12(Unpainted):
    """A kiosk on its ward, with what a test wants to look into. `ahead`: it builds
    screens before anybody comes to them, as in life."""

    free_bytes: int | OSError = 10_000_000_000  # on its disk

    def __init__(
        self, log: Log, clock: Clock, size: tuple[int, int], **options: object
    ):
        self.log, self.clock = log, clock
        Window.size = size
        ahead = options.pop("ahead", False)
        settings = Settings(
            log.path,
            str(options.pop("ward", "")),
            size,
            60,
            options.pop("inches", None),
        )
        world = World(
            now=lambda: clock.wall,
            clock=lambda: clock.seconds,
            mint=new_response,
            random_bytes=os.urandom,
            free_bytes=self._free,
        )
        app = KioskApp(log, settings, ASSETS, world, **options)
        if not ahead:
            as_needed(app)
        super().__init__(app, rest=clock.pass_by)

    def _free(self) -> int:
        if isinstance(self.free_bytes, OSError):
            raise self.free_bytes
        return self.free_bytes

    def rows(self) -> list[tuple[str, str]]:
        return [(row.question, row.value) for row in self.log.after(0, 1000)]

    def wait_s(self, seconds: float) -> None:
        """Nobody touches anything for so long."""
        while seconds > 0:
            step = min(1.0, seconds)
            self.clock.pass_by(step)
            self.app.tick()
            seconds -= step
        self.settle()


@contextmanager
def refusing(log):
    """Another program holds the file, so that the disk refuses every write."""
    log.db.conn.execute("PRAGMA busy_timeout = 1")
    other = sqlite3.connect(log.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.execute("ROLLBACK")
    other.close()


@contextmanager
def failing():
    """The kernel refuses every write to a file: a commit fails with its outcome
    unknown, and the file cannot be opened anew. (`refusing` fails before that.)

    Yields the lines that are logged: the test's own output is a file, too.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, hard))
    try:
        with capture_logs() as lines:
            yield lines
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture
def whole_memory():
    """The first of a test's fixtures: `gc` finds also what was there before the tests,
    which is frozen otherwise (tests/conftest.py)."""
    gc.unfreeze()
    yield
    gc.collect()
    gc.freeze()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def central() -> Central:
    return Central()


@pytest.fixture
def log(tmp_path):
    with Log.open(tmp_path / "answers.db") as opened:
        yield opened


@pytest.fixture
def open_kiosk(log, clock, central):
    """Opens a kiosk of any size; closes all of them."""
    opened: list[Ward12] = []

    def open_one(size=SIZES[0], bundle=True, **options) -> Ward12:
        if bundle:
            central.deliver(log)
        opened.append(Ward12(log, clock, size, **options))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()


@pytest.fixture
def kiosk(open_kiosk) -> Ward12:
    return open_kiosk()


def pytest_unconfigure() -> None:
    _HOME.cleanup()
