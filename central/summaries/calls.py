"""Which rows call for somebody?

A request for someone to come, where to find who asked, and words that may call for
help. They wait on top of the ward's page until somebody has seen them, so each is known
by its own row: a comment that is corrected, or a second request, is another row, and
waits anew. Derived with `standing`, and again when a comment is opened later or the
phrases change.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from central import bulk
from central.actions.models import Seen
from central.intake.erasure import erased_among
from central.intake.turns import RESPONSES_AT_ONCE, lock_all_families
from central.summaries.models import Call
from central.summaries.said import CONCERN as HEARD
from central.summaries.talks import TALK
from central.surveys.published import every_survey
from feedback.answer import ERASED
from feedback.concern import KINDS
from feedback.seal import SEALED
from feedback.survey import base_question

KEY_CHARS = 32

_COLUMNS = ("response", "device", "seq", "ward", "day", "kind", "key", "seen")

_IS_SEALED = f"substr(s.value, 1, {len(SEALED)}) = '{SEALED}'"

# `value` of a sealed comment is cut to the mark that it is one.
ROWS = f"""
SELECT s.response, s.device, s.seq, s.ward, s.day, s.question,
       CASE WHEN {_IS_SEALED} THEN '{SEALED}' ELSE s.value END,
       COALESCE(c.concerns, '')
  FROM summaries_standing s
  LEFT JOIN comments_comment c ON c.device = s.device AND c.seq = s.seq
 WHERE s.counts"""


class Row(NamedTuple):
    """A row that stands, as far as it may call. `concerns`: of its words."""

    response: str
    device: str
    seq: int
    ward: str
    day: date
    question: str
    value: str
    concerns: str


def calls_among(rows: Iterable[Row], names: Collection[str]) -> list[tuple[Row, str]]:
    """Those of the rows, each response's together, that call, and their kinds. `names`:
    the questions in which people say where they are."""
    found = []
    for _, several in groupby(rows, key=attrgetter("response")):
        visit = list(several)
        places = [one for one in visit if base_question(one.question) in names]
        asks = any(one.question == TALK and one.value == "yes" for one in visit)
        if any(one.value == ERASED for one in places):
            asks = False  # they had it deleted
        for one in visit:
            if kind := _kind(one, asks, one in places):
                found.append((one, kind))
    return found


def _kind(row: Row, asks: bool, is_place: bool) -> str:
    if row.value == SEALED and row.concerns:
        return Call.CONCERN
    if base_question(row.question) == HEARD and set(row.value.split()) & set(KINDS):
        return Call.CONCERN
    if asks and row.question == TALK:
        return Call.TALK
    return Call.PLACE if asks and is_place and row.value == SEALED else ""


def key_of(response: str) -> str:
    """How a page names a response. Nobody finds the response by it: 74 of its bits are
    random."""
    return hashlib.sha256(response.encode()).hexdigest()[:KEY_CHARS]


def replace_calls(responses: Collection[str]) -> None:
    """Write which rows of these responses call, in place of what was written, and which
    of those somebody has seen. The caller has the turn of their family: a mark that is
    set or taken back meanwhile would be missed, and the row sink unseen."""
    Call.objects.filter(response__in=list(responses)).delete()
    rows = _may_call(sorted(responses))
    if not any(_kind(row, asks=True, is_place=False) for row in rows):
        return  # most people ask for nobody
    gone = erased_among({row.response for row in rows})
    calls = calls_among((one for one in rows if one.response not in gone), naming())
    bulk.insert("summaries_call", _COLUMNS, lines(calls))
    here = Call.objects.filter(response__in={row.response for row, _ in calls})
    marks = Seen.objects.filter(
        device=OuterRef("device"), seq=OuterRef("seq"), undone_at=None
    )
    here.filter(Exists(marks)).update(seen=True)


def _may_call(responses: Sequence[str]) -> list[Row]:
    """All but plain answers, and their words unread."""
    if not responses:
        return []
    marks = ", ".join(["%s"] * len(responses))
    with connection.cursor() as cursor:
        cursor.execute(
            f"{ROWS} AND s.response IN ({marks}) AND (substr(s.question, 1, 1) = '_' "
            f"OR {_IS_SEALED} OR s.value = '{ERASED}') "
            "ORDER BY s.response",
            responses,
        )
        return [Row(*one) for one in cursor.fetchall()]


def lines(calls: Iterable[tuple[Row, str]]) -> list[tuple[object, ...]]:
    """As they stand in the table."""
    return [(*row[:5], kind, key_of(row.response), False) for row, kind in calls]


def naming() -> frozenset[str]:
    """The questions in which people may name themselves, for the staff who come."""
    every = every_survey()
    return frozenset(q.key for s in every.values() for q in s.questions if q.names)


def call_again(responses: Collection[str]) -> None:
    """The same for responses of which a comment was opened, or listened to anew, or
    which somebody has seen."""
    several = sorted(set(responses))
    for start in range(0, len(several), RESPONSES_AT_ONCE):
        with transaction.atomic():
            lock_all_families()  # nothing is derived meanwhile
            replace_calls(several[start : start + RESPONSES_AT_ONCE])
