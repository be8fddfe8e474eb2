"""What is one row of a batch, and when are two rows the same one?"""

from __future__ import annotations

import base64
import hashlib
import json
import re
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
UUID_CHARS = 36
_UUID = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it came, or as it is kept: `answer` if it is the nine words, else
    `trouble` says why not.

    `digest` is the answer's as it first came, or the raw value's if it is no answer.
    `bare` is the answer with `erased` for its value, where only that is at fault.
    """

    seq: int
    raw: object
    answer: Answer | None
    digest: str
    trouble: str = ""
    bare: Answer | None = None

    @property
    def body(self) -> str:
        """ASCII JSON, which every database keeps: a NUL is written as an escape."""
        return _ascii_json(self.raw)

    @property
    def value(self) -> object:
        """The answer's, or where only that is at fault, what came in its place."""
        if self.answer is not None:
            return self.answer.value
        said = _unwrapped(self.raw)
        return said.get("value") if isinstance(said, dict) else None

    @property
    def was_refused(self) -> bool:
        """It came as base64 text, because its plain bytes had been refused."""
        return isinstance(self.raw, str)

    @property
    def is_erased(self) -> bool:
        return self.answer is not None and self.answer.value == ERASED

    @property
    def response(self) -> str:
        """The response that it is of. What is no answer names one somewhere, if it is
        anybody's words at all; "" if it does not."""
        if self.answer is not None and len(self.answer.response) == UUID_CHARS:
            return self.answer.response.lower()
        found = _UUID.search(f"{self.body} {_packed_text(self.raw)}".lower())
        return found.group() if found else ""

    def without_value(self) -> Answer | None:
        """Its other eight words, if they are words: what erasure leaves of it."""
        return replace(self.answer, value=ERASED) if self.answer else self.bare

    def erased(self) -> Row:
        """The same row without anybody's words, known by the same digest. What is no
        answer without its value either may have them anywhere: all of it goes but the
        name of its response."""
        answer, raw = self.without_value(), self.raw
        if answer is None:
            return replace(self, raw={"response": self.response, "value": ERASED})
        if isinstance(raw, dict):
            raw = {**raw, "value": ERASED}
        elif isinstance(raw, str):
            raw = as_base64(answer)
        return replace(self, raw=raw, answer=answer, trouble="")


def read_row(raw: object, device: str, seq: int) -> Row:
    """The row in one element of a batch, plain or as base64 text: the same row then."""
    try:
        answer = read_answer(_unwrapped(raw), device, seq)
        return Row(seq, raw, answer, digest(answer))
    except Malformed as error:
        own = hashlib.sha256(_ascii_json(raw).encode()).hexdigest()
        return Row(seq, raw, None, own, str(error), _bare(raw, device, seq))


def held_row(device: str, seq: int, body: str, first_digest: str) -> Row:
    """A row that is held, known by the digest that it had as it came."""
    return replace(read_row(read_json(body.encode()), device, seq), digest=first_digest)


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
    others = row.without_value()
    if others is None or others != known.without_value():
        return False
    return row.is_erased or (known.is_erased and digest(others) == known.digest)


def _ascii_json(raw: object) -> str:
    return json.dumps(raw, ensure_ascii=True, separators=(",", ":"), sort_keys=True)


def _bare(raw: object, device: str, seq: int) -> Answer | None:
    try:
        said = _unwrapped(raw)
        if not isinstance(said, dict) or "value" not in said:
            return None
        return read_answer({**said, "value": ERASED}, device, seq)
    except Malformed:
        return None


def _unwrapped(raw: object) -> object:
    if not isinstance(raw, str):
        return raw
    try:
        return read_json(base64.b64decode(raw, validate=True))
    except (ValueError, Unreadable):
        raise Malformed("base64 text without an answer in it") from None


def _packed_text(raw: object) -> str:
    """What a text holds that is base64, read as far as it can be."""
    if not isinstance(raw, str):
        return ""
    try:
        return base64.b64decode(raw, validate=True).decode(errors="replace")
    except ValueError:
        return ""
