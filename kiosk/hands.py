"""Which touch asks for which move?

Every event of every screen and notice, and what the app does then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kiosk.app import KioskApp

Events = Mapping[str, Callable[..., object]]


def events(app: KioskApp, name: str) -> Events:
    """What the app does at each event of the screen or notice of this name."""
    find: dict[str, Callable[[KioskApp], Events]] = {
        "welcome": _welcome,
        "about": _about,
        "map": _map,
        "thanks": _thanks,
        "take_back": _take_back,
        "languages": _languages,
        "ways": _ways,
        "trouble": _trouble,
        "idle": _idle,
        **dict.fromkeys(("rating", "choice", "words", "comment"), _question),
    }
    return find[name](app) if name in find else {}


def _welcome(app: KioskApp) -> Events:
    return {
        "on_start": lambda _, survey: app.start(survey),
        "on_language": lambda _, code: app.speak(code),
        "on_languages": lambda _: app.ask("languages"),
        "on_about": lambda _: app.tell_about(True),
        "on_ways": lambda _: app.ask("ways"),
        "on_listen": lambda _: app.listen(),
    }


def _about(app: KioskApp) -> Events:
    return {
        "on_close": lambda _: app.tell_about(False),
        "on_language": lambda _: app.ask("languages"),
        "on_start": lambda _: app.start(""),
    }


def _any_question(app: KioskApp) -> Events:
    now = app.world.now
    return {
        "on_back": lambda _, unsaid: app.do(lambda visit: visit.back(unsaid)),
        "on_stop": lambda _, unsaid: app.do(lambda visit: visit.leave(now(), unsaid)),
        "on_ways": lambda _: app.ask("ways"),
        "on_language": lambda _: app.ask("languages"),
        "on_listen": lambda _: app.listen(),
    }


def _question(app: KioskApp) -> Events:
    now = app.world.now

    def answer(_: Any, value: str) -> None:
        app.do(lambda visit: visit.answer(value, now()))

    return {**_any_question(app), "on_answer": answer}


def _map(app: KioskApp) -> Events:
    now = app.world.now

    def place(_: Any, key: str, level: str) -> None:
        app.do(lambda visit: visit.place_step(key, level, now()))

    return {
        **_any_question(app),
        "on_place": place,
        "on_step": lambda _, key: app.do(lambda visit: visit.open(key)),
        "on_words": lambda _, key: app.do(lambda visit: visit.open_words(key)),
        "on_forward": lambda _: app.do(lambda visit: visit.go_on(now())),
    }


def _thanks(app: KioskApp) -> Events:
    return {
        "on_done": lambda _: app.clear(),
        "on_take_back": lambda _: app.ask("take_back"),
        "on_receipt": lambda _: app.give_code(),
        "on_language": lambda _: app.ask("languages"),
    }


def _take_back(app: KioskApp) -> Events:
    now = app.world.now
    return {
        "on_keep": lambda _: app.ask(""),
        "on_really_take_back": lambda _: app.do(lambda visit: visit.withdraw(now())),
    }


def _languages(app: KioskApp) -> Events:
    return {
        "on_language": lambda _, code: app.speak(code),
        "on_close": lambda _: app.ask(""),
    }


def _ways(app: KioskApp) -> Events:
    return {
        "on_letters": lambda _, size: app.wear(size=size),
        "on_contrast": lambda _, is_on: app.wear(contrast=is_on),
        "on_easy": lambda _, is_on: app.wear(easy=is_on),
        "on_close": lambda _: app.ask(""),
    }


def _trouble(app: KioskApp) -> Events:
    return {"on_retry": lambda _: app.retry()}


def _idle(app: KioskApp) -> Events:
    return {
        "on_still_here": lambda _: app.cover(),
        "on_clear": lambda _: app.clear_now(),
    }
