"""How do the words that we understand come off the disk?

`assets/heard/` has a file per language, and `faces.toml`. A file that is wrong in any
way is refused with its name, the line and the reason. assets/heard/en.toml says what
each list is for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from feedback.tomlfile import (
    SurveyError,
    TomlFile,
    is_language,
    is_name,
    is_texts,
    read_text,
)
from smsgateway.patterns import Form, Forms, Phrases, read_form
from smsgateway.tokens import Tokens, tokens_in
from smsgateway.words import Heard

MOST = 12
_FACES = "faces"
_PHRASES = (
    "around_names", "around_numbers", "before_digits", "courtesy", "help",
    "help_company", "help_keywords", "who", "stop", "stop_alone", "stop_company",
)  # fmt: skip
_FORMS = ("stop_sentences", "stop_maybe")
_LISTS = frozenset(("names", "greetings", *_PHRASES, *_FORMS))
_KNOWN = _LISTS | {"reviewed", "numbers", "groups"}


def read_heard(folder: Path) -> Heard:
    """All languages of that folder; SurveyError when one of its files is wrong."""
    files = {path.stem: path for path in sorted(folder.glob("*.toml"))}
    if not {"en", _FACES} <= files.keys():
        raise SurveyError(folder.name, 0, f"needs en.toml and {_FACES}.toml")
    faces = _read_faces(files.pop(_FACES))
    all_said = {language: _Said(path) for language, path in files.items()}
    each = list(all_said.values())
    lists: dict[str, Any] = {name: _phrases(each, name) for name in _PHRASES}
    lists |= {name: _forms(each, name) for name in _FORMS}
    return Heard(
        numbers=_numbers(each),
        faces=faces,
        names={one: Phrases(said.phrases("names")) for one, said in all_said.items()},
        greetings={one: Phrases(said.opening()) for one, said in all_said.items()},
        openings=Phrases(
            one for said in each for one in (*said.opening(), *said.phrases("names"))
        ),
        **lists,
    )


def _phrases(each: Iterable[_Said], name: str) -> Phrases:
    return Phrases(one for said in each for one in said.phrases(name))


def _forms(each: Iterable[_Said], name: str) -> Forms:
    return Forms(one for said in each for one in said.forms(name))


def _numbers(each: Iterable[_Said]) -> Mapping[Tokens, int]:
    """Each word is one number, whatever the language: nobody says which it is."""
    numbers: dict[Tokens, int] = {}
    for said in each:
        for word, number, line in said.numbers():
            if numbers.setdefault(word, number) != number:
                what = f"{' '.join(word)} is {numbers[word]} in another language"
                raise said.toml.error(line, what)
    return numbers


def _read_faces(path: Path) -> Mapping[str, tuple[str, ...]]:
    toml = TomlFile(read_text(path), path.name)
    faces: dict[str, tuple[str, ...]] = {}
    for key, found in toml.data.items():
        line = toml.line(f"{key} ")
        if not is_name(key) or not is_texts(found) or not all(found):
            raise toml.error(line, f"{key} must be an option's key, with its faces")
        if twice := {face for known in faces.values() for face in known} & set(found):
            raise toml.error(line, f"{key}: {min(twice)} means something else too")
        faces[key] = tuple(found)
    return faces


class _Said:
    """One language's file."""

    def __init__(self, path: Path) -> None:
        self.toml = TomlFile(read_text(path), path.name)
        data = self.toml.data
        if not is_language(path.stem):
            raise self.toml.error(0, "a file is named after its language")
        self.toml.only(data, set(_KNOWN), "what people say", 0)
        if not isinstance(data.get("reviewed"), bool):
            raise self.toml.error(0, "needs reviewed = true or reviewed = false")
        for name in _LISTS & data.keys():
            if not is_texts(data[name]):
                raise self._error(name, "must be a list of words in quotes")
        self.groups = self._table("groups")
        for name, group in self.groups.items():
            if not is_texts(group):
                raise self._error(name, "must be a list of words in quotes")

    def phrases(self, name: str) -> list[Tokens]:
        found = [tuple(tokens_in(one)) for one in self.toml.data.get(name, [])]
        if () in found:
            raise self._error(name, "has a phrase without words")
        return found

    def opening(self) -> list[Tokens]:
        """Hello, and the thanks that people add to it."""
        return [*self.phrases("greetings"), *self.phrases("courtesy")]

    def forms(self, name: str) -> Iterator[Form]:
        for form in self.toml.data.get(name, []):
            try:
                yield read_form(form, self.groups)
            except ValueError as error:
                raise self._error(name, str(error)) from error

    def numbers(self) -> Iterator[tuple[Tokens, int, int]]:
        for word, number in self._table("numbers").items():
            line = self.toml.line(f"{word} ") or self.toml.line(f'"{word}" ')
            if type(number) is not int or not 0 <= number <= MOST:
                raise self.toml.error(line, f"{word} must be a number up to {MOST}")
            yield tuple(tokens_in(word)), number, line

    def _table(self, name: str) -> dict[str, Any]:
        table = self.toml.data.get(name, {})
        if not isinstance(table, dict):
            raise self._error(name, "must be a table")
        return table

    def _error(self, name: str, reason: str) -> SurveyError:
        return self.toml.error(self.toml.line(f"{name} "), f"{name}: {reason}")
