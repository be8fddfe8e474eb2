"""wardvoice-central listen"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from central.comments.listening import listen_to_all


class Command(BaseCommand):
    help = "Look anew for words that may call for help, after their phrases changed."

    def handle(self, *_args: Any, **_options: Any) -> None:
        self.stdout.write(f"{listen_to_all()} comments")
