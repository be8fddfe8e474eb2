"""What did the ward hear on this day?

Standing answers of one ward and one day go in, a `Day` comes out: plain counting, with
no clock and no database, so that counting again gives what was shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from central.summaries.apart import Apart, apart_of, likened
from central.summaries.fft import Fft, fft_of
from central.summaries.said import (
    Answers,
    Concerned,
    Opened,
    Said,
    answers_of,
    concerns_of,
    is_response,
    visits_of,
)
from central.summaries.steps import FELT_BAD, Step, is_word, steps_of
from central.summaries.talks import Talk, talks_of
from feedback.answer import ERASED, FFT_MODES
from feedback.seal import is_sealed
from feedback.survey import (
    FFT,
    FFT_VALUES,
    Question,
    Survey,
    base_question,
    in_language,
)

# Above words that answer no question of ours: "What was good? I want to die" misleads.
ADDED = "Also said"

NOTHING: Concerned = {}

# Those who ask for something first: worst rated, then everyone else.
ORDER = {
    value: place
    for place, value in enumerate(
        ("very_poor", "poor", "neither", "dont_know", "", "good", "very_good")
    )
}
NEITHER = ORDER["neither"]


@dataclass(frozen=True, slots=True)
class Remark:
    """What someone wrote under one question; None where it could not be opened.
    `about`: the title of the step that they chose to write about."""

    question: str
    title: str
    text: str | None
    felt: str  # the face chosen for that step, "" for other questions
    about: str = ""


@dataclass(frozen=True, slots=True)
class Voice:
    """One person's own words, with what they rated."""

    response: str
    rated: str  # one of the six national answers, or ""
    like: str  # that, or the one in the same place of another survey's faces
    overall: str  # what they answered there, in its own words
    remarks: tuple[Remark, ...]
    part: str
    language: str
    mode: str
    who: str
    moved: bool  # when this was said is uncertain
    felt_bad: bool  # at any step
    concerns: tuple[str, ...] = ()  # kinds of help that someone may need

    @property
    def added(self) -> bool:
        """Whether they said more than we asked: the rating may not speak for it."""
        return any(remark.title == ADDED for remark in self.remarks)

    @property
    def chars(self) -> int:
        return sum(len(remark.text or "") for remark in self.remarks)


@dataclass(frozen=True, slots=True)
class Day:
    """`responses`, `by_mode`, `fft` and `steps` are those of the national question's
    surveys alone."""

    responses: int
    by_mode: tuple[tuple[str, int], ...]
    fft: Fft
    steps: tuple[Step, ...]
    voices: tuple[Voice, ...]
    talks: tuple[Talk, ...]
    unopened: int
    moved: int  # responses that may be of another day
    apart: tuple[Apart, ...]  # of surveys without the national question


def day_of(
    said: Iterable[Said],
    opened: Opened,
    surveys: Mapping[str, Survey],
    concerned: Concerned = NOTHING,
) -> Day:
    """The day that these answers make. `opened` has the comments' texts, `concerned`
    which of them may call for help."""
    everyone = visits_of(said)
    visits = {one: visit for one, visit in everyone.items() if is_response(visit)}
    others = {name for name, survey in surveys.items() if not survey.is_national}
    apart = {one: v for one, v in visits.items() if v[0].survey in others}
    national = {one: v for one, v in visits.items() if one not in apart}
    by_mode = Counter(visit[0].mode for visit in national.values())
    voices = [
        voice
        for response, visit in everyone.items()
        if (voice := voice_of(response, visit, surveys, opened, concerned))
    ]
    talks = talks_of(everyone, surveys, opened, concerned)
    calm = _calm(opened, everyone, concerned)
    return Day(
        responses=len(national),
        by_mode=tuple((mode, by_mode[mode]) for mode in FFT_MODES if by_mode[mode]),
        fft=fft_of(answers_of(visit).get(FFT, "") for visit in national.values()),
        steps=steps_of(national, [s for s in surveys.values() if s.is_national], calm),
        voices=tuple(sorted(voices, key=asks_first)),
        talks=talks,
        unopened=_unopened(voices, talks),
        moved=sum(visit[0].moved for visit in visits.values()),
        apart=apart_of(apart, surveys, calm),
    )


