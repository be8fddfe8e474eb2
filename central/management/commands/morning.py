"""wardvoice-central morning"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from central.management.days import a_day
from central.morning import round as morning
from central.settings import CENTRAL
from central.settings.mail import FOLDER, HOST


class Command(BaseCommand):
    help = (
        "Send the morning mails that have not been sent yet. `serve` does it by "
        "itself; this is for cron, and for sending again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--date",
            type=a_day,
            metavar="DAY",
            help="the day that the mails show, as 2026-11-28 (default: yesterday)",
        )
        parser.add_argument(
            "--again",
            action="store_true",
            help="also those that were refused, or that could not be sent in time",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        if not CENTRAL.mail.is_on:
            raise CommandError(f"no mail can be sent: set {HOST}, or {FOLDER}")
        now = timezone.now()
        day = options["date"] or morning.yesterday(now)
        if day > morning.yesterday(now):
            raise CommandError(f"{day} is not over yet")
        done = morning.by_hand(day, timezone.now, again=options["again"])
        for ward in done.unread:
            self.stderr.write(f"{ward}: nobody gets this ward's mail")
        self.stdout.write(
            f"{day}: {done.sent.sent} sent, {done.sent.again} to be tried again, "
            f"{done.sent.refused} refused"
        )
        if done.sent.again or done.sent.refused or done.unread:
            raise CommandError("not every ward's mail was sent: see above, and /admin/")
