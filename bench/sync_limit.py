"""How many rows a second could PostgreSQL take, if nothing had to be understood?

The same rows into central's own table with its indexes, prepared in memory, 1,000 to a
commit, over one connection, with its own `insert … select unnest … on conflict`.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from datetime import UTC, datetime

import psycopg

from feedback.answer import WORDS, Answer, Draft, digest
from feedback.wire import MAX_ANSWERS

NAME = "PostgreSQL unnest"
_TYPES = dict.fromkeys((*WORDS, "digest"), "text")
_TYPES |= {"seq": "bigint", "arrived_at": "timestamptz"}
_INSERT = (
    f"INSERT INTO intake_answer ({', '.join(_TYPES)}) SELECT * FROM "
    f"unnest({', '.join(f'%s::{kind}[]' for kind in _TYPES.values())}) "
    "ON CONFLICT DO NOTHING"
)


def rows_per_s(url: str, drafts: Sequence[Draft]) -> float:
    batches = _prepared(drafts)
    with psycopg.connect(url) as connection:
        began = time.perf_counter()
        for columns in batches:
            connection.execute(_INSERT, columns)
            connection.commit()
        return len(drafts) / (time.perf_counter() - began)


def _prepared(drafts: Sequence[Draft]) -> list[list[list[object]]]:
    """A list for each column of each batch, for a device that nobody knows."""
    device, now = secrets.token_hex(16), datetime.now(UTC)
    rows = []
    for seq, draft in enumerate(drafts, 1):
        words = (getattr(draft, word) for word in WORDS[2:])
        answer = Answer(device, seq, *words)
        told = [getattr(answer, word) for word in WORDS]
        rows.append([*told, digest(answer), now])
    parts = [rows[at : at + MAX_ANSWERS] for at in range(0, len(rows), MAX_ANSWERS)]
    return [[list(column) for column in zip(*part, strict=True)] for part in parts]
