"""Can this row stand among the answers?

Central never refuses an authentic answer. One that cannot stand is held, with the
reason, and one bad row blocks nobody:

    unreadable  central refused its bytes before, so it came as base64 text
    malformed   not the seven words, or one of them is not of its form
    survey      names a survey that is not published here
    ward        is not of a ward that this device ever was given
    question    the survey has no such question
    value       is no answer to that question
    plain       words that should have been sealed where they were said: an alarm
    response    belongs to another device's response
    twin        stands already: another copy of this device's file has brought it
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from central.devices.family import Family, may_write
from central.intake.row import Row
from feedback.answer import ERASED, FFT_MODES, Answer, utc_moment
from feedback.seal import is_sealed
from feedback.survey import COMMENT, OUR_QUESTIONS, Survey, base_question

TWIN = "twin"

_UUID7 = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why a row is held; `detail` is for a technician and quotes no one's words."""

    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What a row is judged by. `owners`: the device that began each response."""

    wards: frozenset[str]
    surveys: Mapping[str, Survey]
    owners: Mapping[str, str]
    family: Family


def judge(row: Row, known: Known) -> Verdict | None:
    """Why this row must be held; None when it can stand."""
    answer = row.answer
    if answer is None:
        return Verdict("malformed", row.trouble)
    if form := _bad_form(answer):
        return Verdict("malformed", form)
    survey = known.surveys.get(answer.survey)
    if survey is None:
        return Verdict("survey")
    if answer.ward not in known.wards:
        return Verdict("ward")
    if bad := _bad_value(answer, survey):
        return bad
    owner = known.owners.get(answer.response, answer.device)
    if not may_write(answer.device, row.seq, owner, known.family):
        return Verdict("response")
    return None


def is_response(text: str) -> bool:
    """Whether it can be a response's name: a UUIDv7 in lower case."""
    return _UUID7.fullmatch(text) is not None


def _bad_form(answer: Answer) -> str:
    if not is_response(answer.response):
        return "response is not a UUIDv7"
    if answer.mode not in FFT_MODES:
        return "mode is not one of ours"
    try:
        utc_moment(answer.answered_at)
    except (ValueError, OverflowError):
        return "answered_at is not a UTC time with milliseconds"
    return ""


def _bad_value(answer: Answer, survey: Survey) -> Verdict | None:
    key, value = base_question(answer.question), answer.value
    question, ours = survey.question(key), OUR_QUESTIONS.get(key)
    if question is None and ours is None:
        return Verdict("question")
    is_comment = question is not None and question.kind == COMMENT
    if key != answer.question and not is_comment:
        return Verdict("question")  # only comments are added to
    if value in ("", ERASED):
        return None
    if is_comment:
        return None if is_sealed(value) else Verdict("plain")
    if question is not None and question.accepts(value):
        return None
    if ours is not None and ours.accepts(value):
        return None
    return Verdict("value")
