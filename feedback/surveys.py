"""How does a survey come off the disk?

Survey files are TOML, one per version, with the wording per language. A file that is
wrong in any way is refused whole, with its name, the line and the reason: a kiosk
keeps the last good one, and nobody meets a half-read survey.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from itertools import zip_longest
from pathlib import Path
from typing import Any, TypeGuard

from feedback.survey import (
    CHOICE,
    CHOICES,
    COMMENT,
    FEELINGS,
    FFT,
    OWN,
    RATING,
    STEP_VALUES,
    Condition,
    Option,
    Question,
    Survey,
    Wording,
)
from feedback.verbatim import trouble_with

# The order in which the faces are shown is the file's. Best first is the national
# question's order too: a scale that turns round between two screens misleads a hand.
BEST_FIRST = STEP_VALUES[::-1]

FILE_BYTES = 262_144
OPTIONS = (2, 40)
WORDING_CHARS = 400
QUESTIONS = 60

_PLAIN_KINDS = (RATING, CHOICE, CHOICES, COMMENT)
_KEY = re.compile(r"_?[a-z][a-z0-9_]{0,39}")
_OPTION = re.compile(r"-?[a-z0-9][a-z0-9_]{0,39}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,4})?")
_HEADER = re.compile(r"\s*\[\[\s*question\s*\]\]")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_TOP = {
    "id", "version", "languages", "reviewed", "title", "practice", "scale", "feeling",
    "question",
}  # fmt: skip
_ANY = {"key", "kind", "wording", "ask_if", "qs15"}
_QUESTION = _ANY | {"sms", "option", "page", "fft"}
_STEP = _ANY | {"step", "title", "words", "own"}


class SurveyError(Exception):
    """A survey file that is refused: `file`, `line` (0 = the whole file), `reason`."""

    def __init__(self, file: str, line: int, reason: str) -> None:
        super().__init__(
            f"{file}, line {line}: {reason}" if line else f"{file}: {reason}"
        )
        self.file, self.line, self.reason = file, line, reason


def load_surveys(folder: Path) -> dict[str, Survey]:
    """The surveys of a folder by name (`inpatient@1`); SurveyError if any is bad."""
    surveys: dict[str, Survey] = {}
    for path in sorted(folder.glob("*.toml")):
        survey = read_survey(_read(path), path.name)
        if survey.name in surveys:
            raise SurveyError(path.name, 1, f"{survey.name} is in another file too")
        surveys[survey.name] = survey
    return surveys


def read_survey(text: str, file: str) -> Survey:
    """The survey that the text describes. `file` only names it in errors."""
    return _Reader(text, file).survey()


def read_wording(path: Path) -> Mapping[str, Wording]:
    """The phrases of a wording file: `wording["next"]["cy"]`."""
    reader = _Reader(_read(path), path.name)
    return {
        key: reader.wording(value, key, reader.line(f"[{key}]"))
        for key, value in reader.data.items()
        if key != "reviewed"
    }


def _read(path: Path) -> str:
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


class _Reader:
    """Reads one file, and knows the line of what it is reading."""

    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self.lines = text.replace("\r\n", "\n").split("\n")
        self.languages: tuple[str, ...] = ()  # those a wording may have; none: any
        if len(text) > FILE_BYTES:
            raise SurveyError(file, 0, f"is larger than {FILE_BYTES} bytes")
        try:
            self.data = tomllib.loads(text)
        except ValueError as error:  # a number of 5,000 digits is no TOMLDecodeError
            raise self.error(_toml_line(error, self.lines), str(error)) from error
        except RecursionError as error:
            raise self.error(0, "is nested too deep") from error

    def error(self, line: int, reason: str) -> SurveyError:
        return SurveyError(self.file, line, reason)

    # ── the whole ────────────────────────────────────────────────────────────

    def survey(self) -> Survey:
        self._only(self.data, _TOP, "the survey", 1)
        self.languages = self._languages("languages")
        questions = self._questions()
        reviewed = frozenset(self._languages("reviewed"))
        if not reviewed <= set(self.languages):
            raise self.error(self.line("reviewed"), "reviewed is not among languages")
        return Survey(
            id=self._key(self.data.get("id"), "id", self.line("id")),
            version=self._version(),
            title=self.wording(self.data.get("title"), "title", self.line("title")),
            languages=self.languages,
            reviewed=reviewed,
            questions=tuple(questions),
            practice=self._practice(),
        )

    def _practice(self) -> Wording:
        if "practice" not in self.data:
            return {}
        line = self.line("[practice]") or self.line("practice")
        table = self._table(self.data["practice"], {"wording"}, "practice", line)
        return self.wording(table.get("wording"), "practice", line)

    def _version(self) -> int:
        version = self.data.get("version")
        if type(version) is not int or not 1 <= version <= 1_000_000:
            raise self.error(self.line("version"), "version must be a number from 1")
        return version

    def _languages(self, name: str) -> tuple[str, ...]:
        found = self.data.get(name, [])
        if not _is_texts(found) or not all(_LANGUAGE.fullmatch(one) for one in found):
            raise self.error(self.line(name), f"{name} must be a list such as ['en']")
        if name == "languages" and "en" not in found:
            raise self.error(self.line(name), "languages must hold 'en'")
        if len(set(found)) != len(found):
            raise self.error(self.line(name), f"{name} names a language twice")
        return tuple(found)

    # ── questions ────────────────────────────────────────────────────────────

    def _questions(self) -> list[Question]:
        tables = self.data.get("question", [])
        if not _is_tables(tables) or not 1 <= len(tables) <= QUESTIONS:
            raise self.error(0, f"needs 1 to {QUESTIONS} [[question]] tables")
        found: list[Question] = []
        headers = [n for n, line in enumerate(self.lines, 1) if _HEADER.match(line)]
        for table, line in zip_longest(tables, headers[: len(tables)], fillvalue=0):
            assert isinstance(table, dict)
            several = (
                self._step(table, line) if "step" in table else [self._one(table, line)]
            )
            for question in several:
                self._check_order(question, found, line)
                found.append(question)
        return found

    def _one(self, table: dict[str, Any], line: int) -> Question:
        self._only(table, _QUESTION, "a question", line)
        key = self._key(table.get("key"), "key", line)
        kind = table.get("kind")
        if kind not in _PLAIN_KINDS:
            kinds = ", ".join(_PLAIN_KINDS)
            raise self.error(line, f"{key}: kind must be one of {kinds}")
        question = Question(
            key=key,
            kind=kind,
            wording=self.wording(table.get("wording"), f"{key}: wording", line),
            sms=self.wording(table["sms"], f"{key}: sms", line)
            if "sms" in table
            else {},
            options=self._options(table.get("option", []), kind, key, line),
            ask_if=self._conditions(table.get("ask_if", []), key, line),
            page=self._key(table.get("page", key), f"{key}: page", line),
            fft=table.get("fft", False) is True,
            qs15=self._qs15(table, line),
        )
        if trouble := trouble_with(question):
            raise self.error(line, trouble)
        return question

    def _step(self, table: dict[str, Any], line: int) -> list[Question]:
        """A step of the journey: how it felt, which words fit, a word of their own."""
        self._only(table, _STEP, "a step", line)
        step = self._key(table.get("step"), "step", line)
        if step == FFT or step.startswith("_"):
            raise self.error(line, f"{step} is the name of no step")
        if table.get("kind") != FEELINGS or table.get("key") != step:
            raise self.error(line, "a step has kind = 'feelings' and its key as step")
        same: dict[str, Any] = {
            "page": step,
            "step": step,
            "title": self.wording(table.get("title"), f"{step}: title", line),
            "qs15": self._qs15(table, line),
        }
        ask_if = self._conditions(table.get("ask_if", []), step, line)
        faces, words = self._scale(), self._feelings()
        words_of = self.wording(table.get("words"), f"{step}: words", line)
        own_of = self.wording(table.get("own"), f"{step}: own", line)
        level = self.wording(table.get("wording"), f"{step}: wording", line)
        # Who leaves the faces is not asked for words about that step.
        words_if = (*ask_if, Condition(step, STEP_VALUES))
        own_if = (Condition(f"{step}_feelings", (OWN,)),)
        return [
            Question(step, RATING, level, options=faces, ask_if=ask_if, **same),
            Question(
                f"{step}_feelings", FEELINGS, words_of, options=words,
                ask_if=words_if, **same,
            ),
            Question(f"{step}_own", COMMENT, own_of, ask_if=own_if, **same),
        ]  # fmt: skip

    def _scale(self) -> tuple[Option, ...]:
        line = self.line("[scale]") or self.line("[[scale.option]]")
        table = self._table(
            self.data.get("scale", {}), {"option", "wording"}, "scale", line
        )
        faces = self._options(table.get("option", []), RATING, "scale", line)
        if tuple(option.key for option in faces) not in (STEP_VALUES, BEST_FIRST):
            raise self.error(line, "the scale is 2, 1, 0, -1, -2, or the other way")
        return faces

    def _feelings(self) -> tuple[Option, ...]:
        tables, line = self.data.get("feeling", []), self.line("[[feeling]]")
        words = self._options(tables, FEELINGS, "feeling", line)
        if words[-1].key != OWN:
            raise self.error(line, f"the last feeling must be {OWN!r}")
        return words

    def _qs15(self, table: dict[str, Any], line: int) -> int:
        number = table.get("qs15", 0)
        if type(number) is not int or not 0 <= number <= 6:
            raise self.error(line, "qs15 is a statement of QS15, 1 to 6")
        return number

    def _check_order(
        self, question: Question, earlier: list[Question], line: int
    ) -> None:
        """Conditions look back only: every path ends, and no question is stranded."""
        before = {one.key: one for one in earlier}
        if question.key in before:
            raise self.error(line, f"the key {question.key} is used twice")
        for condition in question.ask_if:
            self._check_condition(condition, before, question.key, line)

    def _check_condition(
        self, condition: Condition, before: dict[str, Question], key: str, line: int
    ) -> None:
        asked = before.get(condition.question)
        if asked is None:
            raise self.error(
                line, f"{key}: ask_if names {condition.question}, which is not earlier"
            )
        if asked.kind == COMMENT:
            raise self.error(line, f"{key}: ask_if cannot look into a comment")
        for value in (*condition.any_of, *condition.none_of):
            if asked.option(value) is None:
                raise self.error(line, f"{key}: {asked.key} has no option {value}")

    # ── the small parts ──────────────────────────────────────────────────────

    def _options(
        self, tables: object, kind: str, name: str, line: int
    ) -> tuple[Option, ...]:
        if not _is_tables(tables):
            raise self.error(line, f"{name}: options must be tables")
        low, high = OPTIONS
        if kind == COMMENT:
            low, high = 0, 0
        if not low <= len(tables) <= high:
            raise self.error(line, f"{name}: needs {low} to {high} options")
        options = tuple(self._option(table, name, line) for table in tables)
        keys = [option.key for option in options]
        if len(set(keys)) != len(keys):
            raise self.error(line, f"{name}: an option's key is used twice")
        return options

    def _option(self, table: dict[str, Any], name: str, line: int) -> Option:
        self._only(table, {"key", "wording", "face"}, f"{name}: an option", line)
        key = table.get("key")
        if not isinstance(key, str) or not _OPTION.fullmatch(key):
            raise self.error(line, f"{name}: an option's key must be like very_good")
        face = table.get("face", "")
        if not isinstance(face, str) or (face and not _KEY.fullmatch(face)):
            raise self.error(line, f"{name}: a face is a plain name, not a path")
        words = self.wording(table.get("wording"), f"{name}: {key}", line)
        return Option(key, words, face)

    def _conditions(
        self, tables: object, name: str, line: int
    ) -> tuple[Condition, ...]:
        if not _is_tables(tables):
            raise self.error(line, f"{name}: ask_if must be a list of tables")
        return tuple(self._condition(table, name, line) for table in tables)

    def _condition(self, table: dict[str, Any], name: str, line: int) -> Condition:
        self._only(table, {"question", "any_of", "none_of"}, f"{name}: ask_if", line)
        any_of, none_of = table.get("any_of", []), table.get("none_of", [])
        if not _is_texts(any_of) or not _is_texts(none_of) or not (any_of or none_of):
            raise self.error(line, f"{name}: ask_if needs any_of or none_of")
        return Condition(str(table.get("question")), tuple(any_of), tuple(none_of))

    def wording(self, table: object, name: str, line: int) -> Wording:
        if not isinstance(table, dict) or "en" not in table:
            raise self.error(line, f"{name}: needs words in English")
        for language, words in table.items():
            if language not in (self.languages or table):
                raise self.error(line, f"{name}: {language} is not among languages")
            if not isinstance(words, str) or not words.strip():
                raise self.error(line, f"{name}: the words in {language} are empty")
            if _CONTROL.search(words):
                raise self.error(line, f"{name}: control characters in {language}")
            if len(words) > WORDING_CHARS:
                raise self.error(
                    line, f"{name}: more than {WORDING_CHARS} characters in {language}"
                )
        return dict(table)

    def _key(self, key: object, name: str, line: int) -> str:
        if not isinstance(key, str) or not _KEY.fullmatch(key):
            raise self.error(line, f"{name} must be small letters, digits and _")
        return key

    def _table(
        self, table: object, known: set[str], what: str, line: int
    ) -> dict[str, Any]:
        if not isinstance(table, dict):
            raise self.error(line, f"{what} must be a table")
        self._only(table, known, what, line)
        return table

    def _only(
        self, table: dict[str, Any], known: set[str], what: str, line: int
    ) -> None:
        unknown = sorted(set(table) - known)
        if unknown:
            at = self.line(f"{unknown[0]} ", after=line) or line
            raise self.error(at, f"{what} has no {unknown[0]!r}")

    def line(self, start: str, after: int = 0) -> int:
        """The first line from `after` on that begins so, or 0."""
        found = (n for n, line in enumerate(self.lines, 1) if line.startswith(start))
        return next((n for n in found if n >= after), 0)


def _toml_line(error: ValueError, lines: list[str]) -> int:
    at = re.search(r"at line (\d+)", str(error))
    if at is not None:
        return int(at.group(1))
    return len(lines) if "end of document" in str(error) else 0


def _is_texts(value: object) -> TypeGuard[list[str]]:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _is_tables(value: object) -> TypeGuard[list[dict[str, Any]]]:
    return isinstance(value, list) and all(isinstance(one, dict) for one in value)
