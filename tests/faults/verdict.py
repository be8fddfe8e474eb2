"""Is every acknowledged answer at central exactly once, and what was erased nowhere?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from feedback.answer import ERASED, Answer
from feedback.seal import is_sealed
from tests.faults.history import (
    ANSWER,
    ERASE,
    OPERATIONS,
    TEXT,
    WITHDRAW,
    Event,
    content,
    read,
    said,
)

PERSON = re.compile(r"\bperson-(\S+)")  # in each text that is words
FFT = "fft"


@dataclass(frozen=True)
class Stored:
    """A row at central, held or standing, and the words that central opened of it.
    A `twin` is held as a row that another copy of the file has brought: it counts for
    nothing, so that one which is no such row is lost, and its words must be erased."""

    answer: Answer
    opened: str = ""
    twin: bool = False


@dataclass(frozen=True)
class Verdict:
    """All but the first three and the last one must be 0.

    `recovered` (stored, though never acknowledged) is counted, and allowed.
    """

    attempted: int
    acknowledged: int
    stored: int
    lost: int
    unexpected: int
    duplicated: int
    returned: int  # rows that hold words again, though they were erased
    overclaimed: int  # times that a log claimed what central had not
    spoken: int  # lines that a program wrote down and that hold words or secrets
    recovered: int

    @property
    def wrong(self) -> dict[str, int]:
        words = ("lost", "unexpected", "duplicated", "returned", "overclaimed")
        found = {word: getattr(self, word) for word in (*words, "spoken")}
        return {word: number for word, number in found.items() if number}

    @property
    def holds(self) -> bool:
        return not self.wrong


@dataclass
class Told:
    """What the history says."""

    tried: set[str] = field(default_factory=set)
    acknowledged: set[str] = field(default_factory=set)
    of: dict[str, tuple[str, str]] = field(default_factory=dict)  # response, erased
    erased: dict[str, set[str]] = field(default_factory=dict)  # acknowledged ones
    going: set[str] = field(default_factory=set)  # tried, so perhaps erased


def told(events: Iterable[Event]) -> Told:
    found = Told(erased={WITHDRAW: set(), ERASE: set()})
    for event in events:
        if event.f in OPERATIONS:
            _take(found, event)
    return found


def _take(found: Told, event: Event) -> None:
    if event.f in (WITHDRAW, ERASE):
        names = {str(one) for one in event.value}
        found.going |= names
        if event.type == "ok":
            found.erased[event.f] |= names
        return
    hashes = _hashes(found, event)
    if event.type == "invoke":
        found.tried |= hashes
    elif event.type == "ok":
        found.acknowledged |= hashes


def _hashes(found: Told, event: Event) -> set[str]:
    if event.f == TEXT:
        return {str(one) for one in event.value}
    assert event.f == ANSWER
    rows = [one for one in event.value if isinstance(one, list)]
    found.of.update({one[1]: (one[0], one[2]) for one in rows})
    return {str(one[1]) for one in rows}


def judge(
    history: Path, stored: Sequence[Stored], overclaimed: int, spoken: int
) -> Verdict:
    known = told(read(history))
    whole, erased = _found(stored)
    missing = [
        one
        for one in known.acknowledged - whole.keys()
        if not _is_erased(known, one, erased)
    ]
    return Verdict(
        attempted=len(known.tried),
        acknowledged=len(known.acknowledged),
        stored=len(stored),
        lost=len(missing),
        unexpected=len(whole.keys() - known.tried)
        + len(erased.keys() - _may_be_erased(known)),
        duplicated=_more_than_once(whole, erased, known),
        returned=sum(1 for row in stored if _is_back(known, row)),
        overclaimed=overclaimed,
        spoken=spoken,
        recovered=len((whole.keys() & known.tried) - known.acknowledged),
    )


def _found(stored: Sequence[Stored]) -> tuple[Counter[str], Counter[str]]:
    """What is there with its words, and what is there without them."""
    known = [row for row in stored if not row.twin]
    texts = [row for row in known if row.answer.mode == "sms"]
    taps = [row.answer for row in known if row.answer.mode != "sms"]
    whole = Counter(content(row) for row in taps if row.value != ERASED)
    whole.update(texts_in(texts))
    return whole, Counter(content(row) for row in taps if row.value == ERASED)


def _is_erased(known: Told, one: str, erased: Counter[str]) -> bool:
    response, without = known.of.get(one, ("", ""))
    return response in known.going and without in erased


def _may_be_erased(known: Told) -> set[str]:
    pairs = known.of.values()
    return {without for response, without in pairs if response in known.going}


def _more_than_once(whole: Counter[str], erased: Counter[str], known: Told) -> int:
    # Two answers to one question in one millisecond are the same without their words.
    allowed = Counter(without for _, without in known.of.values())
    twice = sum(number - 1 for number in whole.values())
    return twice + sum((erased - allowed).values())


def _is_back(known: Told, row: Stored) -> bool:
    answer = row.answer
    if answer.response in known.erased[WITHDRAW]:
        return is_sealed(answer.value) or bool(row.opened)
    if answer.response in known.erased[ERASE]:
        is_theirs = not answer.question.startswith("_")
        return (is_theirs and answer.value not in ("", ERASED)) or bool(row.opened)
    return False


# ── texts ────────────────────────────────────────────────────────────────────


def rating(person: str, option: str) -> str:
    """The hash of a rating by text: it has no words of its own, so its person's."""
    return said("rating", person, option)


def texts_in(stored: Sequence[Stored]) -> Counter[str]:
    """The texts that these rows hold: words as central opened them, and the rating
    that stands beside them."""
    people = {
        row.answer.response: found.group(1)
        for row in stored
        if (found := PERSON.search(row.opened))
    }
    words = Counter(said(row.opened) for row in stored if row.opened)
    for row in stored:
        answer = row.answer
        if answer.question == FFT and answer.value not in ("", ERASED):
            words[rating(people.get(answer.response, "?"), answer.value)] += 1
    return words


# ── lines ────────────────────────────────────────────────────────────────────


def spoken_in(folder: Path, may_not: Sequence[str]) -> list[str]:
    """The lines of any program's output that hold one of these."""

    def holds(line: str) -> bool:
        return any(one in line for one in may_not)

    return [
        f"{path.name}: {line}"
        for path in sorted(folder.glob("*.log"))
        for line in path.read_text(errors="replace").splitlines()
        if holds(line)
    ]
