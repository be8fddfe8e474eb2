"""Whoever types central's commands: a code for a new device, an erasure.

`python -m tests.faults.clerk` is `wardvoice-central` that stays, and takes one command
after another: starting it anew each time would be most of what a storm costs.
"""

from __future__ import annotations

import io
import json
import os
import select
import subprocess
import sys
from pathlib import Path

from deploy.demo.processes import Program, ProgramFailed

TIMEOUT_S = 180.0


class Clerk:
    def __init__(self, program: Program, output: Path) -> None:
        self._output = output.open("ab")
        self._process = subprocess.Popen(
            program.command,
            env=dict(program.environ),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._output,
            text=True,
        )

    def ask(self, *words: str) -> str:
        """What the command printed; ProgramFailed when it could not do it."""
        assert self._process.stdin
        assert self._process.stdout
        print(json.dumps(words), file=self._process.stdin, flush=True)
        ready, _, _ = select.select([self._process.stdout], [], [], TIMEOUT_S)
        line = self._process.stdout.readline() if ready else ""
        if not line:
            raise ProgramFailed(f"the clerk says nothing to {words}")
        done, said = json.loads(line)
        if not done:
            raise ProgramFailed(f"{words}: {said}")
        return str(said)

    def close(self) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.kill()
        self._process.wait()
        self._process.stdin.close()
        self._process.stdout.close()
        self._output.close()


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "central.settings")
    import django
    from django.core.management import call_command
    from django.db import connections

    django.setup()
    for line in sys.stdin:
        command, *words = json.loads(line)
        said = io.StringIO()
        try:
            call_command(command, *words, stdout=said, stderr=sys.stderr)
            answer = (True, said.getvalue())
        except Exception as error:  # noqa: BLE001, whoever asked is told
            answer = (False, type(error).__name__)
        connections.close_all()  # the database may be another one next time
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
