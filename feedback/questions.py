"""How does a table of a survey file become a question?

A step of the journey is one table and three questions: how it felt, which words fit,
a word of one's own. Conditions look back only, so every path through a survey ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import zip_longest
from typing import Any

from feedback.survey import (
    CHOICE,
    CHOICES,
    COMMENT,
    FEELINGS,
    FFT,
    MAP,
    OWN,
    RATING,
    STEP_VALUES,
    Condition,
    Option,
    Question,
)
from feedback.tomlfile import TomlFile, is_name, is_tables, is_texts
from feedback.translations import Translations
from feedback.verbatim import trouble_with

# The order in which the faces are shown is the file's. Best first is the national
# question's order too: a scale that turns round between two screens misleads a hand.
BEST_FIRST = STEP_VALUES[::-1]

OPTIONS = (2, 40)
QUESTIONS = 60

_PLAIN_KINDS = (RATING, CHOICE, CHOICES, COMMENT)
_OPTION = re.compile(r"-?[a-z0-9][a-z0-9_]{0,39}")
_HEADER = re.compile(r"\s*\[\[\s*question\s*\]\]")
# In the path of a wording these stand where an option's key stands.
_NO_OPTION = ("title", "words", "own", "sms", "easy")
_ANY = {"key", "kind", "wording", "easy", "picture", "ask_if", "page", "qs15"}
_QUESTION = _ANY | {"sms", "option", "options_of", "about", "names", "fft"}
_STEP = _ANY | {"step", "title", "words", "own"}


class Questions:
    """Reads the [[question]] tables of one file."""

    def __init__(self, file: TomlFile, words: Translations) -> None:
        self._file = file
        self._words = words
        self._faces: tuple[Option, ...] = ()  # of every step: read at the first one
        self._feelings: tuple[Option, ...] = ()

    def read(self) -> tuple[Question, ...]:
        tables = self._file.data.get("question", [])
        if not is_tables(tables) or not 1 <= len(tables) <= QUESTIONS:
            raise self._file.error(0, f"needs 1 to {QUESTIONS} [[question]] tables")
        headers = [
            n for n, text in enumerate(self._file.lines, 1) if _HEADER.match(text)
        ]
        found: dict[str, Question] = {}
        for table, line in zip_longest(tables, headers[: len(tables)], fillvalue=0):
            assert isinstance(table, dict)
            for question in self._read(table, found, line):
                self._check(question, found, line)
                found[question.key] = question
        return tuple(found.values())

    def _read(
        self, table: dict[str, Any], earlier: Mapping[str, Question], line: int
    ) -> list[Question]:
        if "step" in table:
            return self._step(table, line)
        return [self._one(table, earlier.values(), line)]

    # ── a question ───────────────────────────────────────────────────────────

    def _one(
        self, table: dict[str, Any], earlier: Iterable[Question], line: int
    ) -> Question:
        self._file.only(table, _QUESTION, "a question", line)
        key = self._file.key(table.get("key"), "key", line)
        kind = table.get("kind")
        if kind not in _PLAIN_KINDS:
            kinds = ", ".join(_PLAIN_KINDS)
            raise self._file.error(line, f"{key}: kind must be one of {kinds}")
        question = Question(
            key=key,
            kind=kind,
            sms=self._words.optional(
                table.get("sms"), f"{key}: sms", line, f"{key}.sms"
            ),
            options=self._options_of_one(table, kind, earlier, line),
            page=self._page(table, key, line),
            fft=table.get("fft", False) is True,
            about=self._about(table, kind, line),
            names=self._names(table, kind, line),
            **self._of_any(table, key, line),
        )
        if trouble := trouble_with(question):
            raise self._file.error(line, trouble)
        return question

    def _of_any(self, table: dict[str, Any], key: str, line: int) -> dict[str, Any]:
        """What a plain question and the first one of a step have alike."""
        words = self._words
        return {
            "wording": words.wording(
                table.get("wording"), f"{key}: wording", line, key
            ),
            "easy": words.optional(
                table.get("easy"), f"{key}: easy", line, f"{key}.easy"
            ),
            "picture": self._picture(table, "picture", key, line),
            "ask_if": self._conditions(table.get("ask_if", []), key, line),
            "qs15": self._qs15(table, line),
        }

    def _page(self, table: dict[str, Any], key: str, line: int) -> str:
        page = self._file.key(table.get("page", key), f"{key}: page", line)
        if page == MAP:
            raise self._file.error(line, f"{key}: only steps are on the page {MAP!r}")
        return page

    def _options_of_one(
        self, table: dict[str, Any], kind: str, earlier: Iterable[Question], line: int
    ) -> tuple[Option, ...]:
        key = str(table.get("key"))
        if "options_of" not in table:
            return self._options(table.get("option", []), kind, key, line)
        if table["options_of"] != "steps" or kind != CHOICE or "option" in table:
            raise self._file.error(
                line, f"{key}: options_of = 'steps' is for a choice without options"
            )
        steps = [one for one in earlier if one.step == one.key]
        if not steps:
            raise self._file.error(line, f"{key}: no step stands before it")
        return tuple(
            Option(one.key, one.title, picture=one.picture, needs=one.key)
            for one in steps
        )

    def _about(self, table: dict[str, Any], kind: str, line: int) -> str:
        about = table.get("about", "")
        if about != "" and (kind != COMMENT or not is_name(about)):
            raise self._file.error(
                line, f"{table['key']}: about is for a comment, and names a choice"
            )
        return str(about)

    def _names(self, table: dict[str, Any], kind: str, line: int) -> bool:
        names = self._file.truth(table, "names", table["key"], line)
        if names and kind != COMMENT:
            raise self._file.error(line, f"{table['key']}: names is for a comment")
        return names

    # ── a step of the journey ────────────────────────────────────────────────

    def _step(self, table: dict[str, Any], line: int) -> list[Question]:
        """A step of the journey: how it felt, which words fit, a word of their own."""
        self._file.only(table, _STEP, "a step", line)
        step = self._file.key(table.get("step"), "step", line)
        if step == FFT or step.startswith("_"):
            raise self._file.error(line, f"{step} is the name of no step")
        if table.get("kind") != FEELINGS or table.get("key") != step:
            raise self._file.error(
                line, "a step has kind = 'feelings' and its key as step"
            )
        wording = self._words.wording
        level = self._of_any(table, step, line)
        words_of = wording(table.get("words"), f"{step}: words", line, f"{step}.words")
        own_of = wording(table.get("own"), f"{step}: own", line, f"{step}.own")
        same: dict[str, Any] = {
            "page": self._page_of_step(table, step, line),
            "step": step,
            "title": wording(
                table.get("title"), f"{step}: title", line, f"{step}.title"
            ),
            "picture": level.pop("picture"),
            "qs15": level.pop("qs15"),
        }
        # Who leaves the faces is not asked for words about that step.
        words_if = (*level["ask_if"], Condition(step, STEP_VALUES))
        own_if = (Condition(f"{step}_feelings", (OWN,)),)
        faces, words = self._scale(), self._all_feelings()
        return [
            Question(step, RATING, options=faces, **level, **same),
            Question(
                f"{step}_feelings", FEELINGS, words_of, options=words,
                ask_if=words_if, **same,
            ),
            Question(f"{step}_own", COMMENT, own_of, ask_if=own_if, **same),
        ]  # fmt: skip

    def _page_of_step(self, table: dict[str, Any], step: str, line: int) -> str:
        page = table.get("page", step)
        if page not in (step, MAP):
            at = self._file.line("page ", after=line) or line
            raise self._file.error(at, f"{step}: the page of a step is {MAP!r} or none")
        return str(page)

    def _scale(self) -> tuple[Option, ...]:
        if self._faces:
            return self._faces
        line = self._file.line("[scale]") or self._file.line("[[scale.option]]")
        scale = self._file.data.get("scale", {})
        table = self._file.table(scale, {"option", "wording"}, "scale", line)
        faces = self._options(table.get("option", []), RATING, "scale", line)
        if tuple(option.key for option in faces) not in (STEP_VALUES, BEST_FIRST):
            raise self._file.error(
                line, "the scale is 2, 1, 0, -1, -2, or the other way"
            )
        self._faces = faces
        return faces

    def _all_feelings(self) -> tuple[Option, ...]:
        if self._feelings:
            return self._feelings
        tables, line = (
            self._file.data.get("feeling", []),
            self._file.line("[[feeling]]"),
        )
        words = self._options(tables, FEELINGS, "feeling", line)
        if words[-1].key != OWN:
            raise self._file.error(line, f"the last feeling must be {OWN!r}")
        self._feelings = words
        return words

    # ── what looks back ──────────────────────────────────────────────────────

    def _check(
        self, question: Question, before: Mapping[str, Question], line: int
    ) -> None:
        """Conditions look back only: every path ends, and no question is stranded."""
        key = question.key
        if key in before:
            raise self._file.error(line, f"the key {key} is used twice")
        for condition in question.ask_if:
            for name in condition.said or (condition.question,):
                if name not in before:
                    raise self._file.error(
                        line, f"{key}: ask_if names {name}, which is not earlier"
                    )
            if not condition.said:
                self._check_values(condition, before[condition.question], key, line)
        if question.about and before.get(question.about, question).kind != CHOICE:
            raise self._file.error(
                line, f"{key}: about names {question.about}, which is no earlier choice"
            )
        self._check_map(question, before, line)

    def _check_values(
        self, condition: Condition, asked: Question, key: str, line: int
    ) -> None:
        if asked.kind == COMMENT:
            raise self._file.error(line, f"{key}: ask_if cannot look into a comment")
        for value in (*condition.any_of, *condition.none_of):
            if asked.option(value) is None:
                raise self._file.error(
                    line, f"{key}: {asked.key} has no option {value}"
                )

    def _check_map(
        self, question: Question, before: Mapping[str, Question], line: int
    ) -> None:
        pages = [one.page for one in before.values()]
        if question.page == MAP and MAP in pages and pages[-1] != MAP:
            raise self._file.error(
                line, f"{question.key}: the steps of the map must follow one another"
            )

    # ── the small parts ──────────────────────────────────────────────────────

    def _options(
        self, tables: object, kind: str, name: str, line: int
    ) -> tuple[Option, ...]:
        if not is_tables(tables):
            raise self._file.error(line, f"{name}: options must be tables")
        low, high = (0, 0) if kind == COMMENT else OPTIONS
        if not low <= len(tables) <= high:
            raise self._file.error(line, f"{name}: needs {low} to {high} options")
        options = tuple(self._option(table, kind, name, line) for table in tables)
        keys = [option.key for option in options]
        if len(set(keys)) != len(keys):
            raise self._file.error(line, f"{name}: an option's key is used twice")
        return options

    def _option(self, table: dict[str, Any], kind: str, name: str, line: int) -> Option:
        known = {"key", "wording", "easy", "face", "picture"}
        self._file.only(table, known, f"{name}: an option", line)
        key = table.get("key")
        if not isinstance(key, str) or not _OPTION.fullmatch(key):
            raise self._file.error(
                line, f"{name}: an option's key must be like very_good"
            )
        if kind != FEELINGS and key in _NO_OPTION:
            raise self._file.error(line, f"{name}: no option may be called {key}")
        what, path = f"{name}: {key}", f"{name}.{key}"
        return Option(
            key,
            self._words.wording(table.get("wording"), what, line, path),
            self._picture(table, "face", name, line),
            easy=self._words.optional(
                table.get("easy"), f"{what}: easy", line, f"{path}.easy"
            ),
            picture=self._picture(table, "picture", name, line),
        )

    def _picture(self, table: dict[str, Any], word: str, name: str, line: int) -> str:
        picture = table.get(word, "")
        if picture != "" and not is_name(picture):
            raise self._file.error(
                line, f"{name}: a {word} is a plain name, not a path"
            )
        return str(picture)

    def _conditions(
        self, tables: object, name: str, line: int
    ) -> tuple[Condition, ...]:
        if not is_tables(tables):
            raise self._file.error(line, f"{name}: ask_if must be a list of tables")
        return tuple(self._condition(table, name, line) for table in tables)

    def _condition(self, table: dict[str, Any], name: str, line: int) -> Condition:
        known = {"question", "any_of", "none_of", "said"}
        self._file.only(table, known, f"{name}: ask_if", line)
        if "said" in table:
            said = table["said"]
            if len(table) > 1 or not is_texts(said) or not said:
                raise self._file.error(
                    line, f"{name}: said is a list of questions, and stands alone"
                )
            return Condition("", said=tuple(said))
        any_of, none_of = table.get("any_of", []), table.get("none_of", [])
        if not is_texts(any_of) or not is_texts(none_of) or not (any_of or none_of):
            raise self._file.error(line, f"{name}: ask_if needs any_of or none_of")
        return Condition(str(table.get("question")), tuple(any_of), tuple(none_of))

    def _qs15(self, table: dict[str, Any], line: int) -> int:
        number = table.get("qs15", 0)
        if type(number) is not int or not 0 <= number <= 6:
            raise self._file.error(line, "qs15 is a statement of QS15, 1 to 6")
        return number
