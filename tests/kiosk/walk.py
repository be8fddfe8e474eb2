"""Every screen that a visitor can come to, one after the other, by touch alone."""

from __future__ import annotations

from collections.abc import Iterator

from tests.kiosk.conftest import refusing

LONG = (
    "The nurses were kind and told me what would happen next. "
    "At night it was loud and I could not sleep, and nobody came when I rang. "
)
PLENTY_BYTES, TOO_LITTLE_BYTES = 10_000_000_000, 49_000_000


def walk(kiosk, language: str = "en", **looks: object) -> Iterator[str]:
    """Names each screen while it is shown: on them all the same things are said in
    every language. The kiosk is on its welcome screen, and is there again at the end.

    `looks`: size, contrast and easy, as kiosk.look has them.
    """
    dress(kiosk, language, **looks)
    yield from _before(kiosk)
    kiosk.tap("start")
    yield from _questions(kiosk)
    yield from _map(kiosk)
    yield from _why(kiosk)
    yield from _words(kiosk)
    yield from _talk(kiosk)
    yield from _taken_back(kiosk)
    dress(kiosk, language, **looks)
    yield from _children(kiosk)


# ── the parts ────────────────────────────────────────────────────────────────


def _before(kiosk) -> Iterator[str]:
    yield "welcome"
    kiosk.tap("about")
    yield "about"
    while "next" in kiosk.targets():
        kiosk.tap("next")
        yield f"about-{kiosk.app.screens.current_screen.at + 1:.0f}"
    kiosk.tap("close")
    kiosk.free_bytes = TOO_LITTLE_BYTES
    kiosk.wait_s(3)
    yield "closed"
    kiosk.free_bytes = PLENTY_BYTES
    kiosk.wait_s(3)


def _questions(kiosk) -> Iterator[str]:
    yield "who"
    kiosk.tap("language")
    yield "languages"
    kiosk.tap("close")
    kiosk.tap("ways")
    yield "ways"
    kiosk.tap("close")
    kiosk.tap("option-patient")
    yield "fft"
    kiosk.tap("option-good")
    kiosk.tap("back")
    yield "fft-again"
    kiosk.tap("next")


def _map(kiosk) -> Iterator[str]:
    yield "map"
    if "step-staff" in kiosk.targets():
        kiosk.tap("step-staff")
        yield "step"
        kiosk.tap("option-2")
        kiosk.tap("skip")
    place(kiosk, "meals", "0")
    place(kiosk, "night", "-1")
    yield "map-placed"
    kiosk.tap("words-night" if "words-night" in kiosk.targets() else "step-night")
    if kiosk.screen == "rating":
        yield "step-again"
        kiosk.tap("next")
    yield "feelings"
    kiosk.tap("option-worried")
    kiosk.tap("option-own")
    yield "feelings-chosen"
    kiosk.tap("next")
    yield "own-word"
    write(kiosk, "Cold")
    kiosk.tap("next")
    yield "map-with-words"
    kiosk.tap("next")


def _why(kiosk) -> Iterator[str]:
    yield "why-step"
    kiosk.tap("option-night")
    yield "why"
    write(kiosk, LONG)
    yield "why-written"
    kiosk.tap("key-symbols")
    yield "why-symbols"
    kiosk.wait_s(61)
    yield "idle"
    kiosk.tap("still-here")
    with refusing(kiosk.log):
        kiosk.tap("next")
        yield "trouble"
    kiosk.tap("try-again")


def _words(kiosk) -> Iterator[str]:
    yield "good"
    kiosk.tap("skip")
    yield "better"
    write(kiosk, "ŵ " * 60)
    yield "better-written"
    kiosk.tap("next")
    yield "share"
    kiosk.tap("option-yes")


def _talk(kiosk) -> Iterator[str]:
    yield "talk"
    kiosk.tap("option-yes")
    yield "talk-where"
    write(kiosk, "Bed 4")
    yield "talk-where-written"
    kiosk.tap("finish")


def _taken_back(kiosk) -> Iterator[str]:
    yield "thanks"
    kiosk.tap("take-back")
    yield "take-back"
    kiosk.tap("take-back-yes")
    yield "taken-back"
    kiosk.tap("done")


def _children(kiosk) -> Iterator[str]:
    kiosk.tap("start-children@1")
    yield "children-who"
    kiosk.tap("option-young_person")
    yield "children-faces"
    kiosk.tap("option-great")
    yield "children-map"
    kiosk.tap("stop")
    kiosk.tap("receipt")
    yield "receipt"
    kiosk.tap("done")


# ── what a finger does in every test ─────────────────────────────────────────


def dress(kiosk, language: str = "en", **looks: object) -> None:
    """On the welcome screen: this language and these looks, by touch."""
    if kiosk.app.language != language:
        folded = f"language-{language}" not in kiosk.targets()
        if folded:
            kiosk.tap("language")
        kiosk.tap(f"language-{language}")
        if folded:
            kiosk.tap("close")
    if looks:
        kiosk.tap("ways")
        for name, value in looks.items():
            value = {True: "on", False: "off"}.get(value, value)
            kiosk.tap(f"{name}-{value}")
        kiosk.tap("close")


def begin(kiosk, language: str = "en", survey: str = "") -> None:
    """To the first question."""
    dress(kiosk, language)
    kiosk.tap(f"start-{survey}" if survey else "start")


def to_map(kiosk, language: str = "en") -> None:
    """To the map, with nothing answered on the way."""
    begin(kiosk, language)
    while kiosk.screen != "map":
        kiosk.tap("skip")


def to_comment(kiosk, language: str = "en") -> None:
    """To "What was good?", with nothing answered on the way."""
    begin(kiosk, language)
    while kiosk.screen != "comment":
        kiosk.tap("skip")


def place(kiosk, key: str, level: str) -> None:
    """Put a face on the map, in whichever form it is shown."""
    mark = f"place-{key}-{level}"
    if mark in kiosk.targets():
        kiosk.tap(mark)
        return
    kiosk.tap(f"step-{key}")
    kiosk.tap(f"option-{level}")
    kiosk.tap("skip")


def write(kiosk, words: str) -> None:
    """Put words into the box at once: the keys are tested elsewhere."""
    kiosk.app.views.screen("comment").write(words)
    kiosk.settle()
