"""Which wards does the demo have, and how do they fare over twenty weeks?

One gets better after a dated change, one slides, one stays as it is and has a tablet
that is offline; one is new and busy, and one has nobody yet. A mood is where the middle
of a step's faces lies, from -2 to 2.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

TRUST = "Riverbank Hospitals"
SITE = "Riverbank General Hospital"
DAYS = 140  # whole weeks enough for limits before a change, and after it
CHANGE_DAYS_AGO = 40  # the improving ward's soft-close bins
SLIDE_DAYS_AGO = 45  # when the worsening ward began to slide

# How busy a day is, Monday to Sunday, beside an ordinary one.
RHYTHM = (1.1, 1.15, 1.0, 1.05, 1.2, 0.65, 0.5)

Mood = Callable[[int], float]  # of so many days ago


@dataclass(frozen=True, slots=True)
class DemoWard:
    code: str
    name: str
    manager: str
    visits_a_day: int
    moods: Mapping[str, Mood]  # of the steps that make or mar a stay here
    elsewhere: float = 0.6  # the mood of every other step
    silent_days_ago: frozenset[int] = frozenset()  # its tablet was broken
    opened_days_ago: int = DAYS
    offline: str = ""  # a second tablet's name: not heard since yesterday afternoon


def _steady(mood: float) -> Mood:
    return lambda _days_ago: mood


def _from(days_ago: int, before: float, after: float) -> Mood:
    return lambda ago: after if ago < days_ago else before


def _sliding(days_ago: int, before: float, after: float) -> Mood:
    def mood(ago: int) -> float:
        gone = min(1.0, max(0.0, (days_ago - ago) / days_ago))
        return before + (after - before) * gone

    return mood


BLUEBELL = DemoWard(
    "BLUEBELL",
    "Bluebell Ward",
    "bluebell.manager",
    15,
    {
        "arrival": _steady(0.8),
        "staff": _steady(1.0),
        "night": _from(CHANGE_DAYS_AGO, before=-1.3, after=1.0),
    },
)
FOXGLOVE = DemoWard(
    "FOXGLOVE",
    "Foxglove Ward",
    "foxglove.manager",
    12,
    {
        "arrival": _sliding(SLIDE_DAYS_AGO, before=1.0, after=-0.7),
        "staff": _sliding(SLIDE_DAYS_AGO, before=1.2, after=-0.3),
        "night": _steady(0.5),
    },
)
HEATHER = DemoWard(
    "HEATHER",
    "Heather Ward",
    "heather.manager",
    9,
    {
        "arrival": _steady(0.9),
        "staff": _steady(1.0),
        "night": _steady(0.7),
    },
    silent_days_ago=frozenset({17, 18, 19}),
    offline="Side rooms",
)
MARIGOLD = DemoWard(
    "MARIGOLD",
    "Marigold Assessment Unit",
    "marigold.manager",
    45,
    {
        "arrival": _steady(0.3),
        "staff": _steady(0.9),
        "tests": _steady(-0.2),
    },
    opened_days_ago=32,
)
IVY = DemoWard("IVY", "Ivy Ward", "ivy.manager", 0, {"arrival": _steady(0.0)})
WARDS = (BLUEBELL, FOXGLOVE, HEATHER, MARIGOLD, IVY)

# On how many days, before today, of each ward nobody has looked who asks for somebody.
UNSEEN_DAYS = {FOXGLOVE.code: 9}
USUALLY_UNSEEN_DAYS = 1

# Ward, what changed, the step whose chart alone it concerns, days ago.
CHANGES = (
    (BLUEBELL, "Soft-close lids on every bin", "", CHANGE_DAYS_AGO),
    (FOXGLOVE, "New rota: fewer nurses on arrivals", "", SLIDE_DAYS_AGO),
    (HEATHER, "Cups with two handles", "meals", 61),
)

# Ward, what they said, what was done, days ago.
CARDS = (
    (
        BLUEBELL,
        "The bins bang all night.",
        "Every bin has a soft-close lid, and doors are checked at ten each evening.",
        CHANGE_DAYS_AGO,
    ),
    (
        BLUEBELL,
        "Nobody shows us how the call bell works.",
        "It is now the first thing on the welcome card by each bed.",
        12,
    ),
    (
        FOXGLOVE,
        "We hear different things about going home.",
        "One nurse a shift now has the list, and tells each patient by eleven.",
        6,
    ),
    (
        HEATHER,
        "There is nowhere to plug in a phone.",
        "Each bed has a socket that patients may use.",
        55,
    ),
)
