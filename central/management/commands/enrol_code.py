"""wardvoice-central enrol-code WARD …"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from central.audit.writing import SERVER, note
from central.devices.enrolment import LASTS, EnrolmentError, make_code
from central.devices.models import KINDS


class Command(BaseCommand):
    help = "Make a one-time code with which one device enrols for these wards."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("wards", nargs="+", metavar="WARD", help="a ward's code")
        kinds = [name for name, _ in KINDS]
        parser.add_argument("--kind", choices=kinds, default=kinds[0])

    def handle(self, *_args: Any, **options: Any) -> None:
        wards, kind, now = options["wards"], options["kind"], timezone.now()
        try:
            with transaction.atomic():
                code = make_code(wards, kind, now)
                about = f"{kind} of {' '.join(sorted(wards))}"
                note(SERVER, "made an enrolment code", about, now)
        except EnrolmentError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(code)
        minutes = LASTS.seconds // 60
        self.stderr.write(
            f"On the device, within {minutes} minutes: wardvoice-sync enrol"
        )
