"""How does a command that fails say so? By the program's name, as every other line."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management import BaseCommand, CommandError, ManagementUtility
from django.core.management.base import SystemCheckError


class Commands(ManagementUtility):
    """Django's, which says "CommandError: …" to whoever stands there."""

    def fetch_command(self, subcommand: str) -> BaseCommand:
        command = super().fetch_command(subcommand)
        execute = command.execute

        def execute_in_words(*args: Any, **options: Any) -> Any:
            try:
                return execute(*args, **options)
            except SystemCheckError:
                raise  # a report of its own
            except CommandError as error:
                if options.get("traceback"):
                    raise
                print(f"wardvoice-central: {error}", file=sys.stderr)
                sys.exit(error.returncode)

        command.execute = execute_in_words  # type: ignore[method-assign]
        return command
