"""What can a technician tell central to do? The command `wardvoice-central`.

Our own commands, and any of Django's: `migrate`, `createsuperuser`, `shell` …
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from central.summaries import spc_file
from feedback.extras import need
from feedback.settings import SettingError

COMMANDS = {
    "migrate": "make the tables, or bring them up to date: before the first start",
    "keys": "make the organisation's keys, once",
    "keys WHAT": "list, test, copy, rotate or rehearse them",
    "first-code": "a one-time code to make the first administrator in a browser",
    "createsuperuser": "make the first administrator here",
    "publish FILE …": "publish surveys from TOML files: devices fetch them",
    "enrol-code WARD …": "a one-time code for a tablet (--kind sms: a gateway)",
    "serve": "answer devices and browsers",
    "morning": "send the morning mails now, by hand (--date DAY)",
    "demo-data": "a trust with five wards and twenty weeks of made-up answers",
    "remove-device DEVICE": "a lost tablet: refused from its next request on",
    "accept-backlog DEVICE": "let a removed one send once what it had heard before",
    "ledger": "has each row that the devices spoke of one place? (daily, from cron)",
    "erase-response ID": "erase what one person said, for ever",
    "receive FILE": "take the answers that wardvoice-sync export wrote to a file",
    "follow": "catch up with what devices said, and open what waited for a key",
    "rebuild-standing": "write what stands anew, from the answers",
    "spc FILE.csv": "the XmR chart of any series: limits and special causes (--json)",
    "listen": "look anew for words that may call for help",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    need(
        "wardvoice-central", "central", "django", "ninja", "csp", "granian", "jinja2",
        "msgspec", "psycopg", "segno", "weasyprint", "whitenoise",
    )  # fmt: skip
    if not words or words[0] in ("-h", "--help", "help"):
        print(help_text())
        return 0 if words else 2
    if words[0] == "spc":  # an analyst has no database and no settings
        return spc_file.main(words[1:])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "central.settings")
    os.umask(0o077)  # a database file holds opened comments: its owner's alone
    try:
        return _run(words)
    except SettingError as error:
        print(f"wardvoice-central: {error}", file=sys.stderr)
        return 2


def _run(words: list[str]) -> int:
    from django.db import DatabaseError

    from central.saying import Commands  # Django, which `spc` and --help do without

    command = words[0].replace("-", "_")
    try:
        Commands(["wardvoice-central", command, *words[1:]]).execute()
    except (OSError, DatabaseError) as error:
        from central.trouble import words_of  # it reads the settings

        said = "" if "--traceback" in words else words_of(error)
        if not said:
            raise
        print(f"wardvoice-central: {said}", file=sys.stderr)
        return 1
    return 0


def help_text() -> str:
    """What a technician reads first."""
    from central.settings.environment import MEANING

    commands = "\n".join(f"  {name:<22} {what}" for name, what in COMMANDS.items())
    settings = "\n".join(f"  {name:<22} {what}" for name, what in MEANING.items())
    return (
        "wardvoice-central COMMAND: the server that wards and tablets speak to.\n\n"
        f"Commands (each with --help):\n{commands}\n"
        "  … and every command of Django's manage.py.\n\n"
        f"Settings, from the environment:\n{settings}"
    )


if __name__ == "__main__":
    sys.exit(main())
