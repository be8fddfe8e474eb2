"""`wardvoice-sms`: the text line, or simulated phones to try it with."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from getpass import getpass
from pathlib import Path
from typing import NoReturn

from feedback.extras import need
from feedback.log import LogError
from feedback.settings import SettingError
from smsgateway.asking.costs import BadLine

PROGRAM = "wardvoice-sms"
NEEDED = ("starlette", "granian", "twilio", "prometheus_client", "phonenumbers")

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
                                or ..._PEPPER_FILE, for open conversations. Keep it
                                and the next two apart from the log's backups.
  WARDVOICE_SMS_OPT_OUT_PEPPER  another one, or ..._OPT_OUT_PEPPER_FILE. Never change
                                it: with another nobody who texted STOP is known again.
  WARDVOICE_SMS_KEY             a third, or ..._KEY_FILE: it locks texts that somebody
                                has to look at (`review`), and numbers of who asked to
                                hear from us. Without it those cannot be read again.
  WARDVOICE_SMS_COST            what a text to you costs: free or own, the sender's
                                usual rate (own). The first text says so.
  WARDVOICE_SMS_PRIVACY_URL     the address of your privacy notice, for the first text
  WARDVOICE_SMS_HEAR_DAYS       for how many days the number of someone is kept who
                                asked to hear what the ward did; 0: nobody is asked (0).
                                Nothing sends those texts yet: leave it at 0.
  WARDVOICE_SMS_HOST            where to listen (127.0.0.1: a proxy with TLS in front)
  WARDVOICE_SMS_PORT            and the port (8020). The proxy is to pass on /sms and
                                /sms/status, and nothing else to the public network;
                                within the hospital /team too, if there is a page.
  WARDVOICE_SMS_ASKING          the policy: a file that says how often, when and at what
                                price people are asked by text. Copy the one that came
                                with Wardvoice, assets/asking/policy.toml. Without this
                                setting nobody is asked, and the next two do nothing.
  WARDVOICE_SMS_ASKING_KEY      a secret of at least 16 characters, or
                                ..._ASKING_KEY_FILE: who sends it as a bearer token may
                                POST to /invitations and /alerts. Without it there are
                                no such addresses.
  WARDVOICE_SMS_USERS           a file of who may log in to the team's page, /team/: a
                                line each, as `wardvoice-sms user NAME` prints it, and
                                for its owner alone (chmod 600). Read at the start.
                                Without it there is no such page, and with it
                                WARDVOICE_SMS_PUBLIC_URL must begin with https://.
  WARDVOICE_SMS_RECONCILE       yes: each hour what Twilio received is laid beside what
                                reached us, and what we lack is taken in; or no, and
                                then /health says so
  WARDVOICE_SMS_DELETE_AT_TWILIO  yes: a text that is safely here is deleted at Twilio
                                two hours after it came; or no
  WARDVOICE_SMS_REST_URL        Twilio's REST API (https://api.twilio.com; in a region
                                such as https://api.dublin.ie1.twilio.com)
  WARDVOICE_SMS_METRICS_TOKEN   a secret of at least 16 characters, or
                                ..._METRICS_TOKEN_FILE: who sends it as a bearer token
                                may read /health and /metrics from another machine.
                                From this machine both are open to all.
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
    need(PROGRAM, "sms", *NEEDED)
    if args.command is None:
        parser.error("say what is to be done, such as serve; --help tells more")
    try:
        _run(args)
    except SettingError as error:
        print(f"{PROGRAM}: {error}", file=sys.stderr)
        return 2
    except (LogError, BadLine, OSError) as error:
        print(f"{PROGRAM}: {error}", file=sys.stderr)
        return 1
    return 0


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
    review = commands.add_parser(
        "review",
        help="show the texts that may be opt-outs, or decide on one: nothing is sent "
        "to who wrote them until then",
    )
    review.add_argument("text", nargs="?", type=int, help="the number of the text")
    review.add_argument(
        "decision",
        nargs="?",
        choices=("stop", "go"),
        help="stop: never text them again; go: they did not mean that",
    )
    invite = commands.add_parser(
        "invite",
        help="say whom a CSV file would ask, what is left out and what is wrong, by "
        "row; with --go, take it up: all of it, or nothing",
    )
    invite.add_argument("file", type=Path, help="number, ward, discharged and more")
    invite.add_argument("--go", action="store_true", help="not only look: ask them")
    refusals = commands.add_parser(
        "refusals",
        help="list who was not asked, the newest first, and why: JSON Lines with at, "
        "ward, text, survey, why, words and the row of the file",
    )
    refusals.add_argument("--day", default="", help="of this day only, as 2026-11-28")
    segments = commands.add_parser(
        "segments",
        help="say of each text, in JSON Lines with `text`, how it is sent and how many "
        "segments are paid for: JSON Lines with `encoding` and `segments`",
    )
    segments.add_argument(
        "file", nargs="?", type=Path, help="where the texts are (standard input)"
    )
    user = commands.add_parser(
        "user",
        help="ask for a new password, and print the line for WARDVOICE_SMS_USERS by "
        "which this person may log in to the team's page",
    )
    user.add_argument("name", help="letters, digits and . _ @ -")
    return parser


def _run(args: argparse.Namespace) -> None:
    if args.command == "review":
        _review(args.text, args.decision)
    elif args.command == "segments":
        _segments(args.file)
    elif args.command == "invite":
        _invite(args.file, args.go)
    elif args.command == "refusals":
        _refusals(args.day)
    elif args.command == "user":
        _user(args.name)
    elif args.command == "serve":
        _serve()
    else:
        _phone()


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
    if settings.clock is None:
        app = build(settings, utc_now)
    else:
        clock = TrainingClock(settings.clock)
        app = build(settings, clock, clock.sleep)
    run(app, settings.host, settings.port)


def _review(text: int | None, decision: str | None) -> None:
    from smsgateway.review import decide, show
    from smsgateway.settings import read_settings

    settings = read_settings(os.environ)
    if text is None:
        show(settings, sys.stdout)
    elif decision is None:
        raise SettingError("say what is to be done: review NUMBER stop, or go")
    else:
        decide(settings, text, decision, sys.stdout)


def _segments(file: Path | None) -> None:
    from smsgateway.asking.costs import write_costs

    if file is None:
        write_costs(sys.stdin.buffer, sys.stdout)
        return
    with file.open("rb") as lines:
        write_costs(lines, sys.stdout)


def _invite(file: Path, go: bool) -> None:
    from smsgateway.asking.invite import invite
    from smsgateway.clock import TrainingClock, utc_now
    from smsgateway.settings import read_settings

    settings = read_settings(os.environ)
    now = TrainingClock(settings.clock) if settings.clock else utc_now
    if not invite(settings, file, not go, now, sys.stdout):
        sys.exit(1)


def _refusals(day: str) -> None:
    from smsgateway.asking.listing import write_refusals
    from smsgateway.settings import read_settings

    write_refusals(read_settings(os.environ), day, sys.stdout)


def _user(name: str) -> None:
    from smsgateway.asking.team.accounts import hash_line

    try:
        password, again = getpass("password: "), getpass("the same again: ")
    except EOFError:
        raise SettingError("no password was typed") from None
    if password != again:
        raise SettingError("the two passwords are not the same")
    try:
        print(hash_line(name, password))
    except ValueError as error:
        raise SettingError(str(error)) from error


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
