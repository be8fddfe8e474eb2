"""What has central kept of a log, and how is more of it kept? SQL in sight."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from django.db import connection
from django.utils.timezone import localdate

from central import bulk
from central.intake.judge import Verdict
from central.intake.models import Altered, Behind, Held
from central.intake.models import Answer as AnswerRow
from central.intake.row import Row, held_row
from feedback.answer import WORDS, Answer


@dataclass(frozen=True, slots=True)
class Sound:
    """An answer that can stand, with the digest of its words as they came."""

    answer: Answer
    digest: str


_words_of = attrgetter(*WORDS)  # astuple would copy each word deeply

_ANSWERS = (*WORDS, "digest", "arrived_at")
_HELD = tuple("device seq reason detail body digest response arrived_at".split())


def kept_rows(device: str, first: int, last: int) -> dict[int, Row]:
    """The rows from `first` to `last` that central has, held ones among them.

    A stored row's digest is that of its words as they first came.
    """
    kept: dict[int, Row] = {}
    wanted = {"device": device, "seq__gte": first, "seq__lte": last}
    stored = AnswerRow.objects.filter(**wanted).values_list(*WORDS, "digest")
    for *words, digest in stored.iterator():
        answer = Answer(*words)
        kept[answer.seq] = Row(answer.seq, None, answer, digest)
    held = Held.objects.filter(**wanted).values_list("seq", "body", "digest")
    for seq, body, digest in held.iterator():
        kept[seq] = held_row(device, seq, body, digest)
    return kept


def writers_of(responses: Iterable[str]) -> dict[str, set[str]]:
    """The devices that have rows in these responses, as far as they are stored."""
    wanted = list(set(responses))
    found: dict[str, set[str]] = {}
    pairs = (
        AnswerRow.objects.filter(response__in=wanted)
        .values_list("response", "device")
        .distinct()
    )
    for response, device in pairs:
        found.setdefault(response, set()).add(device)
    return found


def store(rows: Sequence[Sound], now: datetime) -> None:
    """Append answers. A row that is there is an IntegrityError: the device's row is
    locked, so what is there was compared before."""
    records = [(*_words_of(row.answer), row.digest, now) for row in rows]
    bulk.insert("intake_answer", _ANSWERS, records)


def hold(device: str, rows: Sequence[tuple[Row, Verdict]], now: datetime) -> None:
    """Keep aside what cannot stand, whatever it holds."""
    records = [
        (
            device,
            row.seq,
            verdict.reason,
            verdict.detail,
            row.body,
            row.digest,
            row.response,
            now,
        )
        for row, verdict in rows
    ]
    bulk.insert("intake_held", _HELD, records)


def note_contact(device: str, last: int, now: datetime) -> None:
    """The device spoke at `now`, and its log went up to `last`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO intake_contact (device, last, at) VALUES (%s, %s, %s) "
            "ON CONFLICT (device, last) DO UPDATE SET at = excluded.at",
            [device, last, now],
        )


def note_day(device: str, last: int, have: int, now: datetime) -> None:
    """By now its log goes up to `last`, and central has it up to `have`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO intake_closing (device, day, last, have) "
            "VALUES (%s, %s, %s, %s) ON CONFLICT (device, day) "
            "DO UPDATE SET last = excluded.last, have = excluded.have",
            [device, localdate(now), last, have],
        )


def mark_behind(responses: Iterable[str], family: str) -> None:
    """These responses changed behind the mark: they must be derived anew."""
    Behind.objects.bulk_create(
        [Behind(response=one, family=family) for one in responses],
        ignore_conflicts=True,
    )


def note_altered(
    rows: Iterable[tuple[str, int, str]], what: str, now: datetime
) -> None:
    """From `now` on these rows (device, seq, response) are another thing."""
    Altered.objects.bulk_create(
        [
            Altered(device=device, seq=seq, response=response, what=what, at=now)
            for device, seq, response in rows
        ],
        ignore_conflicts=True,
    )
