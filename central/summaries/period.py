"""What did the ward hear in a week, a month, or any other period?

The same counts as a day's, from rows that the database has grouped: a month of a busy
ward is then a few hundred rows, not a hundred thousand. Counting every answer again
gives what was shown (tests/web/test_periods.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from central.summaries.apart import Apart, faces_of, overall_question
from central.summaries.fft import Fft, fft_of_tally
from central.summaries.steps import Step, journey, most_first
from feedback.answer import FFT_MODES
from feedback.survey import FFT, STEP_VALUES, Survey, in_language

OWN_WORDS = 30  # of a step at most; the rest is found by searching


@dataclass(frozen=True, slots=True)
class Grouped:
    """So many people of this survey gave this value to this question."""

    survey: str
    question: str
    value: str
    people: int


@dataclass(frozen=True, slots=True)
class Came:
    """So many people answered this survey in this way on this day."""

    survey: str
    mode: str
    day: date
    people: int


@dataclass(frozen=True, slots=True)
class Counts:
    """`responses`, `by_mode`, `fft` and `steps` are those of the national question's
    surveys alone. `days`: on how many days anybody answered them."""

    responses: int
    days: int
    by_mode: tuple[tuple[str, int], ...]
    fft: Fft
    steps: tuple[Step, ...]
    apart: tuple[Apart, ...]


def counts_of(
    grouped: Sequence[Grouped],
    own: Sequence[Grouped],
    came: Sequence[Came],
    surveys: Mapping[str, Survey],
) -> Counts:
    """`own`: the words of people's own, as values of the questions that ask for
    them. `surveys`: at least those that `came` names."""
    names = {one.survey for one in came}
    national = {one for one in names if surveys[one].is_national}
    ours = [one for one in came if one.survey in national]
    by_mode: Counter[str] = Counter()
    for one in ours:
        by_mode[one.mode] += one.people
    every = _tallied(grouped, national)
    return Counts(
        responses=sum(by_mode.values()),
        days=len({one.day for one in ours}),
        by_mode=tuple((mode, by_mode[mode]) for mode in FFT_MODES if by_mode[mode]),
        fft=fft_of_tally(every.get(FFT, {})),
        steps=_steps(
            [surveys[one] for one in national], every, _tallied(own, national)
        ),
        apart=_apart(grouped, own, came, {n: surveys[n] for n in names - national}),
    )


def _tallied(
    grouped: Iterable[Grouped], names: Iterable[str]
) -> dict[str, dict[str, int]]:
    """question → value → people, of these surveys together."""
    wanted = set(names)
    found: dict[str, dict[str, int]] = {}
    for one in grouped:
        if one.survey in wanted:
            values = found.setdefault(one.question, {})
            values[one.value] = values.get(one.value, 0) + one.people
    return found


def _steps(
    surveys: Iterable[Survey],
    tallied: Mapping[str, Mapping[str, int]],
    own: Mapping[str, Mapping[str, int]],
) -> tuple[Step, ...]:
    return tuple(
        step_of_tally(
            key,
            in_language(title, "en"),
            labels,
            tallied.get(key, {}),
            tallied.get(f"{key}_feelings", {}),
            own.get(f"{key}_own", {}),
        )
        for key, (title, labels) in journey(surveys).items()
    )


def step_of_tally(
    key: str,
    title: str,
    labels: Mapping[str, str],
    faces: Mapping[str, int],
    feelings: Mapping[str, int],
    own: Mapping[str, int],
) -> Step:
    """`feelings` counts values as they stand: several words joined by spaces."""
    words: Counter[str] = Counter()
    for value, people in feelings.items():
        for word in value.split():
            if word in labels:
                words[word] += people
    told = sorted(own.items(), key=lambda item: (-item[1], item[0]))
    low, lower, middle, higher, high = (faces.get(value, 0) for value in STEP_VALUES)
    return Step(
        key=key,
        title=title,
        spread=(low, lower, middle, higher, high),
        words=most_first(words.elements(), labels),
        own=tuple(told[:OWN_WORDS]),
    )


def _apart(
    grouped: Sequence[Grouped],
    own: Sequence[Grouped],
    came: Sequence[Came],
    surveys: Mapping[str, Survey],
) -> tuple[Apart, ...]:
    """Each survey without the national question by itself, whatever its version."""
    by_id: dict[str, list[Survey]] = {}
    for survey in surveys.values():
        by_id.setdefault(survey.id, []).append(survey)
    return tuple(
        _one_apart(several, grouped, own, came) for _, several in sorted(by_id.items())
    )


def _one_apart(
    several: Sequence[Survey],
    grouped: Sequence[Grouped],
    own: Sequence[Grouped],
    came: Sequence[Came],
) -> Apart:
    names = {one.name for one in several}
    newest = max(several, key=lambda one: one.version)
    tallied = _tallied(grouped, names)
    asked = overall_question(newest)
    given = tallied.get(asked.key, {}) if asked else {}
    return Apart(
        title=in_language(newest.title, "en"),
        responses=sum(one.people for one in came if one.survey in names),
        question=in_language(asked.wording, "en") if asked else "",
        overall=tuple(
            (in_language(one.wording, "en"), given.get(one.key, 0))
            for one in (asked.options if asked else ())
        ),
        faces=faces_of(newest),
        steps=_steps(several, tallied, _tallied(own, names)),
    )
