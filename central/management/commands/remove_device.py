"""wardvoice-central remove-device DEVICE"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from central.audit.writing import SERVER, note
from central.devices.removal import remove_device


class Command(BaseCommand):
    help = "Refuse a lost or retired device from its next request on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("device", metavar="DEVICE", help="32 hex digits")

    def handle(self, *_args: Any, **options: Any) -> None:
        device, now = options["device"], timezone.now()
        with transaction.atomic():
            if not remove_device(device, now):
                raise CommandError("there is no such device")
            note(SERVER, "removed", f"device {device}", now)
        self.stdout.write("removed; what it said stays")
