"""Do these words call for help?

For the gateway's reply to a text, and for every comment that central opens. Recall
comes first and a person decides: "nobody hit me" is marked like "the nurse hit me",
because a rule that understood the first would one day be wrong about the second. So a
mark means "may", and is never a diagnosis, a count or a reason to answer with advice.

What to listen for is data: assets/concern/, one file for each language, with phrases by
kind (feedback/phrases.py says how they are written). People write in any language, so
all are tried on every text. A file's `except` holds the commonest harmless phrases
("hit the spot"): one cancels what lies wholly within it and nothing else, so a true
call beside it, or one that reaches out of it, is still heard.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from feedback.phrases import (
    ANY,
    Folding,
    Heard,
    Phrase,
    PhraseError,
    Vocabulary,
    Words,
    bits_of,
    once,
    places_in,
    read_phrase,
    read_words,
)
from feedback.survey import OUR_QUESTIONS
from feedback.tomlfile import SurveyError, TomlFile, read_text

KINDS: tuple[str, ...] = OUR_QUESTIONS["_concern"].values

EXCEPT = "except"
_BLOCKS = (*KINDS, EXCEPT)
_TABLES = ("words", "spellings", "letters")
_TOP = {"reviewed", *_BLOCKS, *_TABLES}


class ConcernError(Exception):
    """A file of phrases that is refused: `file`, `line` (0 = the whole file)."""

    def __init__(self, file: str, line: int, reason: str) -> None:
        super().__init__(str(SurveyError(file, line, reason)))
        self.file, self.line, self.reason = file, line, reason


@dataclass(frozen=True, slots=True)
class Concerns:
    """What is listened for. `reviewed`: the languages that a speaker has checked."""

    reviewed: frozenset[str]
    folding: Folding
    vocabulary: Vocabulary
    spellings: Mapping[str, Sequence[str]]
    phrases: Sequence[tuple[str, Phrase]]  # each with its kind
    rarest: Mapping[str, Sequence[int]]  # word → the phrases to try when it is there

    def kinds_in(self, words: str) -> tuple[str, ...]:
        """The kinds that these words may be, in the order of KINDS; none: ()."""
        heard = Heard(self.folding.words(words), self.vocabulary, self.spellings)
        numbers = {n for word in heard.places for n in self.rarest.get(word, ())}
        likely: dict[str, list[Phrase]] = {}
        for kind, phrase in map(self.phrases.__getitem__, numbers):
            likely.setdefault(kind, []).append(phrase)
        harmless = [s for one in likely.get(EXCEPT, ()) for s in heard.spans(one)]
        spans = _Spans(harmless)
        return tuple(
            kind
            for kind in KINDS
            if any(spans.leave(one, heard) for one in likely.get(kind, ()))
        )


class _Spans:
    """Parts of a text that are harmless as a whole."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        # By each place within: where the last of the spans that began by then ends.
        self._last: dict[int, int] = {}
        several = sorted(spans)
        last = -1
        for (start, end), (following, _) in pairwise([*several, (sys.maxsize, 0)]):
            last = max(last, end)
            self._last.update(
                dict.fromkeys(range(start, min(following, last + 1)), last)
            )
        self._inside = bits_of(self._last)

    def leave(self, phrase: Phrase, heard: Heard) -> bool:
        """Whether the phrase occurs anywhere but wholly within one of these parts."""
        starts = heard.starts_of(phrase)
        if heard.ends_of(phrase, starts & ~self._inside):
            return True
        return any(
            heard.ends_of(phrase, 1 << start) >> (self._last[start] + 1)
            for start in places_in(starts & self._inside)
        )


# ── the files ────────────────────────────────────────────────────────────────


def read_concerns(folder: Path) -> Concerns:
    """The phrases of all languages; ConcernError when a file of them is wrong."""
    try:
        files = [
            TomlFile(read_text(path), path.name)
            for path in sorted(folder.glob("*.toml"))
        ]
        if not files:
            raise SurveyError(folder.name, 0, "holds no phrases")
        return _compiled(files)
    except SurveyError as error:
        raise ConcernError(error.file, error.line, error.reason) from error


