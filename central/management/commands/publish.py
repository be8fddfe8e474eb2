"""wardvoice-central publish FILE …"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from central.intake.held import try_again
from central.surveys.published import PublishError, ask, offer_also, publish
from feedback.surveys import SurveyError


class Command(BaseCommand):
    help = "Publish surveys. A published version never changes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--ask", action="store_true", help="ask the last one now")
        what.add_argument(
            "--also",
            action="store_true",
            help="offer the last one on tablets beside the one that they ask",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            for file in options["files"]:
                text = file.read_text(encoding="utf-8-sig")
                survey = publish(text, file.name, timezone.now())
                self.stdout.write(f"{survey.name} is published")
            if options["ask"]:
                ask(survey.name)
            if options["also"]:
                offer_also(survey.name)
        except (SurveyError, PublishError, OSError, UnicodeDecodeError) as error:
            raise CommandError(str(error)) from error
        released = try_again()
        if released:
            self.stdout.write(f"{released} answers that were held now stand")
