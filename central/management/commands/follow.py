"""wardvoice-central follow"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from central import deriving
from central.intake.held import try_again


class Command(BaseCommand):
    help = "Catch up: held answers, sealed comments, what stands."

    def handle(self, *_args: Any, **_options: Any) -> None:
        released = try_again()
        opened, closed = deriving.follow_all()
        self.stdout.write(f"{released} held answers now stand; all is followed")
        if opened or closed:
            self.stdout.write(f"{opened} comments opened that could not be before; "
                              f"{closed} cannot be opened")  # fmt: skip
