"""Which texts could not be taken, and since when do we not know?

A lost text stands here with the carrier's id, the moment and a word for why: none of
the person's words, and no number. One that is taken after all is no longer lost.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from datetime import datetime

from sqlite_utils import Database

from feedback.answer import utc_moment, utc_text
from feedback.log import Log
from smsgateway.people import migrations

RECONCILED = "sms_reconciled"
PART_MISSING = "part_missing"  # the rest of it was taken: both are true

_LOST = (
    "FROM sms_lost WHERE why = 'part_missing' "
    "OR NOT EXISTS (SELECT 1 FROM sms_texts WHERE sms_texts.id = sms_lost.id)"
)


@migrations()
def lost_texts(db: Database) -> None:
    db.execute(
        """
        CREATE TABLE sms_lost (
            id   TEXT NOT NULL PRIMARY KEY,
            at   TEXT NOT NULL,
            why  TEXT NOT NULL,
            ward TEXT NOT NULL
        )
        """
    )


@dataclass(frozen=True, slots=True)
class Reconciled:
    """How the comparison with the carrier goes. Moments are UTC texts, or "".

    `failing_since` is empty while the last one succeeded. `kept_from`: the oldest text
    that is to be deleted at the carrier and is not yet.
    """

    succeeded_at: str = ""
    failing_since: str = ""
    why: str = ""
    kept_from: str = ""


class Gaps:
    """The gateway's table of lost texts, written in the log's transactions."""

    def __init__(self, log: Log) -> None:
        self._log = log
        with log.transaction():
            migrations.apply(log.db)

    def taken(self, ids: Iterable[str]) -> frozenset[str]:
        """Those of these texts that we have."""
        rows = self._log.db.conn.execute(
            "SELECT id FROM sms_texts WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(ids)),),
        )
        return frozenset(str(row[0]) for row in rows)

    def lose(self, text_id: str, at: datetime, why: str, ward: str) -> None:
        """Record that this text could not be taken, or why it still cannot."""
        self._log.db.conn.execute(
            "INSERT INTO sms_lost (id, at, why, ward) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (id) DO UPDATE SET why = excluded.why",
            (text_id, utc_text(at), why, ward),
        )

    def lost(self) -> list[tuple[str, str, str]]:
        """(when, why, ward) of each, the oldest first."""
        return self._log.db.conn.execute(
            f"SELECT at, why, ward {_LOST} ORDER BY at"
        ).fetchall()

    # ── how it goes ──────────────────────────────────────────────────────────

    def reconciled(self) -> Reconciled:
        try:
            said = json.loads(self._log.note(RECONCILED) or "{}")
            known = {field.name for field in fields(Reconciled)}
            found = Reconciled(**{k: str(v) for k, v in said.items() if k in known})
            for moment in (found.succeeded_at, found.failing_since, found.kept_from):
                if moment:
                    utc_moment(moment)
        except (ValueError, AttributeError):
            return Reconciled()
        return found

    def note(self, now: datetime, why: str, kept_from: datetime | None) -> None:
        """One comparison is over: it succeeded if there is no `why`."""
        before = self.reconciled()
        kept = utc_text(kept_from) if kept_from else ""
        if why and before.kept_from:
            # It did not get as far as to know whether that one is gone.
            kept = min(kept or before.kept_from, before.kept_from)
        after = Reconciled(
            succeeded_at=before.succeeded_at if why else utc_text(now),
            failing_since=(before.failing_since or utc_text(now)) if why else "",
            why=why,
            kept_from=kept,
        )
        self._log.set_note(RECONCILED, json.dumps(asdict(after)))
