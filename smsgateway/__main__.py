"""`wardvoice-sms`: the text line, or simulated phones to try it with."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from feedback.extras import need
from feedback.log import LogError
from feedback.settings import SettingError

PROGRAM = "wardvoice-sms"

SETTINGS = """\
settings (environment variables; a secret may be in a file that X_FILE names):
  WARDVOICE_LOG                 the log's file, such as /var/lib/wardvoice/sms.db.
                                `wardvoice-sync` must run on the same file.
  WARDVOICE_SMS_PUBLIC_URL      the address at which Twilio reaches this gateway,
                                such as https://sms.example.org (the webhook is that
                                and /sms; type it so into Twilio's console, as the
                                webhook and as the fallback, method POST)
  WARDVOICE_SMS_ACCOUNT_SID     Twilio's name for your account: AC and 32 characters
  WARDVOICE_SMS_AUTH_TOKEN      Twilio's secret for it, or ..._AUTH_TOKEN_FILE
  WARDVOICE_SMS_NUMBERS         your numbers and their wards:
                                +447700900500=ROWAN,+447700900501=BIRCH
  WARDVOICE_SMS_PEPPER          a secret of at least 16 characters of your own making,
                                or ..._PEPPER_FILE. Keep it apart from the log's
                                backups, and never change it: with another one nobody
                                who texted STOP is known again.
  WARDVOICE_SMS_HOST            where to listen (127.0.0.1: a proxy with TLS in front)
  WARDVOICE_SMS_PORT            and the port (8020)
  WARDVOICE_SMS_PRACTICE        yes: this gateway is for training. Each response is
                                marked as practice, and none of them ever counts. Give
                                it a log of its own.
  WARDVOICE_SMS_TRAINING_CLOCK  with practice only: a file in which the simulated phones
                                say how far ahead the time is, in seconds

settings of the simulated phones (they need the first group too, but no log, no pepper):
  WARDVOICE_SMS_PHONE_PORT      where their page is (8021); there too is what stands in
                                for Twilio's REST API, under /2010-04-01
  WARDVOICE_SMS_PHONE_GATEWAY   the gateway they post to (this machine's, port above)
  WARDVOICE_SMS_TRAINING_CLOCK  the file of the gateway in practice, so that its clock
                                moves with theirs
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """The program; its exit code: 0 stopped, 1 could not run, 2 a bad setting."""
    parser = _parser()
    args = parser.parse_args(arguments)
    need(PROGRAM, "sms", "starlette", "granian", "twilio")
    if args.command is None:
        parser.error("say serve or phone; --help tells more")
    try:
        run_command = _serve if args.command == "serve" else _phone
        run_command()
    except SettingError as error:
        print(f"{PROGRAM}: {error}", file=sys.stderr)
        return 2
    except (LogError, OSError) as error:
        print(f"{PROGRAM}: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=PROGRAM,
        description="Patients text how their care felt; the ward reads it.",
        epilog=SETTINGS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    commands.add_parser("serve", help="answer Twilio's webhooks, until stopped")
    commands.add_parser(
        "phone",
        help="show a page with simulated phones, for demonstrations and training; "
        "it can text as anyone, so keep it off a line that patients use",
    )
    return parser


# What the extra brings is imported only after `need` has seen that it is there.


def _serve() -> NoReturn:
    from smsgateway import logs
    from smsgateway.app import build
    from smsgateway.clock import TrainingClock, utc_now
    from smsgateway.server import run
    from smsgateway.settings import read_settings

    settings = read_settings(os.environ)
    logs.set_up()
    if settings.practice:
        print("practice: nothing that is texted to this gateway counts", flush=True)
    now = TrainingClock(settings.clock) if settings.clock else utc_now
    run(build(settings, now), settings.host, settings.port)


def _phone() -> NoReturn:
    from smsgateway import logs
    from smsgateway.phones.app import build
    from smsgateway.server import run
    from smsgateway.settings import read_phone_settings

    settings = read_phone_settings(os.environ)
    logs.set_up()
    address = f"http://{settings.host}:{settings.port}/"
    print(f"simulated phones: {address}", flush=True)
    run(build(settings), settings.host, settings.port)


if __name__ == "__main__":
    sys.exit(main())
