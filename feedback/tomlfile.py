"""What does a TOML file of ours say, and on which line?

A file that is wrong in any way is refused whole, with its name, the line and the
reason: a kiosk keeps the last good one, and nobody meets a half-read survey.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeGuard

FILE_BYTES = 262_144
WORDING_CHARS = 400

_KEY = re.compile(r"_?[a-z][a-z0-9_]{0,39}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,4})?")
# The start of a language's words, and a line of them that needs no parser to be read.
_WORDS = re.compile(r"\[words\.([A-Za-z-]+)\]")
_WORDS_LINE = re.compile(r'"([\w.-]+)" = "([^"\\\x00-\x1f\x7f]*)"')
_FLAT_LINE = re.compile(r'([a-z_]+) = (?:"([^"\\\x00-\x1f\x7f]*)"|(true|false))')
_NOTHING = re.compile(r" *(#[^\x00-\x1f\x7f]*)?")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


class SurveyError(Exception):
    """A survey file that is refused: `file`, `line` (0 = the whole file), `reason`."""

    def __init__(self, file: str, line: int, reason: str) -> None:
        super().__init__(
            f"{file}, line {line}: {reason}" if line else f"{file}: {reason}"
        )
        self.file, self.line, self.reason = file, line, reason


class TomlFile:
    """One file, parsed. It finds the line of what is being read from it."""

    def __init__(self, text: str, name: str) -> None:
        self.name = name
        self.lines = text.replace("\r\n", "\n").split("\n")
        if len(text) > FILE_BYTES:
            raise self.error(0, f"is larger than {FILE_BYTES} bytes")
        try:
            self.data = _quickly(self.lines) or tomllib.loads(text)
        except ValueError as error:  # a number of 5,000 digits is no TOMLDecodeError
            raise self.error(_toml_line(error, self.lines), str(error)) from error
        except RecursionError as error:
            raise self.error(0, "is nested too deep") from error

    def error(self, line: int, reason: str) -> SurveyError:
        return SurveyError(self.name, line, reason)

    def line(self, start: str, after: int = 0) -> int:
        """The first line from `after` on that begins so, or 0."""
        found = (n for n, line in enumerate(self.lines, 1) if line.startswith(start))
        return next((n for n in found if n >= after), 0)

    # ── the small parts ──────────────────────────────────────────────────────

    def key(self, key: object, name: str, line: int) -> str:
        if not is_name(key):
            raise self.error(line, f"{name} must be small letters, digits and _")
        return key

    def table(
        self, table: object, known: set[str], what: str, line: int
    ) -> dict[str, Any]:
        if not isinstance(table, dict):
            raise self.error(line, f"{what} must be a table")
        self.only(table, known, what, line)
        return table

    def only(
        self, table: Mapping[str, Any], known: set[str], what: str, line: int
    ) -> None:
        unknown = sorted(set(table) - known)
        if unknown:
            at = self.line(f"{unknown[0]} ", after=line) or line
            raise self.error(at, f"{what} has no {unknown[0]!r}")

    def truth(self, table: Mapping[str, Any], name: str, what: str, line: int) -> bool:
        value = table.get(name, False)
        if not isinstance(value, bool):
            raise self.error(line, f"{what}: {name} must be true or false")
        return value


def read_text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise SurveyError(path.name, 0, f"cannot be read: {error.strerror}") from error
    if len(raw) > FILE_BYTES:
        raise SurveyError(path.name, 0, f"is larger than {FILE_BYTES} bytes")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise SurveyError(path.name, line, "is not UTF-8 text") from error


def trouble_with_words(words: object) -> str:
    """Why these words in a language cannot be shown; empty when they can."""
    if not isinstance(words, str) or not words.strip():
        return "are empty"
    if _CONTROL.search(words):
        return "have control characters"
    if len(words) > WORDING_CHARS:
        return f"have more than {WORDING_CHARS} characters"
    return ""


def is_name(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and _KEY.fullmatch(value) is not None


def is_language(value: str) -> bool:
    return _LANGUAGE.fullmatch(value) is not None


def is_texts(value: object) -> TypeGuard[list[str]]:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def is_tables(value: object) -> TypeGuard[list[dict[str, Any]]]:
    return isinstance(value, list) and all(isinstance(one, dict) for one in value)


def _quickly(lines: list[str]) -> dict[str, Any] | None:
    """The same as tomllib gives, or None where this cannot tell.

    Nearly all of a survey in eleven languages is plain lines at its end, and all of a
    wording file is. tomllib looks at each letter: 40 ms of all files together, which
    someone waits for in front of a dark tablet.
    """
    at = next((n for n, line in enumerate(lines) if _WORDS.fullmatch(line)), None)
    if at is None:
        return _flat(lines)
    tables: dict[str, dict[str, str]] = {}
    table: dict[str, str] = {}
    for line in lines[at:]:
        if found := _WORDS_LINE.fullmatch(line):
            if found[1] in table:
                return None
            table[found[1]] = found[2]
        elif found := _WORDS.fullmatch(line):
            if found[1] in tables:
                return None
            table = tables[found[1]] = {}
        elif not _NOTHING.fullmatch(line):
            return None
    try:
        data = tomllib.loads("\n".join(lines[:at]))
    except (ValueError, RecursionError):
        return None  # the whole file's error names the right line
    return None if "words" in data else {**data, "words": tables}


def _flat(lines: list[str]) -> dict[str, Any] | None:
    data: dict[str, Any] = {}
    for line in lines:
        if found := _FLAT_LINE.fullmatch(line):
            if found[1] in data:
                return None
            data[found[1]] = found[2] if found[3] is None else found[3] == "true"
        elif not _NOTHING.fullmatch(line):
            return None
    return data


def _toml_line(error: ValueError, lines: list[str]) -> int:
    at = re.search(r"at line (\d+)", str(error))
    if at is not None:
        return int(at.group(1))
    return len(lines) if "end of document" in str(error) else 0
