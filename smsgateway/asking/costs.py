"""What does each text of a list cost?

JSON Lines in, with `text`; JSON Lines out, with `encoding` and `segments`: the same
order, one line each. It stops at the first line that holds no text, so that no answer
can be taken for another line's.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import BinaryIO, TextIO

from smsgateway.segments import encoding, segments

LINE_BYTES = 1_000_000


class BadLine(ValueError):
    """`line` is its number, from 1; the message never holds what it says."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(f"line {line} {why}")
        self.line = line


def write_costs(lines: BinaryIO, out: TextIO) -> None:
    """BadLine at the first line that is none; those before it are written."""
    for number, line in enumerate(_lines(lines), 1):
        text = _text(number, line)
        cost = {"encoding": encoding(text), "segments": segments(text)}
        print(json.dumps(cost), file=out)


def _lines(lines: BinaryIO) -> Iterator[bytes]:
    # One line too long would be read into memory whole by a plain `for`.
    while line := lines.readline(LINE_BYTES + 1):
        yield line


def _text(number: int, line: bytes) -> str:
    if len(line) > LINE_BYTES:
        raise BadLine(number, f"is longer than {LINE_BYTES:,} bytes")
    try:
        said = json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8"))
    except UnicodeDecodeError:
        raise BadLine(number, "is not UTF-8") from None
    except (ValueError, RecursionError):
        raise BadLine(number, "is not JSON") from None
    if not isinstance(said, dict) or not isinstance(said.get("text"), str):
        raise BadLine(number, 'is no object with a text, such as {"text": "Hi"}')
    text: str = said["text"]
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        raise BadLine(number, "has half of a letter in its text: a lone surrogate")
    return text
