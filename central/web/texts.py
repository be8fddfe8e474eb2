"""How many texts came in for this ward today, as the gateway says it?

The figures are the gateway's own, left with its last heartbeat. One that is not there
is said so: no data is never 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

NOT_KNOWN = "how many texts came today is not known"

# What the gateway counts, and how one of them, and several, are called.
_NAMES = (
    ("texts", "text today", "texts today"),
    ("begun", "conversation begun", "conversations begun"),
    ("finished", "finished", "finished"),
    ("opted_out", "opted out", "opted out"),
)
MOST = 1_000_000


def texts_of(status: Mapping[str, Any], ward: str, today: str) -> str:
    """The words for one ward's line. `today` is the local day, as 2026-11-28."""
    said = _of_ward(_at(_at(_at(status, "sms"), "days"), today), ward)
    counts = [(_count(said, key), one, more) for key, one, more in _NAMES]
    if counts[0][0] is None:
        return NOT_KNOWN
    words = [
        f"{count:,} {one if count == 1 else more}"
        for count, one, more in counts
        if count is not None
    ]
    more = [*_asked(said), *_astray(said), _lost(_count(said, "lost"))]
    return ", ".join([*words, *more])


def asked_on(status: Mapping[str, Any], ward: str, day: str) -> str:
    """How many the gateway asked by text on that day, and how many answered then; ""
    where it asks nobody, or says nothing of that day."""
    of_day = _at(_at(_at(status, "sms"), "days"), day)
    return ", ".join(_asked(_of_ward(of_day, ward)))


def _of_ward(day: Mapping[str, Any], ward: str) -> Mapping[str, Any]:
    """The figures by their names: `of` has these in the order of the figures, of which
    zeros at the end are left out. Gateways before 0.4.0 named each figure."""
    names, counts = day.get("of"), _at(day, "wards").get(ward)
    if not isinstance(names, list):
        return _at(day, ward)
    if not isinstance(counts, list):
        return {}
    zeros = [0] * (len(names) - len(counts))
    return dict(zip(map(str, names), [*counts, *zeros], strict=False))


def _asked(said: Mapping[str, Any]) -> list[str]:
    """How many were asked by text today, and how many have answered today, whenever
    they were asked; nothing where the gateway asks nobody."""
    counts = {
        "asked": _count(said, "asked"),
        "answered": _count(said, "asked_answered"),
    }
    return [f"{what} {count:,}" for what, count in counts.items() if count is not None]


def _astray(said: Mapping[str, Any]) -> list[str]:
    """Replies that the phone company could not bring, if there are any."""
    count = _count(said, "undelivered")
    return [f"{count:,} of our replies did not arrive"] if count else []


def _lost(count: int | None) -> str:
    if count is None:
        return "whether any was lost is not known"
    return f"{count:,} lost" if count else "none lost"


def _at(said: object, key: str) -> Mapping[str, Any]:
    found = said.get(key) if isinstance(said, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _count(said: Mapping[str, Any], key: str) -> int | None:
    """A figure as a device says it, if it can be one."""
    count = said.get(key)
    return count if type(count) is int and 0 <= count <= MOST else None
