"""When was that, as people say it? Never the minute."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from central.summaries.times import ZONE, part_of

EARLY = 6  # hours of the night that are of the day after it
A_WEEK = timedelta(days=6)  # of a longer time ago a weekday does not say which one


def on(words: str) -> str:
    """on Tuesday evening; but: this morning, early on Tuesday"""
    return words if words.startswith(("this ", "to", "early ")) else f"on {words}"


def when(moment: datetime, now: datetime) -> str:
    """Tuesday evening; early on Tuesday; this morning; the evening of 3 March: never
    the minute."""
    day, today, part = local_day(moment), local_day(now), part_of(moment)
    words = day_words(day, today)
    if part == "night" and moment.astimezone(ZONE).hour < EARLY:
        return f"early {on(words)}"
    if day == today:
        return "tonight" if part == "night" else f"this {part}"
    if timedelta(0) < today - day <= A_WEEK:
        return f"{words} {part}"
    return f"the {part} of {words}"


def day_words(day: date, today: date) -> str:
    """today; Tuesday; 3 March; 3 March 2025"""
    if day == today:
        return "today"
    if timedelta(0) < today - day <= A_WEEK:
        return f"{day:%A}"
    return f"{day.day} {day:%B}" + ("" if day.year == today.year else f" {day.year}")


def day_of(moment: datetime, now: datetime) -> str:
    return day_words(local_day(moment), local_day(now))


def local_day(moment: datetime) -> date:
    return moment.astimezone(ZONE).date()
