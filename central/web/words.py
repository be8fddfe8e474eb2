"""How does a value read on a page?

The filters of the templates: codes go in, plain English comes out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from central.summaries.fft import NEGATIVE, POSITIVE
from central.summaries.times import Began
from central.summaries.words import marked
from central.web.periods import half_year_to, month_of, week_of

_LONDON = ZoneInfo("Europe/London")
NONE = "–"  # nothing to show: never 0

FFT_NAMES: Mapping[str, str] = {
    "very_good": "Very good",
    "good": "Good",
    "neither": "Neither good nor poor",
    "poor": "Poor",
    "very_poor": "Very poor",
    "dont_know": "Don't know",
}
MODE_NAMES: Mapping[str, str] = {
    "kiosk": "tablet",
    "sms": "text",
    "conversation": "conversation",
    "paper": "paper",
    "paper_home": "paper from home",
    "telephone": "telephone",
    "online": "online",
}
WHO_NAMES: Mapping[str, str] = {
    "patient": "patient",
    "carer": "family or carer",
    "young_person": "young person",
    "staff_helping": "with help from staff",
}
FELT_NAMES: Mapping[int, str] = {
    2: "Very good",
    1: "Good",
    0: "In between",
    -1: "Bad",
    -2: "Very bad",
}
CONCERN_NAMES: Mapping[str, str] = {
    "self_harm": "says someone may want to die or to hurt themselves",
    "abuse": "says someone was hurt, threatened or stolen from",
    "emergency": "tells of what may be an emergency",
    "neglect": "says someone was left without care",
    "help": "asks for help",
}
CLOSED_NAMES: Mapping[str, str] = {
    "key": "the key that opens it is not in its place",
    "damaged": "it is damaged, or was sealed with another key than it says",
    "swapped": "it was sealed for another answer, so it is not shown here",
}
LANGUAGE_NAMES: Mapping[str, str] = {
    "ar": "Arabic",
    "bn": "Bengali",
    "cy": "Welsh",
    "en": "English",
    "fa": "Persian",
    "fr": "French",
    "gu": "Gujarati",
    "pa": "Punjabi",
    "pl": "Polish",
    "ro": "Romanian",
    "so": "Somali",
    "uk": "Ukrainian",
    "ur": "Urdu",
    "zh": "Chinese",
    "zh-Hans": "Chinese",
}
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,4})?")


def long_date(day: date) -> str:
    """Sunday 22 November 2026"""
    return f"{day:%A} {day.day} {day:%B} {day.year}"


def short_date(day: date) -> str:
    """Sun 22 Nov"""
    return f"{day:%a} {day.day} {day:%b}"


def moment(at: datetime) -> str:
    """29 November 2026, 16:50, local: of what staff did, never of a patient's visit."""
    local = at.astimezone(_LONDON)
    return f"{local.day} {local:%B %Y, %H:%M}"


def day_and_part(at: datetime) -> str:
    """Mon 30 Nov, morning: of what staff did."""
    began = Began(at, moved=False)
    return f"{short_date(began.day)}, {began.part}"


def percentage(percent: int | None) -> str:
    return NONE if percent is None else f"{percent}%"


def thousands(count: int) -> str:
    return f"{count:,}"


def of(part: int, whole: int) -> str:
    """13 of 17; of nobody there is nothing to say."""
    return f"{part} of {whole}" if whole else "no answers"


def month_day(day: date) -> str:
    """22 Nov 2026"""
    return f"{day.day} {day:%b} {day.year}"


def plain_date(day: date) -> str:
    """22 November 2026"""
    return f"{day.day} {day:%B %Y}"


def measured(value: float | None, sort: str) -> str:
    """A value of a chart, its middle line or a limit."""
    if value is None:
        return NONE
    if sort == "felt":
        return (
            f"{value:+.1f}".replace("-", "−").replace("+0.0", "0").replace("−0.0", "0")
        )
    return f"{value:.0f}%" if sort == "positive" else f"{value:,.0f}"


def fft_name(value: str) -> str:
    return FFT_NAMES[value]


def fft_kind(value: str, prefix: str = "wv-") -> str:
    """A class for the marks of an answer: good, bad or neutral."""
    if value in POSITIVE:
        return f"{prefix}good"
    return f"{prefix}bad" if value in NEGATIVE else f"{prefix}neutral"


def mode_name(mode: str) -> str:
    return MODE_NAMES.get(mode, mode)


def part_name(part: str) -> str:
    return part.capitalize()


def who_name(who: str) -> str:
    return WHO_NAMES.get(who, who)


def felt_name(felt: int | str) -> str:
    return FELT_NAMES[int(felt)]


def concern_names(kinds: Sequence[str]) -> str:
    """What they may need someone for: says this; asks for that"""
    return "; ".join(CONCERN_NAMES[kind] for kind in kinds)


def closed_name(trouble: str) -> str:
    """Why a comment could not be opened."""
    return CLOSED_NAMES[trouble]


def language_name(language: str) -> str:
    return LANGUAGE_NAMES.get(language, language)


def is_language(language: str) -> bool:
    """Whether it may stand in a `lang` attribute: it comes from a device."""
    return _LANGUAGE.fullmatch(language) is not None


FILTERS: Mapping[str, Callable[..., object]] = {
    filter_.__name__: filter_
    for filter_ in (
        long_date,
        short_date,
        moment,
        day_and_part,
        month_day,
        plain_date,
        measured,
        week_of,
        month_of,
        half_year_to,
        marked,
        percentage,
        thousands,
        of,
        fft_name,
        fft_kind,
        mode_name,
        part_name,
        who_name,
        felt_name,
        concern_names,
        closed_name,
        language_name,
        is_language,
    )
}
