"""What was tried, what was acknowledged, and what does central hold?

One line an event, written with a single write: `invoke`, `ok` or `fail`, and the hash
of the seven words that travel. Contents are compared, never ids alone: an answer that
arrived with other words is lost and unexpected at once.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from feedback.answer import WIRE_WORDS, Answer, Draft


def content(answer: Answer | Draft) -> str:
    words = [getattr(answer, word) for word in WIRE_WORDS]
    return hashlib.sha256(json.dumps(words).encode()).hexdigest()


class History:
    """Written by a program that may be killed at any moment."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def write(self, event: str, hashes: Iterable[str]) -> None:
        lines = "".join(f"{event} {one}\n" for one in hashes)
        os.write(self._file, lines.encode())


@dataclass(frozen=True)
class Verdict:
    """`lost`, `unexpected`, `duplicated` and `overclaimed` must be 0.

    `recovered` (stored, though never acknowledged) is counted, and allowed.
    """

    attempted: int
    acknowledged: int
    stored: int
    lost: int
    unexpected: int
    duplicated: int
    recovered: int
    overclaimed: int  # times that a log claimed what central had not

    @property
    def holds(self) -> bool:
        wrong = self.lost + self.unexpected + self.duplicated + self.overclaimed
        return wrong == 0


def judge(history: Path, stored: Iterable[str], overclaimed: int) -> Verdict:
    tried, acknowledged = set(), set()
    for line in history.read_text().splitlines():
        event, _, one = line.partition(" ")
        if len(one) != 64:
            continue  # the last line of a killed program
        if event == "invoke":
            tried.add(one)
        elif event == "ok":
            acknowledged.add(one)
    found = Counter(stored)
    return Verdict(
        attempted=len(tried),
        acknowledged=len(acknowledged),
        stored=sum(found.values()),
        lost=len(acknowledged - found.keys()),
        unexpected=len(found.keys() - tried),
        duplicated=sum(n - 1 for n in found.values()),
        recovered=len((found.keys() & tried) - acknowledged),
        overclaimed=overclaimed,
    )
