"""wardvoice-central erase-response ID"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from central import following
from central.intake.erasure import erase_response
from central.intake.remembered import ERASE, remember


class Command(BaseCommand):
    help = "Erase what one person said, here and whenever a device sends it again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("response", metavar="ID", help="the response's UUID")

    def handle(self, *_args: Any, **options: Any) -> None:
        response, now = options["response"].lower(), timezone.now()
        remember(ERASE, response, now)  # first: a restore must not bring it back
        erase_response(response, now)
        following.follow_all()
        self.stdout.write("erased")
