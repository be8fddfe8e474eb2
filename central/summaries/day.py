"""What did the ward hear on this day?

Standing answers of one ward and one day go in, a `Day` comes out: plain counting, with
no clock and no database, so that counting again gives what was shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from central.summaries.fft import Fft, fft_of
from feedback.answer import FFT_MODES
from feedback.seal import is_sealed
from feedback.survey import (
    FFT,
    FFT_VALUES,
    OWN,
    STEP_VALUES,
    Survey,
    base_question,
    in_language,
)

# A word of their own is shown among the words while it is short enough to be one.
OWN_CHARS = 24

# Above words that answer no question of ours: "What was good? I want to die" misleads.
ADDED = "Also said"

# Those who ask for something first: worst rated, then everyone else.
_ORDER = {
    value: place
    for place, value in enumerate(
        ("very_poor", "poor", "neither", "dont_know", "", "good", "very_good")
    )
}


@dataclass(frozen=True, slots=True)
class Said:
    """One answer that stands, and the part of the day in which it was given; `moved`
    when the device's clock cannot have been right."""

    response: str
    survey: str
    question: str
    value: str
    mode: str
    part: str
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """How one step of the journey made people feel. `spread` goes from -2 to 2."""

    key: str
    title: str
    spread: tuple[int, int, int, int, int]
    words: tuple[tuple[str, int], ...]
    own: tuple[tuple[str, int], ...]  # words of people's own, as they wrote them

    @property
    def people(self) -> int:
        return sum(self.spread)

    @property
    def said(self) -> bool:
        """Whether anyone said anything of it; a face may have been left out."""
        return bool(self.people or self.words or self.own)

    @property
    def bad(self) -> int:
        return self.spread[0] + self.spread[1]

    @property
    def middle(self) -> float | None:
        """The mean on -2 … 2: shown beside the spread, never instead of it."""
        total = sum(n * int(v) for n, v in zip(self.spread, STEP_VALUES, strict=True))
        return total / self.people if self.people else None


@dataclass(frozen=True, slots=True)
class Remark:
    """What someone wrote under one question; None where it could not be opened."""

    question: str
    title: str
    text: str | None
    felt: str  # the face chosen for that step, "" for other questions


@dataclass(frozen=True, slots=True)
class Voice:
    """One person's own words, with what they rated."""

    rated: str  # one of the six national answers, or ""
    remarks: tuple[Remark, ...]
    part: str
    language: str
    mode: str
    who: str
    moved: bool  # when this was said is uncertain

    @property
    def added(self) -> bool:
        """Whether they said more than we asked: the rating may not speak for it."""
        return any(remark.title == ADDED for remark in self.remarks)

    @property
    def chars(self) -> int:
        return sum(len(remark.text or "") for remark in self.remarks)


@dataclass(frozen=True, slots=True)
class Day:
    responses: int
    by_mode: tuple[tuple[str, int], ...]
    fft: Fft
    steps: tuple[Step, ...]
    voices: tuple[Voice, ...]
    talks: int
    unopened: int
    moved: int  # responses that may be of another day


Answers = Mapping[str, str]  # question → value, of one response


def day_of(
    said: Iterable[Said],
    opened: Mapping[tuple[str, str], str],
    surveys: Mapping[str, Survey],
) -> Day:
    """The day that these answers make.

    `opened` maps (response, question) to a comment's text. Someone who chose only a
    language has not answered anything yet, and is not a response.
    """
    visits = _visits(said)
    by_mode = Counter(visit[0].mode for visit in visits.values())
    answers = [{one.question: one.value for one in visit} for visit in visits.values()]
    voices = [
        voice
        for response, visit in visits.items()
        if (voice := _voice(response, visit, surveys, opened))
    ]
    return Day(
        responses=len(visits),
        by_mode=tuple((mode, by_mode[mode]) for mode in FFT_MODES if by_mode[mode]),
        fft=fft_of(one.get(FFT, "") for one in answers),
        steps=_steps(visits, surveys, opened),
        voices=tuple(sorted(voices, key=_asks_first)),
        talks=sum(one.get("_talk") == "yes" for one in answers),
        unopened=sum(r.text is None for voice in voices for r in voice.remarks),
        moved=sum(visit[0].moved for visit in visits.values()),
    )


def _visits(said: Iterable[Said]) -> dict[str, list[Said]]:
    visits: dict[str, list[Said]] = {}
    for one in said:
        visits.setdefault(one.response, []).append(one)
    return {
        response: visit
        for response, visit in sorted(visits.items())
        if any(not one.question.startswith("_") for one in visit)
    }