def _calm(
    opened: Opened, everyone: Mapping[str, Sequence[Said]], concerned: Concerned
) -> Opened:
    """A word of their own that may call for help is read with the voices, not among
    the words of its step."""
    return {
        place: text
        for place, text in opened.items()
        if not concerns_of(everyone.get(place[0], ()), concerned)
    }


def _unopened(voices: Sequence[Voice], talks: Sequence[Talk]) -> int:
    remarks = (remark for voice in voices for remark in voice.remarks)
    return sum(one.text is None for one in remarks) + sum(
        one.where is None for one in talks
    )


def voice_of(
    response: str,
    visit: Sequence[Said],
    surveys: Mapping[str, Survey],
    opened: Opened,
    concerned: Concerned,
    own_words: bool = False,
) -> Voice | None:
    """What one person wrote; None when there is nothing to read. `own_words`: with
    the words that stand among those of a step."""
    answers = answers_of(visit)
    survey = surveys.get(visit[0].survey)
    concerns = concerns_of(visit, concerned)
    texts = [opened.get((response, one.question)) for one in visit]
    remarks = _remarks(visit, texts, survey, answers, own_words or bool(concerns))
    if not remarks and not (concerns and _is_heard_only(answers)):
        return None
    rated, like, overall = _rated(survey, answers)
    return Voice(
        response=response,
        rated=rated,
        like=like,
        overall=overall,
        remarks=remarks,
        part=visit[0].part,
        language=answers.get("_language", ""),
        mode=visit[0].mode,
        who=answers.get("_who", ""),
        moved=visit[0].moved,
        felt_bad=any(answers.get(one.key) in FELT_BAD for one in _steps(survey)),
        concerns=concerns,
    )


def _steps(survey: Survey | None) -> Sequence[Question]:
    return survey.steps() if survey else ()


def _is_heard_only(answers: Answers) -> bool:
    """Whether a call for help that a collector heard has no words here, sealed or
    erased: someone should know of it all the same."""
    return not any(is_sealed(one) or one == ERASED for one in answers.values())


def _rated(survey: Survey | None, answers: Answers) -> tuple[str, str, str]:
    """The national answer, the one that it is like, and the other survey's words."""
    if survey is not None and not survey.is_national:
        overall, like = likened(survey, answers)
        return "", like, overall
    rated = answers.get(FFT, "")
    rated = rated if rated in FFT_VALUES else ""
    return rated, rated, ""


def _remarks(
    visit: Sequence[Said],
    texts: Sequence[str | None],
    survey: Survey | None,
    answers: Answers,
    own_words: bool,
) -> tuple[Remark, ...]:
    """In the order in which their questions are asked."""
    several = (
        _remark(one, survey, answers, text, own_words)
        for one, text in zip(visit, texts, strict=True)
    )
    places = [q.key for q in survey.questions] if survey else []
    remarks = [remark for remark in several if remark is not None]
    remarks.sort(key=lambda one: (_place(places, one.question), one.question))
    return tuple(remarks)


def _remark(
    one: Said,
    survey: Survey | None,
    answers: Answers,
    text: str | None,
    own_words: bool,
) -> Remark | None:
    key = base_question(one.question)
    question = survey.question(key) if survey else None
    if not is_sealed(one.value) or (question is not None and question.names):
        return None
    step = key.removesuffix("_own") if key.endswith("_own") else ""
    if step and text is not None and is_word(text) and not own_words:
        return None  # it stands among the words of its step
    title = in_language(question.wording, "en") if question else key
    about = ""
    if survey is not None and question is not None and question.about:
        step = answers.get(question.about, "")
        about = _title_of_option(survey, question.about, step)
    if one.question != key:
        title = ADDED  # said of their own accord: it answers no question of ours
    return Remark(one.question, title, text, answers.get(step, ""), about)


def _title_of_option(survey: Survey, key: str, value: str) -> str:
    question = survey.question(key)
    option = question.option(value) if question else None
    return in_language(option.wording, "en") if option else ""


def _place(places: Sequence[str], key: str) -> int:
    base = base_question(key)
    return places.index(base) if base in places else len(places)


def asks_first(voice: Voice) -> tuple[bool, int, bool, bool]:
    """The order in which words are read; in the database it is asking_first.py's."""
    better = any(one.question.startswith("better") for one in voice.remarks)
    rank = ORDER[voice.like]
    if voice.added:  # what they said unasked may be why they wrote at all
        rank = min(rank, NEITHER)
    return (not voice.concerns, rank, not better, not voice.felt_bad)
