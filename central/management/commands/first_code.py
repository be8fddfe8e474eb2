"""wardvoice-central first-code"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from central.people.first import new_first_code


class Command(BaseCommand):
    help = "Make a one-time code with which a browser makes the first administrator."

    def handle(self, *_args: Any, **_options: Any) -> None:
        code = new_first_code(timezone.now())
        if code is None:
            raise CommandError("somebody has an account already: ask an administrator")
        self.stdout.write(code)
