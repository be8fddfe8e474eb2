"""What did the person say who has this code?

In the survey's words, in the language that they used.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from central.comments.models import OPENED, Comment
from central.intake.models import Erased
from central.intake.row import END, WITHDRAWN
from central.places.models import Ward
from central.summaries.models import Standing
from central.surveys.published import surveys_named
from feedback.answer import ERASED
from feedback.receipts import receipt_hash, tidy
from feedback.seal import is_sealed
from feedback.survey import (
    COMMENT,
    OWN,
    Question,
    Survey,
    base_question,
    in_language,
)

RECEIPT = "_receipt"


@dataclass(frozen=True, slots=True)
class Told:
    """One question and what was answered. `words`: it is what they wrote; None then
    means that it cannot be opened."""

    question: str
    answer: str | None
    words: bool


@dataclass(frozen=True, slots=True)
class Receipt:
    """`gone`: it was taken back or deleted, and there is nothing to show."""

    code: str
    response: str
    ward: str
    day: date
    part: str
    language: str
    gone: bool
    told: tuple[Told, ...]


def find(typed: str) -> Receipt | None:
    """The receipt of the code that someone typed; None when there is none."""
    code = tidy(typed)
    if code is None:
        return None
    rows = Standing.objects.filter(question=RECEIPT, value=receipt_hash(code))
    several = list(rows.values_list("response", flat=True)[:2])
    if len(several) != 1:
        return None  # of two people with one code, neither reads the other
    return _receipt(code, several[0])


def _receipt(code: str, response: str) -> Receipt:
    rows = {row.question: row for row in Standing.objects.filter(response=response)}
    first = rows[RECEIPT]
    ward = Ward.objects.filter(code=first.ward).first()
    language = rows["_language"].value if "_language" in rows else "en"
    gone = _is_withdrawn(rows) or Erased.objects.filter(response=response).exists()
    survey = surveys_named([first.survey]).get(first.survey)
    told = _told(survey, rows, language) if survey and not gone else ()
    return Receipt(
        code=code,
        response=response,
        ward=ward.name if ward else first.ward,
        day=first.day,
        part=first.part,
        language=language,
        gone=gone,
        told=tuple(told),
    )


def _is_withdrawn(rows: Mapping[str, Standing]) -> bool:
    return END in rows and rows[END].value == WITHDRAWN


def _told(
    survey: Survey, rows: Mapping[str, Standing], language: str
) -> Iterator[Told]:
    texts = _texts(rows)
    for question in survey.questions:
        wording = in_language(question.wording, language)
        for key in _keys_of(question, rows):
            row = rows[key]
            if row.value == ERASED:
                continue
            if question.kind != COMMENT:
                yield Told(wording, _chosen(question, row.value, language), False)
            elif is_sealed(row.value):
                yield Told(wording, texts.get((row.device, row.seq)), True)


def _keys_of(question: Question, rows: Mapping[str, Standing]) -> list[str]:
    """Its own key and those of comments added to it, in order."""
    keys = [key for key in rows if base_question(key) == question.key]
    return sorted(keys, key=lambda key: (len(key), key))


def _chosen(question: Question, value: str, language: str) -> str:
    options = [question.option(key) for key in value.split() if key != OWN]
    words = [in_language(one.wording, language) for one in options if one]
    return ", ".join(words) or "–"  # a word of their own alone stands below


def _texts(rows: Mapping[str, Standing]) -> dict[tuple[str, int], str]:
    comments = Comment.objects.filter(
        response__in={row.response for row in rows.values()}, trouble=OPENED
    )
    return {(one.device, one.seq): one.text for one in comments}
