"""Is this a CSV file that can be read without guessing, and what are its rows?

Rows are numbered as a spreadsheet numbers them: a cell with line breaks in it is one
row, and an empty line is one too. Where the rest of a file cannot be trusted, reading
stops with `Broken`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field

FILE_BYTES = 20_000_000
ROWS = 100_000
CELL_CHARS = 2_000

_SAVE_AS = "save it as “CSV UTF-8 (comma delimited)”"
# How files begin that somebody gave the name .csv.
_OTHERS = {
    b"PK\x03\x04": f"this is a workbook or a zip file, not CSV: open it and {_SAVE_AS}",
    b"\xd0\xcf\x11\xe0": f"this is an old Excel workbook, not CSV: open it and "
    f"{_SAVE_AS}",
    b"\x1f\x8b": "this is a compressed file: unpack it first",
    b"%PDF": "this is a PDF, not CSV",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a row, as a spreadsheet numbers them (the header is row 1); 0
    is the whole file. `code` is for machines; `words` for a clerk, never with what
    stands in the cell. `ward`: of a row that is left out, if it is one of ours."""

    row: int
    code: str
    words: str
    ward: str = field(default="", compare=False)


class Broken(Exception):
    """From here on the file cannot be read; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


def read_rows(
    data: bytes, rows: int = ROWS, file_bytes: int = FILE_BYTES
) -> Iterator[tuple[int, list[str]]]:
    """Each row's number and cells, the header first, which is row 1."""
    text = _text(data, file_bytes)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    row = filled = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _broken(row + 1, str(error)) from None
        row += 1
        filled += any(cells)  # where a cell once was a spreadsheet saves an empty row
        if filled > rows + 1:
            raise Broken(_whole("too_many_rows", f"there are more than {rows:,} rows"))
        yield row, cells


def _text(data: bytes, file_bytes: int) -> str:
    if len(data) > file_bytes:
        most = f"{file_bytes / 1_000_000:g}"
        raise Broken(_whole("too_big", f"the file is larger than {most} MB"))
    for start, words in _OTHERS.items():
        if data.startswith(start):
            raise Broken(_whole("not_csv", words))
    if b"\0" in data[:4]:  # with its byte order mark or without
        words = f"this is UTF-16, which Excel calls “Unicode text”: {_SAVE_AS}"
        raise Broken(_whole("encoding", words))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Broken(_not_utf8(data, error.start)) from None
    if not text.strip():
        raise Broken(_whole("empty_file", "the file is empty"))
    return text


def _not_utf8(data: bytes, at: int) -> Problem:
    """In which row the first letter of another alphabet stands."""
    outside = b"".join(data[:at].split(b'"')[::2])  # line breaks in quotes end no row
    row = 1 + max(outside.count(b"\n"), outside.count(b"\r"))
    words = f"a letter here is not UTF-8, as in files from older Windows: {_SAVE_AS}"
    return Problem(row, "encoding", words)


def _broken(row: int, why: str) -> Broken:
    if "field larger" in why:
        words = "a cell is far too long; is a quote mark opened and never closed?"
        return Broken(Problem(row, "too_long", words))
    words = (
        "a quote mark is opened and never closed, or stands in the middle of a cell; "
        "nothing after it was read"
    )
    return Broken(Problem(row, "quote", words))


def _whole(code: str, words: str) -> Problem:
    return Problem(0, code, words)