def _steps(
    visits: Mapping[str, Sequence[Said]],
    surveys: Mapping[str, Survey],
    opened: Mapping[tuple[str, str], str],
) -> tuple[Step, ...]:
    all_said = [one for visit in visits.values() for one in visit]
    return tuple(
        _step(key, in_language(title, "en"), labels, all_said, opened)
        for key, (title, labels) in journey(surveys.values()).items()
    )


def journey(
    surveys: Iterable[Survey],
) -> dict[str, tuple[Mapping[str, str], dict[str, str]]]:
    """Each step's title and words, in the newest survey's order; steps that only an
    older version has come after.
    """
    steps: dict[str, tuple[Mapping[str, str], dict[str, str]]] = {}
    for survey in sorted(surveys, key=lambda one: (one.id, -one.version)):
        for first in survey.steps():
            feelings = survey.question(f"{first.key}_feelings")
            options = feelings.options if feelings else ()
            words = {one.key: in_language(one.wording, "en") for one in options}
            title = first.title or first.wording
            steps.setdefault(first.key, (title, {}))[1].update(
                {key: word for key, word in words.items() if key != OWN}
            )
    return steps


def _step(
    key: str,
    title: str,
    labels: Mapping[str, str],
    said: Sequence[Said],
    opened: Mapping[tuple[str, str], str],
) -> Step:
    faces = Counter(one.value for one in said if one.question == key)
    words = Counter(
        word
        for one in said
        if one.question == f"{key}_feelings"
        for word in one.value.split()
        if word in labels
    )
    own = Counter(
        text
        for one in said
        if one.question == f"{key}_own" and is_sealed(one.value)  # not erased since
        if (text := opened.get((one.response, one.question))) and _is_word(text)
    )
    places = list(labels)
    chosen = sorted(words.items(), key=lambda item: (-item[1], places.index(item[0])))
    low, lower, middle, higher, high = (faces[value] for value in STEP_VALUES)
    return Step(
        key=key,
        title=title,
        spread=(low, lower, middle, higher, high),
        words=tuple((labels[word], count) for word, count in chosen),
        own=tuple(sorted(own.items(), key=lambda item: (-item[1], item[0]))),
    )


def _voice(
    response: str,
    visit: Sequence[Said],
    surveys: Mapping[str, Survey],
    opened: Mapping[tuple[str, str], str],
) -> Voice | None:
    answers = {one.question: one.value for one in visit}
    survey = surveys.get(visit[0].survey)
    texts = [(one, opened.get((response, one.question))) for one in visit]
    several = (_remark(one, survey, answers, text) for one, text in texts)
    remarks = [remark for remark in several if remark is not None]
    if not remarks:
        return None
    places = [q.key for q in survey.questions] if survey else []
    remarks.sort(key=lambda one: (_place(places, one.question), one.question))
    rated = answers.get(FFT, "")
    return Voice(
        rated=rated if rated in FFT_VALUES else "",
        remarks=tuple(remarks),
        part=visit[0].part,
        language=answers.get("_language", ""),
        mode=visit[0].mode,
        who=answers.get("_who", ""),
        moved=visit[0].moved,
    )


def _remark(
    one: Said, survey: Survey | None, answers: Answers, text: str | None
) -> Remark | None:
    key = base_question(one.question)
    question = survey.question(key) if survey else None
    if not is_sealed(one.value):
        return None
    step = key.removesuffix("_own") if key.endswith("_own") else ""
    if step and text is not None and _is_word(text):
        return None  # it stands among the words of its step
    title = in_language(question.wording, "en") if question else key
    if one.question != key:
        title = ADDED  # said of their own accord: it answers no question of ours
    return Remark(one.question, title, text, answers.get(step, ""))


def _is_word(text: str) -> bool:
    return len(text) <= OWN_CHARS and "\n" not in text


def _place(places: Sequence[str], key: str) -> int:
    base = base_question(key)
    return places.index(base) if base in places else len(places)


def _asks_first(voice: Voice) -> tuple[int, int, int]:
    better = any(one.question.startswith("better") for one in voice.remarks)
    felt_bad = any(one.felt in ("-2", "-1") for one in voice.remarks)
    rank = _ORDER[voice.rated]
    if voice.added:  # what they said unasked may be why they wrote at all
        rank = min(rank, _ORDER["neither"])
    return (rank, -better, -felt_bad)
