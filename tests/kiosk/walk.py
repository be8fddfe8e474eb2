"""Every screen that a visitor or a technician can come to, one after the other."""

from __future__ import annotations

from collections.abc import Iterator

from tests.kiosk.conftest import refusing

LONG = (
    "The nurses were kind and told me what would happen next. "
    "At night it was loud and I could not sleep, and nobody came when I rang. "
)


def walk(kiosk, language: str) -> Iterator[str]:
    """Names each screen while it is shown. The kiosk is on its welcome screen."""
    yield "welcome"
    kiosk.tap(f"language-{language}")
    yield "who"
    kiosk.tap("option-patient")
    yield "fft"
    kiosk.tap("option-good")
    yield "step"
    kiosk.tap("back")
    yield "fft-again"
    kiosk.tap("next")
    kiosk.tap("option--1")
    yield "feelings"
    kiosk.tap("option-worried")
    kiosk.tap("option-own")
    yield "feelings-chosen"
    kiosk.tap("next")
    yield "comment"
    kiosk.app.screens.get_screen("comment").write(LONG)
    kiosk.settle()
    yield "comment-written"
    kiosk.tap("key-symbols")
    yield "comment-symbols"
    yield from _interrupted(kiosk)
    kiosk.tap("next")
    for _ in range(3):
        kiosk.tap("skip")
    yield "last"
    kiosk.app.screens.get_screen("comment").write("ŵ " * 60)
    kiosk.settle()
    yield "last-written"
    kiosk.tap("finish")
    yield "thanks"
    kiosk.tap("done")


def _interrupted(kiosk) -> Iterator[str]:
    kiosk.wait_s(61)
    yield "idle"
    kiosk.tap("still-here")
    with refusing(kiosk.log):
        kiosk.tap("next")
        yield "trouble"
    kiosk.tap("try-again")
    kiosk.tap("back")


def to_comment(kiosk, language="en"):
    """To "What was good?", with nothing answered on the way."""
    kiosk.tap(f"language-{language}")
    while kiosk.screen != "comment":
        kiosk.tap("skip")
