"""Whose words are asked for: of which step, told in which way, by people who felt how?

One filter for a day and for any other time, as a part of the query that finds people.
What can be asked for is a closed list; anything else is nobody's.

    step    who chose a face or a word for it, or wrote of it
    mode    who told it in this way
    felt    who felt good, in between or bad, or chose this word: at that step, or,
            without one, at any step (good, in between, bad: overall as well)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from central.summaries.apart import LIKENED, overall_question
from central.summaries.fft import NEGATIVE, POSITIVE
from central.summaries.steps import journey
from feedback.survey import FFT, FFT_VALUES, Survey

Word = str | int  # of SQL: what stands for a %s

GOOD, BETWEEN, BAD = "good", "between", "bad"
FACES: Mapping[str, tuple[str, ...]] = {
    GOOD: ("1", "2"),
    BETWEEN: ("0",),
    BAD: ("-2", "-1"),
}
OVERALL: Mapping[str, tuple[str, ...]] = {
    GOOD: tuple(sorted(POSITIVE)),
    BETWEEN: tuple(v for v in FFT_VALUES if v not in {*POSITIVE, *NEGATIVE}),
    BAD: tuple(sorted(NEGATIVE)),
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """What somebody filters by; "" for all. `felt`: a key of FACES, or a word's."""

    step: str = ""
    mode: str = ""
    felt: str = ""

    @property
    def is_on(self) -> bool:
        return bool(self.step or self.mode or self.felt)


EVERYONE = Chosen()


def where_chosen(chosen: Chosen, surveys: Iterable[Survey]) -> tuple[str, list[Word]]:
    """SQL after a WHERE on `summaries_standing s`, and what stands for its %s."""
    every, tests = list(surveys), list[tuple[str, list[Word]]]()
    if chosen.mode:
        tests.append(("AND s.mode = %s", [chosen.mode]))
    if chosen.felt:
        tests.append(_felt(chosen, every))
    elif chosen.step:
        tests.append(_any_of([_spoke_of(chosen.step, every)]))
    sql = " ".join(one for one, _ in tests)
    return sql, [word for _, words in tests for word in words]


def _any_of(several: Iterable[tuple[str, list[Word]]]) -> tuple[str, list[Word]]:
    """Somebody of whom a row that stands passes one of these tests."""
    tests = list(several)
    either = " OR ".join(sql for sql, _ in tests)
    return (
        "AND EXISTS (SELECT 1 FROM summaries_standing t WHERE t.response = s.response "
        f"AND ({either}))",
        [word for _, words in tests for word in words],
    )


def _spoke_of(step: str, surveys: Iterable[Survey]) -> tuple[str, list[Word]]:
    """A face, a word or words of their own for it; or chosen to write about."""
    keys = [step, f"{step}_feelings", f"{step}_own"]
    sql, words = f"t.question IN ({marks(keys)})", list[Word](keys)
    for about in sorted({q.about for s in surveys for q in s.questions if q.about}):
        sql += " OR (t.question = %s AND t.value = %s)"
        words += [about, step]
    return f"({sql})", words


def _felt(chosen: Chosen, surveys: Iterable[Survey]) -> tuple[str, list[Word]]:
    every = list(surveys)
    steps = [chosen.step] if chosen.step else list(journey(every))
    if chosen.felt not in FACES:
        return _any_of([_chose_word(chosen.felt, steps)])
    tests = [_one_of(steps, FACES[chosen.felt])]
    if not chosen.step:
        tests.append(_one_of([FFT], OVERALL[chosen.felt]))
        tests += _likened(OVERALL[chosen.felt], every)
    return _any_of(tests)


def _chose_word(word: str, steps: Iterable[str]) -> tuple[str, list[Word]]:
    keys = [f"{step}_feelings" for step in steps]
    spaced = word.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
    sql = (
        rf"(t.question IN ({marks(keys)}) AND ' ' || t.value || ' ' LIKE %s ESCAPE '\')"
    )
    return sql, [*keys, f"% {spaced} %"]


def _one_of(questions: Iterable[str], values: Iterable[str]) -> tuple[str, list[Word]]:
    keys, some = list(questions), list(values)
    sql = f"(t.question IN ({marks(keys)}) AND t.value IN ({marks(some)}))"
    return sql, [*keys, *some]


def _likened(
    values: Iterable[str], surveys: Iterable[Survey]
) -> list[tuple[str, list[Word]]]:
    """The same of another survey's overall faces, as `likened` takes them."""
    tests = []
    for survey, question, value, like in likened_values(surveys):
        if like in values:
            sql = "(t.survey = %s AND t.question = %s AND t.value = %s)"
            tests.append((sql, list[Word]([survey, question, value])))
    return tests


def likened_values(surveys: Iterable[Survey]) -> list[tuple[str, str, str, str]]:
    """survey, question, value and the national answer that it is like, of the surveys
    with faces of their own for the whole."""
    found = []
    for survey in surveys:
        asked = None if survey.is_national else overall_question(survey)
        if asked and len(asked.options) == len(LIKENED):
            for option, like in zip(asked.options, LIKENED, strict=True):
                found.append((survey.name, asked.key, option.key, like))
    return found


def marks(several: Iterable[object]) -> str:
    """A %s for each; of none, what nothing is IN."""
    return ", ".join("%s" for _ in several) or "''"
