"""What is an answer?

One person's word on one question: nine words, in one order, with one set of names
from the tablet's disk to the ward's page. Nobody maps them, nobody renames them.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from operator import attrgetter

import uuid6

ERASED = "erased"

# Our mode → the mode of the national Friends and Family Test return (inpatient).
FFT_MODES = {
    "kiosk": "Electronic Discharge",
    "sms": "SMS",
    "conversation": "Other",
    "paper": "Paper Discharge",
    "paper_home": "Paper Home",
    "telephone": "Telephone",
    "online": "Online",
}

# As `utc_text` writes it. An hour of 24 is a later Python's 0 of the next day.
_UTC = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?!24)[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z"
)


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer that a log has not numbered yet."""

    response: str
    survey: str
    question: str
    value: str
    ward: str
    mode: str
    answered_at: str


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with its identity, `(device, seq)`. A fact: it is never edited."""

    device: str
    seq: int
    response: str
    survey: str
    question: str
    value: str
    ward: str
    mode: str
    answered_at: str


WORDS = tuple(field.name for field in fields(Answer))
WIRE_WORDS = tuple(field.name for field in fields(Draft))

# Central digests thousands a second: an encoder for whole objects takes twice as long.
_words_of = attrgetter(*WORDS)
_OBJECT = "{" + ",".join(f'"{word}":%s' for word in WORDS) + "}"
_text = json.encoder.encode_basestring


def digest(answer: Answer) -> str:
    """SHA-256, in hex, of the nine words as a compact UTF-8 JSON object in order."""
    device, seq, *words = _words_of(answer)
    told = _OBJECT % (_text(device), seq, *map(_text, words))
    return hashlib.sha256(told.encode()).hexdigest()


def device_id(public_key: bytes) -> str:
    """The name of the device that holds this key: 32 hex digits of its SHA-256."""
    return hashlib.sha256(public_key).hexdigest()[:32]


def utc_text(moment: datetime) -> str:
    """RFC 3339 in UTC with milliseconds: `2026-11-22T08:15:30.123Z`.

    A moment without a zone is an error of ours, never guessed at.
    """
    assert moment.tzinfo is not None, "a time without a zone"
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def utc_moment(text: str) -> datetime:
    """The moment that `utc_text` wrote; ValueError for any other form."""
    if not _UTC.fullmatch(text):
        raise ValueError(f"not a UTC time with milliseconds: {text[:40]!r}")
    return datetime.fromisoformat(text)


def earlier(text: str, days: int) -> str:
    """The time `days` days before `text`, in the same form."""
    return utc_text(utc_moment(text) - timedelta(days=days))


def new_response() -> str:
    """A new UUIDv7: one person's visit, from the first tap or the first text."""
    return str(uuid6.uuid7())
