"""wardvoice-central rebuild-standing"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from central import deriving


class Command(BaseCommand):
    help = "Write what stands of each response anew, from the answers alone."

    def handle(self, *_args: Any, **_options: Any) -> None:
        self.stdout.write(f"{deriving.rebuild_standing()} responses")
