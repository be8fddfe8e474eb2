"""wardvoice-central publish FILE …"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from central.audit.writing import SERVER, note
from central.intake.held import try_again
from central.surveys.published import PublishError, ask, offer_also, publish
from central.trouble import words_of
from feedback.assets import assets_folder
from feedback.surveys import SurveyError


class Command(BaseCommand):
    help = "Publish surveys. A published version never changes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE")
        parser.add_argument(
            "--ours",
            action="store_true",
            help="FILE is the name of a survey that came with this program: "
            + ", ".join(_names()),
        )
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--ask", action="store_true", help="ask the last one now")
        what.add_argument(
            "--also",
            action="store_true",
            help="offer the last one on tablets beside the one that they ask",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            for name in options["files"]:
                file = _ours(name) if options["ours"] else Path(name)
                text, now = file.read_text(encoding="utf-8-sig"), timezone.now()
                with transaction.atomic():
                    survey = publish(text, file.name, now)
                    note(SERVER, "published", f"survey {survey.name}", now)
                self.stdout.write(f"{survey.name} is published")
            for option, choose in (("ask", ask), ("also", offer_also)):
                if options[option]:
                    _choose(choose, survey.name, option)
        except (SurveyError, PublishError) as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(words_of(error)) from error
        except UnicodeDecodeError as error:
            raise CommandError(f"{file} is no text in UTF-8") from error
        released = try_again()
        if released:
            self.stdout.write(f"{released} answers that were held now stand")


@transaction.atomic
def _choose(choose: Callable[[str], None], name: str, option: str) -> None:
    choose(name)
    note(SERVER, "changed", "what is asked", timezone.now(), **{option: name})


def _names() -> list[str]:
    return sorted(path.stem for path in _folder().glob("*.toml"))


def _folder() -> Path:
    return assets_folder() / "surveys"


def _ours(name: str) -> Path:
    if name not in _names():
        raise CommandError(
            f"no survey {name} came with this program, but {', '.join(_names())}"
        )
    return _folder() / f"{name}.toml"
