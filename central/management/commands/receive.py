"""wardvoice-central receive FILE"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from central import deriving
from central.intake.carried import Told, receive
from central.intake.remembered import FileBroken, once
from central.logs import central_logger
from feedback.carried import CarriedError, NotOurs


class Command(BaseCommand):
    help = "Take the answers in a file of wardvoice-sync export. Twice is once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")

    def handle(self, *_args: Any, **options: Any) -> None:
        trouble: list[str] = []
        told: list[Told] = []
        try:
            once.ensure()  # what was erased and removed, as before any first answer
            for one in _received(options["file"]):
                told.append(one)
                self._say(one)
        except FileBroken as error:
            raise CommandError(str(error)) from error
        except (CarriedError, OSError) as error:
            words = _words(error, options["file"])
            if not told:
                raise CommandError(f"{words}. Nothing was taken from it") from error
            trouble.append(words)
        for device in {one.device for one in told if one.good}:
            deriving.follow(device)
        self._sum(told, trouble)

    def _say(self, one: Told) -> None:
        name = f"{one.device[:8]}: " if one.device else ""
        (self.stdout if one.good else self.stderr).write(f"{name}{one.words}")
        central_logger().info(
            "carried", device=one.device, outcome="kept" if one.good else "not taken",
            count=one.answers, stored=one.stored, held=one.held,
        )  # fmt: skip

    def _sum(self, told: list[Told], trouble: list[str]) -> None:
        answers, stored, held = (
            sum(getattr(one, word) for one in told)
            for word in ("answers", "stored", "held")
        )
        self.stdout.write(
            f"{answers:,} answers of this file are here: {stored + held:,} are new, "
            f"{held:,} of them held."
        )
        bad = sum(not one.good for one in told)
        if bad:
            trouble.append(f"{bad} of its batches could not be taken")
        if trouble:
            broken = len(trouble) > (bad > 0) or any(one.broken for one in told)
            raise CommandError(
                f"{'; '.join(trouble)}. Nothing is lost: the device keeps its answers "
                "until central itself has told it. "
                + ("Export them again." if broken else "What to do is said above.")
            )


def _received(file: Path) -> Iterator[Told]:
    with open(file, "rb") as opened:
        yield from receive(opened, timezone.now())


def _words(error: Exception, file: Path) -> str:
    if isinstance(error, OSError):
        # A stick that breaks in the middle does not say of which file.
        return f"{error.filename or file} cannot be read: {error.strerror}"
    return f"{file}: {error}" if isinstance(error, NotOurs) else str(error)
