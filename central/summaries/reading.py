"""What does the database hold of a ward's day?

The only SQL of the ward's pages. Every query names one ward, and only responses that
count (no practice, none withdrawn) are read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from django.db.models import Count, Exists, OuterRef, QuerySet, TextField, Value
from django.db.models.functions import Concat

from central.comments.listening import concerns_in
from central.comments.models import OPENED, Comment
from central.summaries.models import Standing
from central.summaries.said import Said
from central.summaries.trend import Tally
from central.surveys.published import surveys_apart
from feedback.survey import FFT

Opened = dict[tuple[str, str], str]
Concerned = dict[tuple[str, str], tuple[str, ...]]


def said_on(ward: str, day: date) -> tuple[list[Said], Opened, Concerned]:
    """Every answer that stands of the responses that began on that day, and by response
    and question the texts of its comments, and the help that they may call for.
    """
    return _said(_counting(ward).filter(day=day))


def said_by(
    ward: str, responses: Collection[str]
) -> tuple[list[Said], Opened, Concerned]:
    """The same of these responses, as far as they are this ward's and count."""
    # Not the bare column: SQLite would look by the ward first, and read all that it
    # has ever said to find a page of 25 people.
    theirs = Standing.objects.alias(
        of=Concat("ward", Value(""), output_field=TextField())
    )
    return _said(theirs.filter(of=ward, counts=True, response__in=responses))


def _said(standing: QuerySet[Standing]) -> tuple[list[Said], Opened, Concerned]:
    words = ("response", "survey", "question", "value", "mode", "part", "moved")
    rows = list(
        standing.order_by("response", "seq").values_list(*words, "device", "seq")
    )
    comments = Comment.objects.filter(
        response__in=standing.values("response"), trouble=OPENED
    )
    found = {(one.device, one.seq): one for one in comments}
    shown = {
        (response, question): found[device, seq]
        for response, _, question, *_, device, seq in rows
        if (device, seq) in found
    }
    opened = {place: one.text for place, one in shown.items()}
    concerned = {
        place: tuple(kinds.split())
        for place, one in shown.items()
        if (kinds := concerns_in(one.text) if one.concerns is None else one.concerns)
    }
    return [Said(*row[: len(words)]) for row in rows], opened, concerned


def closed_on(ward: str, day: date) -> dict[str, int]:
    """How many of that day's comments could not be opened, by the trouble with each."""
    standing = _counting(ward).filter(day=day, device=OuterRef("device"))
    comments = Comment.objects.exclude(trouble=OPENED)
    comments = comments.filter(
        response__in=_counting(ward).filter(day=day).values("response")
    )
    mine = comments.filter(Exists(standing.filter(seq=OuterRef("seq"))))
    counted = mine.order_by("trouble").values_list("trouble")
    return dict(counted.annotate(count=Count("id")))


def tallies(ward: str, first: date, last: date, steps: Iterable[str]) -> list[Tally]:
    """How many gave each value, by day: of the national question and of the steps."""
    rows = (
        _national(ward)
        .filter(day__range=(first, last), question__in=[FFT, *steps])
        .order_by()
        .values_list("day", "question", "value")
        .annotate(people=Count("response"))
    )
    return [Tally(*row) for row in rows]


def responses_by_day(ward: str, first: date, last: date) -> dict[date, int]:
    """How many people answered anything, by day."""
    rows = (
        _national(ward)
        .filter(day__range=(first, last))
        .exclude(question__startswith="_")
        .order_by()
        .values_list("day")
        .annotate(people=Count("response", distinct=True))
    )
    return dict(rows)


def _national(ward: str) -> QuerySet[Standing]:
    """Without the surveys that have no national question: their steps have the same
    keys, and their people are counted apart."""
    return _counting(ward).exclude(survey__in=surveys_apart())


def _counting(ward: str) -> QuerySet[Standing]:
    return Standing.objects.filter(ward=ward, counts=True)
