"""What is someone looking for: which words, and in which time?

Whatever is typed gets an answer in words: nothing that people can paste into a box
breaks a page.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms

from central.comments.folding import fold
from central.web.dates import A_DATE, day_field
from central.web.periods import DAYS_MOST, EARLIEST, Period, month_of, week_of

QUERY_CHARS = 100
WORDS_MOST = 10

TOO_LONG = f"Search for {QUERY_CHARS} characters or fewer"
TOO_MANY = f"Search for {WORDS_MOST} words or fewer"
NO_WORDS = "Write a word to search for: letters or numbers"

_PARTS = re.compile(r'"([^"]*)"|(\S+)')


def asked_for(text: str) -> tuple[list[str], str]:
    """The folded words to find, all of them, and what is wrong with what was typed:
    one of the two is empty, both when nothing was. Words in quotes belong together."""
    if len(text) > QUERY_CHARS:
        return [], TOO_LONG
    folded = fold(text)
    if not folded:
        return [], NO_WORDS if text.strip() else ""
    parts = [(a or b).strip(' "') for a, b in _PARTS.findall(folded)]
    words = list(dict.fromkeys(one for one in parts if _says_something(one)))
    if not words:
        return [], NO_WORDS
    return (words, "") if len(words) <= WORDS_MOST else ([], TOO_MANY)


def _says_something(word: str) -> bool:
    """A letter, a number or a picture: no bare punctuation, which is everywhere."""
    return any(one.isalnum() or ord(one) > 0x2190 for one in word)


class PeriodForm(forms.Form):
    """Two days that make a period of which there is a page."""

    first = day_field(A_DATE.format("first day"))
    last = day_field(A_DATE.format("last day"))

    def __init__(self, *args: Any, today: date, **more: Any) -> None:
        super().__init__(*args, **more)
        self.today = today

    @property
    def period(self) -> Period:
        return Period(self.cleaned_data["first"], self.cleaned_data["last"])

    def clean(self) -> dict[str, Any]:
        """Says which of the two days is wrong, and why."""
        found = self.cleaned_data
        if "first" in found and "last" in found:
            for name, trouble in self._trouble(self.period):
                self.add_error(name, trouble)
        return found

    def _trouble(self, period: Period) -> list[tuple[str, str]]:
        latest = max(week_of(self.today).last, month_of(self.today).last)
        if period.first < EARLIEST:
            return [("first", f"The first day cannot be before {EARLIEST:%d/%m/%Y}")]
        if period.first > self.today:
            return [("first", "The first day is still to come")]
        if period.last < period.first:
            return [("last", "The last day cannot be before the first")]
        if period.last > latest:
            return [("last", f"The last day cannot be after {latest:%d/%m/%Y}")]
        if period.days > DAYS_MOST:
            return [("last", f"A period has at most {DAYS_MOST:,} days")]
        return []