def _compiled(files: Sequence[TomlFile]) -> Concerns:
    letters: dict[str, str] = {}
    for file in files:
        file.only(file.data, _TOP, "the file", 1)
        letters.update(_letters(file))
    folding = Folding(letters)
    phrases = [one for file in files for one in _phrases(file, folding)]
    rarest: dict[str, list[int]] = {}
    for number, (_, phrase) in enumerate(phrases):
        for first in {choice[0] for choice in phrase.rarest.choices}:
            rarest.setdefault(first, []).append(number)
    parts = [part for _, phrase in phrases for part in phrase.parts]
    return Concerns(
        reviewed=frozenset(f.name.removesuffix(".toml") for f in files if _checked(f)),
        folding=folding,
        vocabulary=Vocabulary({w for p in parts for c in p.choices for w in c}),
        spellings=_spellings(files, folding),
        phrases=phrases,
        rarest=rarest,
    )


def _checked(file: TomlFile) -> bool:
    if "reviewed" not in file.data:
        raise file.error(1, "must say reviewed = true or false")
    return file.truth(file.data, "reviewed", "the file", file.line("reviewed"))


def _phrases(file: TomlFile, folding: Folding) -> Iterator[tuple[str, Phrase]]:
    lists = _lists(file, folding)
    for kind in _BLOCKS:
        seen: dict[str, int] = {}
        for line, said in _lines(file, kind):
            try:
                phrase = read_phrase(said, lists, folding)
            except PhraseError as error:
                raise file.error(line, f"{said}: {error}") from error
            if said in seen:
                raise file.error(line, f"{said}: as in line {seen[said]}")
            seen[said] = line
            yield kind, phrase
        if not seen and kind != EXCEPT:
            raise file.error(file.line(kind), f"{kind} has no phrase")


def _lines(file: TomlFile, block: str) -> Iterator[tuple[int, str]]:
    """A phrase a line, with the line's number; after a # nothing counts."""
    said = file.data.get(block, "")
    line = file.line(f"{block} ")
    if not isinstance(said, str):
        raise file.error(line, f"{block} must be phrases between ''' and '''")
    if line and file.lines[line - 1].rstrip().endswith(("'''", '"""')):
        line += 1
    for number, text in enumerate(said.split("\n"), line):
        if phrase := " ".join(text.partition("#")[0].split()):
            yield number, phrase


def _table(file: TomlFile, name: str) -> Iterator[tuple[int, str, str]]:
    """The lines of a table of texts: number, name, text."""
    start = file.line(f"[{name}]")
    table = file.data.get(name, {})
    if not isinstance(table, dict):
        raise file.error(file.line(name), f"{name} must be a table")
    for key, text in table.items():
        line = file.line(f"{key} ", start) or file.line(f'"{key}" ', start) or start
        if not isinstance(text, str):
            raise file.error(line, f"{key} must be a text")
        yield line, key, text


def _lists(file: TomlFile, folding: Folding) -> dict[str, list[str]]:
    lists: dict[str, list[str]] = {}
    for line, name, text in _table(file, "words"):
        lists[name] = text.split()
        if not lists[name]:
            raise file.error(line, f"{name} has no word")
        for one in lists[name]:
            _words(file, line, one, folding)
    return lists


def _spellings(
    files: Iterable[TomlFile], folding: Folding
) -> dict[str, tuple[str, ...]]:
    """For each word as people also write it, the words that it may be."""
    found: dict[str, tuple[str, ...]] = {}
    for file in files:
        for line, right, text in _table(file, "spellings"):
            (word,) = _one(file, line, right, folding)
            for written in text.split():
                (wrong,) = _one(file, line, written, folding)
                found[wrong] = (*found.get(wrong, ()), word)
    for wrong in list(found):
        found.setdefault(once(wrong), found[wrong])
    return found


def _one(file: TomlFile, line: int, said: str, folding: Folding) -> Words:
    words = _words(file, line, said, folding)
    if len(words) != 1 or ANY in words[0]:
        raise file.error(line, f"{said!r} must be one whole word")
    return words


def _words(file: TomlFile, line: int, said: str, folding: Folding) -> Words:
    try:
        return read_words(said, folding)
    except PhraseError as error:
        raise file.error(line, str(error)) from error


def _letters(file: TomlFile) -> dict[str, str]:
    """Letters that count as another one, or with "" as none."""
    found: dict[str, str] = {}
    for line, letter, other in _table(file, "letters"):
        if len(letter) != 1 or len(other) > 1:
            raise file.error(line, f"{letter!r}: a letter counts as one letter")
        found[letter] = other
    return found
