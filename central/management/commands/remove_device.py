"""wardvoice-central remove-device DEVICE"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from central.audit.writing import SERVER, note
from central.devices.models import STILL_HOLDS
from central.devices.removal import remove_device


class Command(BaseCommand):
    help = "Refuse a lost or retired device from its next request on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("device", metavar="DEVICE", help="32 hex digits")
        parser.add_argument(
            "--still-holds",
            choices=[value for value, _ in STILL_HOLDS],
            default="",
            help="what is left on it: nothing; perhaps answers, and it may come back; "
            "or answers that are lost with it",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        device, now = options["device"], timezone.now()
        with transaction.atomic():
            if not remove_device(device, now, options["still_holds"]):
                raise CommandError("there is no such device")
            told = {"still_holds": options["still_holds"]}
            note(SERVER, "removed", f"device {device}", now, **told)
        self.stdout.write("removed; what it said stays")
