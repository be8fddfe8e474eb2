"""Does this phrase occur in what somebody wrote?

Pure, and in time that grows with the text alone. A phrase is a line that a nurse or a
translator can read:

    nurse* .. hit* me      these words in this order
    hit*  *hit  *hit*      a word that begins so, ends so, or has it anywhere
    ..    ...              up to three words between, or up to six
    hit/slap/punch         any one of these
    @staff                 any one of a list of words that has a name
    < help >               the sentence (or line, or text) begins, ends here

Words are compared without case, accents, apostrophes, punctuation and what is not
seen. A letter held down ("heeelp") counts as often as the phrase has it. Each Chinese
character is a word of its own, so a phrase in Chinese needs no spaces.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

GAPS = {"..": 3, "...": 6}
BEGINS, ENDS = "<", ">"
ANY, OR, LIST = "*", "/", "@"
PHRASE_CHARS = 240
WORD_CHARS = 24  # of a word in a phrase that has a *: each length costs each text

_EDGE = "|"  # in folded text: a sentence ends. It is no word
_STOPS = ".!?;:…\n\r\u2028\u2029\x0b\x0c\x85。؟؛।॥۔"
_UNSEEN = dict.fromkeys(map(ord, "'’‘‛`´ʼʻ′＇\u0640\u034f"))  # apostrophes, and tatweel
_HELD = re.compile(r"(.)\1\1")
_RUN = re.compile(r"(.)\1+")


class PhraseError(ValueError):
    """A phrase that cannot be meant so."""


# ── folding ──────────────────────────────────────────────────────────────────


class Folding(dict[int, str]):
    """What each character counts as: for str.translate, of text that is casefolded and
    taken apart (NFKD). `letters`: those that count as another one."""

    def __init__(self, letters: Mapping[str, str] | None = None) -> None:
        super().__init__({ord(stop): f" {_EDGE} " for stop in _STOPS})
        for letter, other in (letters or {}).items():
            self[ord(letter)] = self[ord(other)] if other else ""

    def __missing__(self, code: int) -> str:
        self[code] = counts = _counts_as(chr(code))
        return counts

    def words(self, text: str) -> list[str]:
        """The words of a text, and an edge for each end of a sentence."""
        text = text.translate(_UNSEEN)
        if not text.isascii():
            # Twice: a capital that is taken apart after folding may be one again.
            text = unicodedata.normalize("NFKD", text).casefold()
            text = unicodedata.normalize("NFKD", text)
        return text.lower().translate(self).split()


def _counts_as(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Cf", "Cs", "Cc", "Me") or unicodedata.combining(character):
        # Signs that are not seen, and accents: but an Indic virama is part of a word.
        spaced = character.isspace()
        return character if unicodedata.combining(character) == 9 else " " * spaced
    if "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef":
        return ""  # variation selectors
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category == "Lo" and unicodedata.name(character, "").startswith("CJK"):
        return f" {character} "
    return character if category[0] in "LMN" else " "


def once(word: str) -> str:
    """The word with each run of a letter as one letter."""
    return _RUN.sub(r"\1", word)


# ── a phrase ─────────────────────────────────────────────────────────────────

Words = tuple[str, ...]  # of a vocabulary, side by side


@dataclass(frozen=True, slots=True)
class Part:
    """Any one of `choices`, after at most `gap` other words."""

    choices: tuple[Words, ...]
    gap: int = 0


@dataclass(frozen=True, slots=True)
class Phrase:
    parts: tuple[Part, ...]
    begins: bool = False
    ends: bool = False

    @property
    def rarest(self) -> Part:
        """The part that a text is least likely to have: what to look for first."""
        return max(self.parts, key=lambda one: min(_letters(c) for c in one.choices))


def _letters(words: Words) -> int:
    return sum(len(word.strip(ANY)) for word in words)


def read_phrase(
    line: str, lists: Mapping[str, Sequence[str]], folding: Folding
) -> Phrase:
    """The phrase that a line describes; PhraseError when it describes none."""
    if len(line) > PHRASE_CHARS:
        raise PhraseError(f"is longer than {PHRASE_CHARS} characters")
    said = line.split()
    begins, ends = said[:1] == [BEGINS], said[-1:] == [ENDS]
    said = said[begins : len(said) - ends]
    if not said or said[0] in GAPS or said[-1] in GAPS:
        raise PhraseError("must begin and end with a word")
    parts: list[Part] = []
    gap = 0
    for one in said:
        if one in GAPS:
            if gap:
                raise PhraseError("has two gaps side by side")
            gap = GAPS[one]
            continue
        parts.append(Part(tuple(_choices(one, lists, folding)), gap))
        gap = 0
    return Phrase(tuple(parts), begins, ends)


def _choices(
    said: str, lists: Mapping[str, Sequence[str]], folding: Folding
) -> Iterator[Words]:
    for one in said.split(OR):
        if not one.startswith(LIST):
            yield read_words(one, folding)
        elif one[1:] not in lists:
            raise PhraseError(f"there is no list {one}")
        else:
            for listed in lists[one[1:]]:
                yield read_words(listed, folding)


def read_words(said: str, folding: Folding) -> Words:
    """One choice of a phrase: a word, several in Chinese or with a hyphen."""
    bare = said.strip(ANY)
    words = [one for one in folding.words(bare) if one != _EDGE]
    if not words or ANY in bare or said.strip("*/@") == "" or {*bare} & {*"<>@?."}:
        raise PhraseError(f"{said!r} is no word")
    if bare == said:
        return tuple(words)
    if len(words) > 1 or not 2 <= len(words[0]) <= WORD_CHARS:
        raise PhraseError(f"{said!r}: a * needs one word of 2 to {WORD_CHARS} letters")
    return (ANY * said.startswith(ANY) + words[0] + ANY * said.endswith(ANY),)


# ── the words that phrases have ──────────────────────────────────────────────


class Vocabulary:
    """All words of some phrases: which of them is this word that somebody wrote?"""

    def __init__(self, words: Iterable[str]) -> None:
        self._exact: dict[str, list[str]] = {}
        self._starts: dict[str, list[str]] = {}
        self._ends: dict[str, list[str]] = {}
        self._inside: dict[str, list[str]] = {}
        kinds = (self._exact, self._starts, self._ends, self._inside)
        for word in sorted(words):
            kind = kinds[word.endswith(ANY) + 2 * word.startswith(ANY)]
            kind.setdefault(once(word.strip(ANY)), []).append(word)
        # How long the words are that begin, or end, with this letter: few. And nothing
        # that is not ASCII is found in a word that is. Without these two a long
        # English text takes six times as long.
        self._begun = _lengths((one[0], one) for one in self._starts)
        self._ended = _lengths((one[-1], one) for one in self._ends)
        self._within = {
            ascii: sorted(
                {len(one) for one in self._inside if one.isascii() or not ascii}
            )
            for ascii in (True, False)
        }

    def meant_by(self, written: str) -> list[str]:
        """Words of the phrases, each as often as it is found."""
        # Runs of a letter are taken as one letter to look it up, and then looked at.
        alike = self._alike(once(written))
        if alike and _HELD.search(written) is None:
            return [word for word in alike if _is(word, written)]
        return alike

    def _alike(self, bare: str) -> list[str]:
        alike = [*self._exact.get(bare, ())]
        for length in self._begun.get(bare[0], ()):
            alike += self._starts.get(bare[:length], ())
        for length in self._ended.get(bare[-1], ()):
            alike += self._ends.get(bare[-length:], ())
        for length in self._within[bare.isascii()]:
            for at in range(len(bare) - length + 1):
                alike += self._inside.get(bare[at : at + length], ())
        return alike


def _lengths(words: Iterable[tuple[str, str]]) -> dict[str, list[int]]:
    found: dict[str, set[int]] = {}
    for letter, word in words:
        found.setdefault(letter, set()).add(len(word))
    return {letter: sorted(lengths) for letter, lengths in found.items()}


def _is(word: str, written: str) -> bool:
    bare = word.strip(ANY)
    if word.startswith(ANY):
        return bare in written if word.endswith(ANY) else written.endswith(bare)
    return written.startswith(bare) if word.endswith(ANY) else written == bare


# ── a text ───────────────────────────────────────────────────────────────────


class Heard:
    """The places of the phrases' words in one text.

    A set of places is a whole number with one bit for each word of the text, so a
    phrase of four words is looked for everywhere at once with some twenty operations
    on numbers. No text can make that slow, however it repeats itself.
    """

    def __init__(
        self,
        words: Sequence[str],
        vocabulary: Vocabulary,
        spellings: Mapping[str, Sequence[str]],
    ) -> None:
        places: dict[str, list[int]] = {}
        begins, ends, at = [0], [], 0
        for word in words:
            if word == _EDGE:
                begins.append(at)
                ends.append(at - 1)
            else:
                places.setdefault(word, []).append(at)
                at += 1
        self.begins = bits_of(begins)
        self.ends = bits_of([*(one for one in ends if one >= 0), max(at - 1, 0)])
        self.places: dict[str, int] = {}
        for written, where in places.items():
            meant = vocabulary.meant_by(written)
            for form in _spelled(written, spellings):
                meant += vocabulary.meant_by(form)
            if meant:
                bits = bits_of(where)
                for word in meant:
                    self.places[word] = self.places.get(word, 0) | bits

    def ends_of(self, phrase: Phrase, starts: int) -> int:
        """Where the phrase ends, when it starts at one of these places."""
        found = starts
        for number, part in enumerate(phrase.parts):
            if number:
                found = _and_after(found << 1, part.gap)
            found = self._after(part, found)
            if not found:
                return 0
        return found & self.ends if phrase.ends else found

    def starts_of(self, phrase: Phrase) -> int:
        """Where the phrase may start."""
        starts = 0
        for choice in phrase.parts[0].choices:
            starts |= self.places.get(choice[0], 0)
        return starts & self.begins if phrase.begins else starts

    def spans(self, phrase: Phrase) -> list[tuple[int, int]]:
        """The first and last place of each time that the phrase occurs in one sentence,
        as narrow as can be: none holds another one of the same phrase."""
        found: list[tuple[int, int]] = []
        for start in places_in(self.starts_of(phrase)):
            ends = self.ends_of(phrase, 1 << start)
            if ends:
                end = (ends & -ends).bit_length() - 1
                while found and found[-1][1] >= end:
                    found.pop()
                if not self.begins & ((2 << end) - (2 << start)):
                    found.append((start, end))
        return found

    def _after(self, part: Part, starts: int) -> int:
        """The last places of this part, when it starts at one of these."""
        found = 0
        for choice in part.choices:
            here = starts & self.places.get(choice[0], 0)
            for word in choice[1:]:
                here = (here << 1) & self.places.get(word, 0) if here else 0
            found |= here
        return found


def _spelled(written: str, spellings: Mapping[str, Sequence[str]]) -> Sequence[str]:
    """What this misspelt word stands for. One with a letter held down is looked for
    with each letter once, as `spellings` has it too."""
    found = spellings.get(written, ())
    if not found and _HELD.search(written):
        return spellings.get(once(written), ())
    return found


def _and_after(starts: int, gap: int) -> int:
    """These places, and so many after each."""
    for _ in range(gap):
        starts |= starts << 1
    return starts


def places_in(bits: int) -> Iterator[int]:
    for found in re.finditer("1", f"{bits:b}"[::-1]):
        yield found.start()


def bits_of(places: Collection[int]) -> int:
    """The set of these places."""
    if len(places) < 16:
        bits = 0
        for one in places:
            bits |= 1 << one
        return bits
    octets = bytearray(max(places) // 8 + 1)
    for one in places:
        octets[one >> 3] |= 1 << (one & 7)
    return int.from_bytes(octets, "little")
