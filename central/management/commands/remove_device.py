"""wardvoice-central remove-device DEVICE"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from central.devices.removal import remove_device


class Command(BaseCommand):
    help = "Refuse a lost or retired device from its next request on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("device", metavar="DEVICE", help="32 hex digits")

    def handle(self, *_args: Any, **options: Any) -> None:
        if not remove_device(options["device"], timezone.now()):
            raise CommandError("there is no such device")
        self.stdout.write("removed; what it said stays")
