"""What does a cell say: a moment, yes or no, a language, a survey, a stay?

Each function gives the value, or raises `Unclear` with words for a clerk. What can be
read in two ways is not read at all.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
NOON = 12
EPISODE_CHARS = 64
LANGUAGE_CHARS = 64

WORDS = {
    "no_date": "there is no date of discharge",
    "bad_date": "there is no such date or time",
    "date_form": "the date cannot be read with certainty: write it as 2026-11-03 or "
    "03/11/2026, with a time such as 14:30 or without",
    "future": "the date of discharge is still to come",
    "bad_flag": "yes or no is needed here, or nothing for no",
    "bad_language": "a language's code or name is needed here, such as pl or Polish, "
    "or nothing",
    "bad_survey": "a survey's name is needed here, such as inpatient or inpatient@2",
    "bad_episode": f"the name of a stay has at most {EPISODE_CHARS} letters, digits, "
    "spaces and . _ / : # | - and begins with a letter or a digit",
}

_TIME = r"(?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.\d{1,9})?)?"
_ZONE = r"(?P<zone>Z|[+-]\d\d:[0-5]\d)?"
_ISO = re.compile(
    rf"(?P<year>\d{{4}})-(?P<month>\d\d)-(?P<day>\d\d)(?:[ T]{_TIME}{_ZONE})?", re.ASCII
)
_BRITISH = re.compile(
    rf"(?P<day>\d\d)/(?P<month>\d\d)/(?P<year>\d{{4}})(?: {_TIME})?", re.ASCII
)
_FLAGS = {
    **dict.fromkeys(("yes", "y", "true", "1"), True),
    **dict.fromkeys(("no", "n", "false", "0", ""), False),
}
_SURVEY = re.compile(r"[a-z][a-z0-9_]{0,39}(?:@[1-9][0-9]{0,5})?", re.ASCII)
# Whoever exports it later shall have no formula, no markup and no line break in it.
_EPISODE = re.compile(
    rf"[A-Za-z0-9][A-Za-z0-9 ._/:#|-]{{0,{EPISODE_CHARS - 1}}}", re.ASCII
)


class Unclear(ValueError):
    """`code` is for machines, `words` for a clerk; neither holds what was said."""

    def __init__(self, code: str) -> None:
        super().__init__(WORDS[code])
        self.code = code
        self.words = WORDS[code]


@lru_cache(10_000)  # many went home in the same minute, or have a date alone
def moment(said: str) -> datetime:
    """In UTC. A date alone is noon; a time without a zone is that of London."""
    if not said:
        raise Unclear("no_date")
    found = _ISO.fullmatch(said) or _BRITISH.fullmatch(said)
    if found is None:
        raise Unclear("date_form")
    parts = found.groupdict()
    has_time = parts["hour"] is not None
    try:
        local = datetime(
            int(parts["year"]),
            int(parts["month"]),
            int(parts["day"]),
            int(parts["hour"]) if has_time else NOON,
            int(parts["minute"] or 0),
            int(parts["second"] or 0),
            tzinfo=_zone(parts.get("zone")),
        )
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Unclear("bad_date") from None


def _zone(said: str | None) -> ZoneInfo | timezone:
    if said is None:
        return LONDON
    if said == "Z":
        return UTC
    hours, minutes = int(said[1:3]), int(said[4:6])
    ahead = timedelta(hours=hours, minutes=minutes)
    return timezone(ahead if said[0] == "+" else -ahead)


def flag(said: str) -> bool:
    try:
        return _FLAGS[said.lower()]
    except KeyError:
        raise Unclear("bad_flag") from None


def language(said: str) -> str:
    """Its shape only. Patient records have names of it in any letters, such as
    "Bengali (Sylheti)", and codes such as q4; a formula and markup are none."""
    is_name = said[:1].isalnum() and len(said) <= LANGUAGE_CHARS
    if not (is_name and all(map(_is_in_a_name, said))):
        raise Unclear("bad_language")
    return said


def _is_in_a_name(letter: str) -> bool:
    return letter in " -_()/,.&'" or unicodedata.category(letter)[0] in "LMN"


def survey(said: str) -> str:
    """Its shape only: whether there is such a survey is the bundle's to say."""
    if said and not _SURVEY.fullmatch(said):
        raise Unclear("bad_survey")
    return said


def episode(said: str) -> str:
    """The hospital's own name for the stay. What Excel makes of a long one, such as
    4.47E+11, is none: two stays could share it."""
    if said and not _EPISODE.fullmatch(said):
        raise Unclear("bad_episode")
    return said
