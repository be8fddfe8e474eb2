"""What is one row of a batch, and when are two rows the same one?"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, replace

from feedback.answer import ERASED, Answer, digest
from feedback.wire import (
    Malformed,
    Unreadable,
    as_base64,
    read_answer,
    read_json,
)

END, WITHDRAWN = "_end", "withdrawn"


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it came, or as it is kept: `answer` if it is the nine words, else
    `trouble` says why not.

    `digest` is the answer's as it first came, or the raw value's if it is no answer.
    """

    seq: int
    raw: object
    answer: Answer | None
    digest: str
    trouble: str = ""

    @property
    def body(self) -> str:
        """ASCII JSON, which every database keeps: a NUL is written as an escape."""
        return _ascii_json(self.raw)

    @property
    def was_refused(self) -> bool:
        """It came as base64 text, because its plain bytes had been refused."""
        return isinstance(self.raw, str)

    def erased(self) -> Row:
        """The same row without its value, known by the same digest."""
        if self.answer is None:
            return self
        answer = replace(self.answer, value=ERASED)
        raw = self.raw
        if isinstance(raw, dict):
            raw = {**raw, "value": ERASED}
        elif isinstance(raw, str):
            raw = as_base64(answer)
        return replace(self, raw=raw, answer=answer)


def read_row(raw: object, device: str, seq: int) -> Row:
    """The row in one element of a batch, plain or as base64 text: the same row then."""
    try:
        answer = read_answer(_unwrapped(raw), device, seq)
        return Row(seq, raw, answer, digest(answer))
    except Malformed as error:
        bare = hashlib.sha256(_ascii_json(raw).encode()).hexdigest()
        return Row(seq, raw, None, bare, str(error))


def is_withdrawal(answer: Answer) -> bool:
    """Whether the person took all of it back: nothing counts, the words are erased."""
    return (answer.question, answer.value) == (END, WITHDRAWN)


def same_row(row: Row, known: Row) -> bool:
    """Whether these are one row, though its words may have been erased on one side.

    Words that were erased here are known by their digest; of a row that came without
    them, central cannot say, and believes the device.
    """
    if row.digest == known.digest:
        return True
    if row.answer is None or known.answer is None:
        return False
    if replace(row.answer, value=ERASED) != replace(known.answer, value=ERASED):
        return False
    return row.answer.value == ERASED or _came_erased(known.answer, known.digest)


def _came_erased(answer: Answer, first_digest: str) -> bool:
    return answer.value == ERASED and digest(answer) == first_digest


def _ascii_json(raw: object) -> str:
    return json.dumps(raw, ensure_ascii=True, separators=(",", ":"), sort_keys=True)


def _unwrapped(raw: object) -> object:
    if not isinstance(raw, str):
        return raw
    try:
        return read_json(base64.b64decode(raw, validate=True))
    except (ValueError, Unreadable):
        raise Malformed("base64 text without an answer in it") from None
