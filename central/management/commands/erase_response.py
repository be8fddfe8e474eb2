"""wardvoice-central erase-response ID"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from central import deriving
from central.intake.judge import is_response
from central.intake.models import Answer as AnswerRow
from central.intake.models import Held
from central.intake.remembered import erase_for_good
from central.settings import CENTRAL

NOT_HERE = "nothing of it is here; should a device bring it, it comes erased"


class Command(BaseCommand):
    help = "Erase what one person said, here and whenever a device sends it again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("response", metavar="ID", help="the response's UUID")

    def handle(self, *_args: Any, **options: Any) -> None:
        response, now = options["response"].strip().lower(), timezone.now()
        if not is_response(response):
            raise CommandError(f"{response} is no response's ID: nothing was erased")
        try:
            erase_for_good(response, now)
        except OSError as error:
            raise CommandError(
                f"nothing was erased: {CENTRAL.erasures} cannot be written "
                f"({error.strerror})"
            ) from error
        deriving.follow_all()
        self.stdout.write("erased" if _is_here(response) else NOT_HERE)


def _is_here(response: str) -> bool:
    several = (AnswerRow.objects, Held.objects)
    return any(rows.filter(response=response).exists() for rows in several)
