"""Make twenty weeks of made-up answers for five wards, to look at and to try."""

from __future__ import annotations

import secrets
from argparse import ArgumentParser
from datetime import date, datetime, time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from central.demo.load import DemoError, enrolment_codes, load
from central.demo.visits import ZONE

SEED = 2026


class Command(BaseCommand):
    help = (
        "Fill an empty database with a made-up trust: five wards, twenty weeks of "
        "answers, people who log in. Refuses a database with other data."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--today",
            type=date.fromisoformat,
            help="the last day, such as 2026-11-22 (default: today)",
        )
        parser.add_argument(
            "--password", help="of everyone who logs in (default: a new one, printed)"
        )
        parser.add_argument(
            "--receipts",
            default="",
            help="the address of the receipts page that tablets show",
        )
        parser.add_argument("--seed", type=int, default=SEED, help=f"default {SEED}")
        parser.add_argument(
            "--enrolment-codes",
            nargs="+",
            metavar="WARD",
            default=[],
            help="print a one-time code for a tablet of each of these wards, and one "
            "for a text gateway; their made-up devices are removed",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        now = timezone.now()
        today = options["today"] or now.astimezone(ZONE).date()
        evening = datetime.combine(today, time(23, 59), ZONE)
        password = options["password"] or secrets.token_urlsafe(12)
        try:
            loaded = load(
                today,
                min(now, evening),
                password,
                options["seed"],
                options["receipts"],
            )
        except DemoError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{loaded.wards} wards, {loaded.responses} people, "
            f"{loaded.answers} answers; the last day is {today}"
        )
        self.stdout.write(f"users: {', '.join(loaded.users)}")
        if not options["password"]:
            self.stdout.write(f"password of each: {password}")
        if options["enrolment_codes"]:
            codes = enrolment_codes(options["enrolment_codes"], now)
            for name, code in codes.items():
                self.stdout.write(f"enrolment code {name}: {code}")
