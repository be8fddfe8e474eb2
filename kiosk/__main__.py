"""wardvoice-kiosk: the program on a ward's tablet."""

from __future__ import annotations

import argparse
import os
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import MutableMapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from feedback.answer import new_response
from feedback.assets import assets_folder
from feedback.extras import need
from feedback.log import Log, LogError
from feedback.settings import SettingError
from kiosk import logs
from kiosk.memory import BeginAgain, begin_again, ended_before, never_dump
from kiosk.settings import Settings, read_settings
from kiosk.store import open_store
from kiosk.world import World

if TYPE_CHECKING:
    from kiosk.app import KioskApp

HELP = """\
Asks patients on a ward how their care felt. Every tap is on this tablet's disk
before the screen moves; wardvoice-sync carries it to central.

settings (environment):
  WARDVOICE_LOG                 the file of the answers; wardvoice-sync uses the same
                                one. Made at the first start. Must be set.
  WARDVOICE_KIOSK_WARD          the ward's code. Only needed when this tablet was
                                given several wards.
  WARDVOICE_KIOSK_SIZE          the window, such as 1280x800. Default: full, the
                                whole screen.
  WARDVOICE_KIOSK_IDLE_SECONDS  seconds without a touch before it asks "Are you still
                                there?", 20 to 600. Default: 60.
  WARDVOICE_KIOSK_PANEL_INCHES  the panel's diagonal, 5 to 60, such as 10.1. Things to
                                tap are then at least 20 mm wide (letters of the
                                keyboard 13 mm or more), and on a panel under 15 inches
                                the map of the stay is cards. Default: unknown, which
                                is right for 15 inches.

a new tablet:
  1. start wardvoice-kiosk: it says what is missing, and shows five words
  2. on central: wardvoice-central enrol-code --kind kiosk WARD prints a code
  3. in another terminal, with the same WARDVOICE_LOG:
     wardvoice-sync enrol CODE --central URL, then wardvoice-sync run
  4. the kiosk goes to its first screen by itself

One kiosk to a file: a second one ends at once. A log that the disk has broken is put
aside beside it, as FILE.damaged-TIME, and a new one begun; nothing is deleted.

exit codes: 0 closed, 1 the file cannot be used, 2 a setting is wrong
"""


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    logs.configure()
    never_dump()
    try:
        settings = read_settings(os.environ)
    except SettingError as error:
        print(error, file=sys.stderr)
        return 2
    need("wardvoice-kiosk", "kiosk", "kivy", "PIL")
    try:
        with tempfile.TemporaryDirectory(prefix="wardvoice-kiosk-") as home:
            return _run(settings, Path(home), options.practice)
    except BeginAgain as wish:
        begin_again(wish.ended_at)
    raise AssertionError("begin_again does not return")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="wardvoice-kiosk",
        description="The feedback tablet of a ward.",
        epilog=HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--practice",
        action="store_true",
        help="for trying it out: the screens say so, and nothing is ever counted",
    )
    return parser


def _run(settings: Settings, home: Path, practice: bool) -> int:
    from kiosk.display import NoDisplay
    from kiosk.window import NoShaping

    try:
        with open_store(settings.log, datetime.now(UTC)) as log:
            make_app(log, settings, os.environ, home, practice).run()
    except (LogError, NoShaping, NoDisplay) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0  # Ctrl-C in the technician's terminal
    return 0


def make_app(
    log: Log,
    settings: Settings,
    environ: MutableMapping[str, str],
    home: Path,
    practice: bool = False,
) -> KioskApp:
    """The kiosk, ready to run. `home` is a folder for what Kivy writes."""
    # Kivy reads its configuration when it is imported, hence the order here.
    from kiosk.window import prepare

    assets = assets_folder()
    prepare(environ, home, assets / "fonts", settings.size)
    from kiosk.app import KioskApp
    from kiosk.display import must_show
    from kiosk.showing import Assets

    must_show(wanted=environ.get("SDL_VIDEODRIVER", ""))
    world = World(
        now=lambda: datetime.now(UTC),
        # It goes on while the machine sleeps: who closed the lid has left.
        clock=lambda: time.clock_gettime(time.CLOCK_BOOTTIME),
        mint=new_response,
        random_bytes=secrets.token_bytes,
        free_bytes=lambda: shutil.disk_usage(log.path.parent).free,
        begin_again=_leave_the_loop,
        ended_before=ended_before(environ),
    )
    return KioskApp(log, settings, Assets.of(assets), world, practice)


def _leave_the_loop(ended_at: float) -> None:
    """Raised from the loop, so that all that is open is closed on the way."""
    raise BeginAgain(ended_at)


if __name__ == "__main__":
    sys.exit(main())
