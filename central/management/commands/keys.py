"""wardvoice-central keys"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from central.keys import KeysError, make_keys
from central.settings import CENTRAL


class Command(BaseCommand):
    help = "Make the organisation's keys in WARDVOICE_KEYS_DIR. Never overwrites one."
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        try:
            make_keys(CENTRAL.keys_dir)
        except (KeysError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"The keys are in {CENTRAL.keys_dir}. Copy the whole folder to two places "
            "that are not this machine: a lost comment key is lost comments. Then "
            "take root.seed away from here: only a change of keys needs it."
        )
