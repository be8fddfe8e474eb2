"""How are a few words found in a text, and a sentence in one of its many forms?

A form is written as people would say it:

    (can you/will you) stop <doing> [me/my phone] ...

    word            that word              word*        one that begins so
    this/that       either word            [a few/of]   either phrase
    <doing>         one of a group         (a few/of)   either phrase, or neither
    ^ $             a clause begins, ends  ...          up to three words
    this + that     both, in any order

It is compared with a text's words (`smsgateway.tokens`), so accents and capitals do
not matter in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from smsgateway.tokens import Tokens, tokens_in

Groups = Mapping[str, Sequence[str]]

BETWEEN = "|"  # stands between two clauses
_PART = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]|(\S+)")
_ANY = r"(?:[^ |]+ ){0,3}"
_BEGINS, _ENDS = r"(?:\A|(?<=\| ))", r"(?=\||\Z)"
_SHORTEST = 2  # letters of a word before its *


class Phrases:
    """Some phrases, and what is left of a text without them."""

    def __init__(self, phrases: Iterable[Tokens]) -> None:
        self._by_first: dict[str, list[Tokens]] = {}
        for phrase in sorted(set(phrases), key=len, reverse=True):
            self._by_first.setdefault(phrase[0], []).append(phrase)

    def without(self, tokens: Sequence[str]) -> list[str]:
        rest = list(tokens)
        if self._by_first.keys().isdisjoint(rest):
            return rest
        at = 0
        while at < len(rest):
            length = self._length_at(rest, at)
            if length:
                del rest[at : at + length]
            else:
                at += 1
        return rest

    def cover(self, tokens: Sequence[str]) -> bool:
        """Whether the text is one or more of the phrases, and nothing else."""
        at = 0
        while at < len(tokens):
            length = self._length_at(tokens, at)
            if not length:
                return False
            at += length
        return bool(tokens)

    def after(self, tokens: Sequence[str]) -> Sequence[str] | None:
        """What follows the phrase that the text begins with; None without one."""
        length = self._length_at(tokens, 0) if tokens else 0
        return tokens[length:] if length else None

    def _length_at(self, tokens: Sequence[str], at: int) -> int:
        for phrase in self._by_first.get(tokens[at], ()):
            if tuple(tokens[at : at + len(phrase)]) == phrase:
                return len(phrase)
        return 0


@dataclass(frozen=True, slots=True)
class Form:
    """One form. `keys`: every text of this form has one of these words, or one that
    begins so (`word*`)."""

    keys: frozenset[str]
    parts: tuple[re.Pattern[str], ...]

    def is_whole(self, said: str) -> bool:
        return all(part.fullmatch(said) for part in self.parts)

    def is_in(self, said: str) -> bool:
        return all(part.search(said) for part in self.parts)


class Forms:
    """Some forms, of all languages."""

    def __init__(self, forms: Iterable[Form]) -> None:
        self._by_word: dict[str, list[Form]] = {}
        self._by_start: dict[str, list[Form]] = {}
        for form in forms:
            for key in form.keys:
                by = self._by_start if key.endswith("*") else self._by_word
                by.setdefault(key.removesuffix("*"), []).append(form)
        self._lengths = sorted(set(map(len, self._by_start)))

    def match(self, tokens: Sequence[str], *fewer: Sequence[str]) -> bool:
        """Whether these words are one of the forms, from the first to the last; or
        `fewer` of them are."""
        near = self._near(tokens)
        if not near:
            return False
        several = ("".join(f"{one} " for one in some) for some in (tokens, *fewer))
        return any(form.is_whole(said) for said in several for form in near)

    def search(self, clauses: Sequence[Sequence[str]]) -> bool:
        """Whether one of the forms is anywhere in these clauses."""
        near = self._near(token for clause in clauses for token in clause)
        if not near:
            return False
        said = f"{BETWEEN} ".join(
            "".join(f"{token} " for token in clause) for clause in clauses
        )
        return any(form.is_in(said) for form in near)

    def _near(self, tokens: Iterable[str]) -> list[Form]:
        """The few forms that a text of these words may be."""
        near: list[Form] = []
        for token in set(tokens):
            if token in self._by_word:
                near += self._by_word[token]
            for length in self._lengths:
                if token[:length] in self._by_start:
                    near += self._by_start[token[:length]]
        return near


def read_form(form: str, groups: Groups) -> Form:
    """ValueError says what is wrong with it."""
    parts = form.split(" + ")
    needed = [keys for part in parts for keys in _needed(part, groups)]
    if not needed:
        raise ValueError(f"the form {form!r} has no word that must be there")
    # The longest words are the rarest, so the fewest texts are compared with it.
    keys = max(needed, key=lambda some: min(map(len, some)))
    patterns = (re.compile(rf"(?<![^ ]){_regex(part, groups)}") for part in parts)
    return Form(keys, tuple(patterns))


def _regex(form: str, groups: Groups) -> str:
    return "".join(_part(found, groups) for found in _PART.finditer(form))


def _part(found: re.Match[str], groups: Groups) -> str:
    maybe, phrases, word = found.groups()
    if word is None:
        either = (_regex(one, groups) for one in (maybe or phrases).split("/"))
        return f"(?:{'|'.join(either)})" + ("?" if maybe else "")
    signs = {"...": _ANY, "^": _BEGINS, "$": _ENDS}
    return signs.get(word) or _either(_choices(word, groups))


def _either(choices: Iterable[str]) -> str:
    return f"(?:{'|'.join(map(_words, choices))})"


def _words(choice: str) -> str:
    said = " ".join(map(re.escape, _tokens(choice)))
    return f"{said}[^ |]* " if choice.endswith("*") else f"{said} "


def _choices(word: str, groups: Groups) -> list[str]:
    chosen: list[str] = []
    for one in word.split("/"):
        if one.startswith("<") and one.endswith(">"):
            if one[1:-1] not in groups:
                raise ValueError(f"there is no group {one}")
            chosen += groups[one[1:-1]]
        else:
            chosen.append(one)
    return chosen


def _tokens(choice: str) -> list[str]:
    tokens = tokens_in(choice.removesuffix("*"))
    if not tokens or (len(tokens[-1]) < _SHORTEST and choice.endswith("*")):
        raise ValueError(f"{choice!r} is too short a word")
    return tokens


def _needed(form: str, groups: Groups) -> Iterator[frozenset[str]]:
    """For each place that no text of this form lacks, the words that may be there."""
    for maybe, phrases, word in _PART.findall(form):
        if maybe or word in ("...", "^", "$"):
            continue
        if word:
            yield frozenset(_first(one) for one in _choices(word, groups))
        else:
            each = [list(_needed(one, groups)) for one in phrases.split("/")]
            if all(each):
                yield frozenset().union(*(some[0] for some in each))


def _first(choice: str) -> str:
    tokens = _tokens(choice)
    is_begun = choice.endswith("*") and len(tokens) == 1
    return f"{tokens[0]}*" if is_begun else tokens[0]
