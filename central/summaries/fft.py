"""How many said that their care was good, and how many that it was poor?

The national formula (NHS England, since April 2020): positive = very good + good,
negative = poor + very poor, both over all six answers, so "neither" and "don't know"
stay in the denominator. Rounded once, from counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from feedback.survey import FFT_VALUES

POSITIVE = ("very_good", "good")
NEGATIVE = ("poor", "very_poor")


@dataclass(frozen=True, slots=True)
class Fft:
    """The six counts, with what follows from them."""

    very_good: int = 0
    good: int = 0
    neither: int = 0
    poor: int = 0
    very_poor: int = 0
    dont_know: int = 0

    @property
    def total(self) -> int:
        return sum(self.counts().values())

    @property
    def positive(self) -> int:
        return self.very_good + self.good

    @property
    def negative(self) -> int:
        return self.poor + self.very_poor

    @property
    def positive_percent(self) -> int | None:
        return percent(self.positive, self.total)

    @property
    def negative_percent(self) -> int | None:
        return percent(self.negative, self.total)

    def counts(self) -> dict[str, int]:
        return {value: getattr(self, value) for value in FFT_VALUES}

    def __add__(self, other: Fft) -> Fft:
        mine, theirs = self.counts(), other.counts()
        return Fft(**{value: mine[value] + theirs[value] for value in FFT_VALUES})


def percent(part: int, whole: int) -> int | None:
    """A whole percentage, half up; None where there is nothing to divide by.

    In integers: a float would round 50.5 and 51.5 to different sides.
    """
    return (200 * part + whole) // (2 * whole) if whole else None


def fft_of(values: Iterable[str]) -> Fft:
    """The counts of single answers; any other value is not a national answer."""
    counts = dict.fromkeys(FFT_VALUES, 0)
    for value in values:
        if value in counts:
            counts[value] += 1
    return Fft(**counts)


def fft_of_tally(tally: Mapping[str, int]) -> Fft:
    """The counts of answers that the database has already counted by value."""
    return Fft(**{value: tally.get(value, 0) for value in FFT_VALUES})
