"""wardvoice-sync: what does a technician type?"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from feedback.log import CENTRAL, Log, LogError
from feedback.settings import SettingError
from feedback.wire import MAX_SEQ
from sync import logs
from sync.agent import Agent
from sync.carry import export
from sync.connection import proper_address
from sync.enrol import enrol
from sync.errors import SyncError
from sync.lock import is_running, only_agent
from sync.schedule import Stop, run
from sync.settings import Settings, read_settings
from sync.status import count, status_words
from sync.world import World

LONDON = ZoneInfo("Europe/London")

HELP = """\
Carries the answers in a kiosk's or a text gateway's file to central.

In this order, on a new device:
  wardvoice-sync enrol ABCDE-FGHJK --central https://wardvoice.example.org
      with the code that wardvoice-central enrol-code prints;
      compare the words on both screens
  wardvoice-sync run
      sends for ever; stop it with Ctrl-C or SIGTERM
  wardvoice-sync status
      says in words what is waiting, and why
  wardvoice-sync export /media/usb/tablet.batches
      when the network never comes: a file for wardvoice-central receive"""

SETTINGS = """\
settings (environment):
  WARDVOICE_LOG            the answer file, the same as the kiosk's or the gateway's
  WARDVOICE_CENTRAL_URL    central's address, instead of --central
  WARDVOICE_SYNC_SECONDS   seconds between two turns, 1 to 60 (5)
  WARDVOICE_ALLOW_HTTP     1 allows http:// beyond this machine, for tests only
  WARDVOICE_SYNC_PROXY     the hospital's proxy, such as http://proxy.example.org:3128
  WARDVOICE_SYNC_PROXY_LOGIN_FILE   a file with user:password for it, chmod 600
  WARDVOICE_SYNC_CA        a file of certificates (PEM) that are trusted as well: of a
                           proxy that looks into connections, or of a private central
  HTTPS_PROXY, SSL_CERT_FILE and their like are not read

ends with 0 when it did what it was asked, 1 when not (in words), 2 for a setting"""


def main(arguments: Sequence[str] | None = None) -> int:
    asked = _parser().parse_args(arguments)
    logs.configure()
    try:
        settings = read_settings(os.environ)
        if settings.unread:
            _say_unread(settings)
        return int(_COMMANDS[asked.command](settings, asked))
    except SettingError as error:
        print(f"wardvoice-sync: {error}", file=sys.stderr)
        return 2
    except (SyncError, LogError) as error:
        print(f"wardvoice-sync: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        print(f"wardvoice-sync: {where}{error.strerror}", file=sys.stderr)
        return 1


def _say_unread(settings: Settings) -> None:
    print(
        f"wardvoice-sync: {settings.unread} is set, and this program does not read it. "
        "It has WARDVOICE_SYNC_PROXY and WARDVOICE_SYNC_CA",
        file=sys.stderr,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="wardvoice-sync",
        description=HELP,
        epilog=SETTINGS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    enrolment = commands.add_parser("enrol", help="make this device known to central")
    enrolment.add_argument("code", nargs="+", help="the one-time code from central")
    enrolment.add_argument("--central", metavar="URL", help="central's address")
    commands.add_parser("run", help="send for ever")
    commands.add_parser("once", help="one turn, for cron and for tests")
    carry = commands.add_parser(
        "export", help="write what is waiting to a file, such as on a USB stick"
    )
    carry.add_argument("file", type=Path, help="a new file; central takes it with "
                       "wardvoice-central receive")  # fmt: skip
    carry.add_argument(
        "--from", type=_row, dest="start", metavar="N",
        help="all rows from N on, when central has said so",
    )  # fmt: skip
    commands.add_parser("status", help="what is waiting and why, in words")
    return parser


def _row(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= MAX_SEQ:
        raise argparse.ArgumentTypeError("N is the number of a row, 1 or more")
    return int(text)


def now_in_london() -> datetime:
    """As on the ward's wall, whatever this machine is set to. A zone, and no offset of
    today: what was before the clocks changed is told as it was then."""
    return datetime.now(LONDON)


def _world(settings: Settings) -> World:
    return World(
        clock=time.monotonic,
        now=now_in_london,
        chance=random.random,
        allow_http=settings.allow_http,
        turn_every_s=float(settings.seconds),
        way=settings.way,
    )


def _enrol(settings: Settings, asked: argparse.Namespace) -> int:
    was_there = settings.log.exists()
    with Log.open(settings.log) as log:
        url = asked.central or settings.central_url or log.note(CENTRAL) or ""
        if not url:
            raise SettingError("say where central is: --central https://…")
        url = proper_address(url, settings.allow_http)
        done = enrol(log, url, "".join(asked.code), _world(settings))
    print(f"Enrolled as {done.device} for {', '.join(done.wards) or 'no ward yet'}.")
    print(f"Compare these words with central's screen:  {done.words}")
    print("If they differ, remove the device at central and start again.")
    if not was_there:
        print(
            f"{settings.log} was begun: it is a new device. If the kiosk or the gateway"
        )
        print("has a file already, WARDVOICE_LOG names another one than theirs.")
    if not is_running(settings.log):
        print("Now start the agent: wardvoice-sync run")
    return 0


def _run(settings: Settings, _asked: argparse.Namespace) -> int:
    stop = Stop()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop.ask)
    run(settings.log, _world(settings), stop)
    return 0


def _once(settings: Settings, _asked: argparse.Namespace) -> int:
    with only_agent(settings.log), Log.open(settings.log) as log:
        agent = Agent(log, _world(settings))
        try:
            report = agent.turn()
        finally:
            agent.close()
    print(report.words)
    return 0 if report.state == "well" else 1


def _export(settings: Settings, asked: argparse.Namespace) -> int:
    if not settings.log.exists():
        raise SettingError(f"WARDVOICE_LOG: there is no file {settings.log} yet")
    with Log.open(settings.log, create=False) as log:
        done = export(log, asked.file, asked.start)
    print(f"{count(done.rows, 'answer')} written to {asked.file}.")
    if done.of_elders:
        print(f"{done.of_elders:,} of them are from before it was enrolled again.")
    print("At central: wardvoice-central receive FILE. Then delete the file.")
    print("Here they go on waiting, until central itself says that it has them.")
    return 0


def _status(settings: Settings, _asked: argparse.Namespace) -> int:
    if not settings.log.exists():
        raise SettingError(f"WARDVOICE_LOG: there is no file {settings.log} yet")
    with Log.open(settings.log, create=False) as log:
        lines = status_words(log, now_in_london(), is_running(settings.log))
    print("\n".join(lines))
    return 0


_COMMANDS = {
    "enrol": _enrol,
    "run": _run,
    "once": _once,
    "export": _export,
    "status": _status,
}


if __name__ == "__main__":
    raise SystemExit(main())
