"""The ways in which a visitor can look at a screen, and which of them are tried.

A walk takes every screen in English; on each of them the same moment is shown in other
languages, letters and colours, which takes a tenth of walking there anew.
"""

from __future__ import annotations

from kiosk.look import SIZES, look
from tests.kiosk.conftest import LANGUAGES
from tests.kiosk.measure import faults
from tests.kiosk.walk import walk

WIDE, TALL = (1280, 800), (800, 1280)
LETTERS = tuple(SIZES)
THEMES = ("normal", "strong", "easy")
# Screens that look like one before them. `make soak` looks at all.
ALIKE = {
    "about-2", "fft-again", "step-again", "own-word", "map-with-words", "why-symbols",
    "good", "better", "better-written", "talk-where-written", "children-map",
}  # fmt: skip


def wear(kiosk, language, letters, colours):
    """Show the same moment in another way, with no touch and no row in the log."""
    if kiosk.app.visit is None:
        kiosk.app.speak(language)
    else:
        kiosk.app.visit.language = language
    easy, contrast = colours == "easy", colours == "strong"
    kiosk.app.wear(size=letters, contrast=contrast, easy=easy)


def ways_of(screen, size):
    """Which ways to look are tried on a screen: a quarter of the languages, another
    quarter when the tablet stands the other way up; letters and colours in turns. Each
    screen in each language is looked at in the soak."""
    turned = (WIDE, TALL).index(size)
    half = [one for one in range(len(LANGUAGES)) if (one + screen) % 2 == turned]
    for nth, place in enumerate(half[screen // 2 % 2 :: 2]):
        letters = LETTERS[(nth + screen + turned) % len(LETTERS)]
        colours = THEMES[(nth + screen + place) % len(THEMES)]
        yield LANGUAGES[place], letters, colours


def walk_and_look(kiosk, ways, without=frozenset()):
    """Every fault on every screen of a walk, looked at in the ways that `ways` names
    for its place on the walk."""
    found = {}
    for place, screen in enumerate(screens_of(kiosk, without)):
        for way in ways(place):
            wear(kiosk, *way)
            found[screen, *way] = faults(kiosk)
    return found


def screens_of(kiosk, without=frozenset()):
    """The screens of a walk, which goes on in English however each was looked at."""
    kiosk.tap_at(1, 1)  # at rest it goes back to its own look
    try:
        for screen in walk(kiosk):
            if screen not in without:
                yield screen
                wear(kiosk, "en", "normal", "normal")
                kiosk.settle()
    finally:
        look.reset()


def with_faults(found):
    return {way: several for way, several in found.items() if several}
