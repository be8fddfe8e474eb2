"""Which Chinese characters do the letters spell?

From a table of characters by syllable, the most frequent first (assets/pinyin.txt). It
learns nothing and knows no phrases: nobody finds out here what the one before wrote.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

LETTERS_MOST = 24  # that wait to be spelled; the longest syllable has six
CANDIDATES_MOST = 240

_EVERY = "*"  # the line with all characters
_COMMENT = "#"


@dataclass(frozen=True, slots=True)
class Candidate:
    """`used`: how many of the letters it stands for."""

    character: str
    used: int


@dataclass(frozen=True, slots=True)
class Pinyin:
    """`syllables`: their characters; `places`: of every character among all of them."""

    syllables: Mapping[str, str]
    places: Mapping[str, int]

    def candidates(self, letters: str) -> list[Candidate]:
        """For the beginning of the letters: the longest syllable, then what they may
        still become, then shorter syllables (`xian`: 先, then 西 with `an` left)."""
        found: dict[str, Candidate] = {}
        whole = self._with(letters, letters)
        begun = self._begun(letters)
        for group in (whole, begun, *self._shorter(letters)):
            for candidate in group:
                found.setdefault(candidate.character, candidate)
        return list(found.values())[:CANDIDATES_MOST]

    def spelling_of(self, character: str) -> str:
        """The syllable under which it is found soonest; empty for none."""
        readings = {
            syllable: characters.index(character)
            for syllable, characters in self.syllables.items()
            if character in characters
        }
        return min(readings, key=lambda one: (readings[one], one), default="")

    def _with(self, syllable: str, letters: str) -> list[Candidate]:
        used = min(len(syllable), len(letters))
        return [Candidate(one, used) for one in self.syllables.get(syllable, "")]

    def _begun(self, letters: str) -> list[Candidate]:
        longer = (
            characters
            for syllable, characters in self.syllables.items()
            if syllable.startswith(letters) and syllable != letters
        )
        every = {one for characters in longer for one in characters}
        return [Candidate(one, len(letters)) for one in sorted(every, key=self._place)]

    def _shorter(self, letters: str) -> list[list[Candidate]]:
        ends = range(len(letters) - 1, 0, -1)
        return [self._with(letters[:end], letters) for end in ends]

    def _place(self, character: str) -> int:
        return self.places[character]


@lru_cache(1)
def read_pinyin(path: Path) -> Pinyin:
    """The table. Read when the first Chinese keyboard opens, not before."""
    lines = path.read_text(encoding="utf-8").splitlines()
    pairs = (line.split(" ", 1) for line in lines if not line.startswith(_COMMENT))
    syllables = dict(pairs)
    every = syllables.pop(_EVERY)
    return Pinyin(syllables, {one: at for at, one in enumerate(every)})


class Spelling:
    """The letters that wait to become characters, and the page of candidates."""

    def __init__(self, pinyin: Pinyin, page_size: int) -> None:
        self._pinyin = pinyin
        self._size = page_size
        self.wipe()

    def wipe(self) -> None:
        self.letters = ""
        self._candidates: list[Candidate] = []
        self._from = 0

    @property
    def page(self) -> list[Candidate]:
        return self._candidates[self._from : self._from + self._size]

    @property
    def has_more(self) -> bool:
        return self._from + self._size < len(self._candidates)

    @property
    def has_before(self) -> bool:
        return self._from > 0

    def add(self, letter: str) -> None:
        if len(self.letters) < LETTERS_MOST:
            self._spell(self.letters + letter)

    def backspace(self) -> None:
        self._spell(self.letters[:-1])

    def turn(self, way: int) -> None:
        """To the next page (+1) or the one before (-1)."""
        last = max(0, len(self._candidates) - 1) // self._size * self._size
        self._from = min(max(self._from + way * self._size, 0), last)

    def choose(self, at: int) -> str:
        """The candidate at that place of the page; what it did not use waits on."""
        candidate = self.page[at]
        self._spell(self.letters[candidate.used :])
        return candidate.character

    def give_up(self) -> str:
        """The letters as they are, when they spell nothing."""
        letters = self.letters
        self.wipe()
        return letters

    def _spell(self, letters: str) -> None:
        self.letters = letters
        self._candidates = self._pinyin.candidates(letters) if letters else []
        self._from = 0
