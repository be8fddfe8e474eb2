"""wardvoice-central accept-backlog DEVICE"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from central.audit.writing import SERVER, note
from central.devices.backlog import LASTS, accept_backlog
from central.logs import central_logger


class Command(BaseCommand):
    help = (
        "Let a removed device send once what it had heard before, within "
        f"{LASTS.total_seconds() // 3600:.0f} hours. Only when you have it back: "
        "whoever holds it can write answers."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("device", metavar="DEVICE", help="32 hex digits")

    def handle(self, *_args: Any, **options: Any) -> None:
        device, now = options["device"], timezone.now()
        with transaction.atomic():
            if not accept_backlog(device, now):
                raise CommandError("there is no such device that was removed")
            note(SERVER, "accepted what it holds", f"device {device}", now)
        central_logger().info("backlog accepted", device=device)
        self.stdout.write(
            "accepted once; its agent asks within the hour, or at once when it is "
            "started again. It stays removed."
        )
