"""What was tried, what came of it, and what went wrong meanwhile? One file tells.

The Jepsen way: one JSON line an event, written with a single write by whoever it
happened to. An operation is `invoke`, then `ok`, `fail` (proved: nothing was stored)
or `info` (nobody knows). A fault is `start`, then perhaps `stop`. Words are hashed, so
the file tells that an answer came with other words, and never which words.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from feedback.answer import ERASED, WIRE_WORDS, Answer, Draft
from feedback.seal import is_sealed

ANSWER, TEXT, WITHDRAW, ERASE = "answer", "text", "withdraw", "erase"
OPERATIONS = (ANSWER, TEXT, WITHDRAW, ERASE)

Value = Sequence[object]


def content(answer: Answer | Draft) -> str:
    return said(*(getattr(answer, word) for word in WIRE_WORDS))


def without_words(answer: Answer | Draft) -> str:
    """What the content of this row is once its words are erased."""
    return content(replace(answer, value=ERASED))


def said(*words: str) -> str:
    return hashlib.sha256(json.dumps(words).encode()).hexdigest()


@dataclass(frozen=True)
class Event:
    process: str
    type: str
    f: str
    value: Value
    at: float


class History:
    """Written by a program that may be killed at any moment."""

    def __init__(self, path: Path, process: str) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._process = process

    def write(self, type_: str, f: str, value: Value = ()) -> None:
        line = json.dumps(
            {
                "process": self._process,
                "type": type_,
                "f": f,
                "value": list(value),
                "at": round(time.monotonic(), 4),
            }
        )
        os.write(self._file, f"{line}\n".encode())

    def answers(self, type_: str, drafts: Iterable[Draft]) -> None:
        self.write(type_, ANSWER, [entry(draft) for draft in drafts])


def entry(draft: Draft) -> list[object]:
    return [draft.response, content(draft), without_words(draft), has_words(draft)]


def has_words(draft: Draft | Answer) -> bool:
    return is_sealed(draft.value)


def read(path: Path) -> Iterator[Event]:
    """Every event; not the last line of a program that was killed in its write."""
    for line in path.read_text().splitlines():
        try:
            yield Event(**json.loads(line))
        except ValueError:
            continue


def faults_in(path: Path) -> Counter[str]:
    """How often each fault began."""
    return Counter(e.f for e in read(path) if e.type == "start")
