"""In which order do letters of two directions stand on one line?

The Unicode bidirectional algorithm (UAX #9) for a line without explicit embeddings,
which no key writes and clean_comment takes out.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Measured = Callable[[str, bool], float]  # of a text, from right to left or not

_KNOWN = ("L", "R", "EN", "AN")
_BRACKETS = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a line, all of one direction. Its left edge is at `x`."""

    start: int
    end: int
    rtl: bool
    x: float
    width: float


def levels(line: str, rtl: bool) -> list[int]:
    """How deeply each letter is embedded: even from left to right, odd from right."""
    base = int(rtl)
    kinds = _weak([unicodedata.bidirectional(one) or "L" for one in line], base)
    _brackets(line, kinds, base)
    _neutral(kinds, base)
    odd = {"L": base, "R": 1 - base, "AN": 2 - base, "EN": 2 - base}
    found = [base + odd[kind] for kind in kinds]
    for at in range(len(line) - 1, -1, -1):  # spaces at the end hang over it
        if not line[at].isspace():
            break
        found[at] = base
    return found


def _weak(kinds: list[str], base: int) -> list[str]:
    """Rules W1 to W7: what numbers and marks take from what stands around them."""
    strong = before = "R" if base else "L"
    for at, kind in enumerate(kinds):
        if kind == "NSM":
            kind = before
        if kind == "EN" and strong == "AL":
            kind = "AN"
        if kind in ("L", "R", "AL"):
            strong = kind
        kinds[at] = before = kind
    kinds = ["R" if kind == "AL" else kind for kind in kinds]
    for at in range(1, len(kinds) - 1):
        around = kinds[at - 1], kinds[at + 1]
        if (kinds[at] in ("ES", "CS") and around == ("EN", "EN")) or (
            kinds[at] == "CS" and around == ("AN", "AN")
        ):
            kinds[at] = around[0]
    _spread(kinds)
    strong = "R" if base else "L"
    for at, kind in enumerate(kinds):
        if kind in ("L", "R"):
            strong = kind
        elif kind == "EN" and strong == "L":
            kinds[at] = "L"
    return kinds


def _spread(kinds: list[str]) -> None:
    """Rule W5: a currency or percent sign belongs to the number beside it."""
    for at in range(1, len(kinds)):
        if kinds[at] == "ET" and kinds[at - 1] == "EN":
            kinds[at] = "EN"
    for at in range(len(kinds) - 2, -1, -1):
        if kinds[at] == "ET" and kinds[at + 1] == "EN":
            kinds[at] = "EN"


def _brackets(line: str, kinds: list[str], base: int) -> None:
    """Rule N0: both of a pair go the way of what they hold."""
    ground = "R" if base else "L"
    for opening, closing in _pairs(line, kinds):
        held = {_way(kind) for kind in kinds[opening + 1 : closing] if kind in _KNOWN}
        if not held:
            continue
        way = ground
        if ground not in held:
            before = (kind for kind in reversed(kinds[:opening]) if kind in _KNOWN)
            # Against the ground only where what stands before them goes that way, too.
            way = _way(next(before, ground))
        for at in (opening, closing):
            kinds[at] = way
            for mark in range(at + 1, len(line)):
                if unicodedata.bidirectional(line[mark]) != "NSM":
                    break
                kinds[mark] = way


def _pairs(line: str, kinds: Sequence[str]) -> list[tuple[int, int]]:
    waiting: list[int] = []
    found: list[tuple[int, int]] = []
    for at, one in enumerate(line):
        if kinds[at] != "ON":
            continue
        if one in _BRACKETS:
            waiting.append(at)
        for place in range(len(waiting) - 1, -1, -1):
            if _BRACKETS[line[waiting[place]]] == one:
                found.append((waiting[place], at))
                del waiting[place:]
                break
    return sorted(found)


def _neutral(kinds: list[str], base: int) -> None:
    """Rules N1 and N2: what is between two of one direction goes their way."""
    ground = "R" if base else "L"
    at = 0
    while at < len(kinds):
        end = at
        while end < len(kinds) and kinds[end] not in _KNOWN:
            end += 1
        if end > at:
            left = _way(kinds[at - 1]) if at else ground
            right = _way(kinds[end]) if end < len(kinds) else ground
            kinds[at:end] = [left if left == right else ground] * (end - at)
        at = end + 1


def _way(kind: str) -> str:
    return "L" if kind == "L" else "R"


def runs(line: str, rtl: bool, measure: Measured) -> list[Run]:
    """The runs of a line in the order in which they are written, from x = 0."""
    deep = levels(line, rtl)
    cuts = [at for at in range(1, len(line)) if deep[at] != deep[at - 1]]
    spans = list(zip([0, *cuts], [*cuts, len(line)], strict=True)) if line else []
    seen = _seen(spans, [deep[start] for start, _ in spans])
    x, found = 0.0, []
    for start, end in seen:
        odd = deep[start] % 2 == 1
        width = measure(line[start:end], odd)
        found.append(Run(start, end, odd, x, width))
        x += width
    return sorted(found, key=lambda run: run.start)


def _seen(
    spans: Sequence[tuple[int, int]], deep: Sequence[int]
) -> list[tuple[int, int]]:
    """Rule L2: the spans from left to right, each deeper level turned round."""
    order = list(range(len(spans)))
    for level in range(max(deep, default=0), 0, -1):
        at = 0
        while at < len(order):
            end = at
            while end < len(order) and deep[order[end]] >= level:
                end += 1
            order[at:end] = reversed(order[at:end])
            at = max(end, at + 1)
    return [spans[one] for one in order]
