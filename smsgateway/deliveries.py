"""Did what we replied arrive at the phone?

The carrier says so, later, in calls of its own that may come twice, late or never.
What one says last of a reply is what it said first: neither can be taken back. Kept is
the carrier's id of the reply and when, so that each counts once; no number, no words.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlite_utils import Database

from feedback.answer import utc_text
from feedback.log import Log
from smsgateway.counts import DELIVERED, UNDELIVERED, Counts
from smsgateway.people import migrations
from smsgateway.text import ARRIVED, ENDS, Status

# The carrier gives up on a text after ten hours, and on telling us at once.
KEPT_FOR = timedelta(days=14)


@migrations()
def deliveries_of_replies(db: Database) -> None:
    db.execute(
        "CREATE TABLE sms_deliveries "
        "(id TEXT NOT NULL PRIMARY KEY, at TEXT NOT NULL) WITHOUT ROWID"
    )


class Deliveries:
    """Written in the log's transactions."""

    def __init__(self, log: Log, counts: Counts) -> None:
        self._log, self._counts = log, counts
        with log.transaction():
            migrations.apply(log.db)

    def note(self, status: Status, ward: str, now: datetime) -> None:
        """Count a reply that has ended on its ward, if it is not counted yet."""
        if status.stage not in ENDS:
            return
        done = self._log.db.conn.execute(
            "INSERT INTO sms_deliveries (id, at) VALUES (?, ?) ON CONFLICT DO NOTHING",
            (status.id, utc_text(now)),
        )
        if done.rowcount:
            what = DELIVERED if status.stage == ARRIVED else UNDELIVERED
            self._counts.add(ward, what, now)

    def purge(self, now: datetime) -> None:
        self._log.db.conn.execute(
            "DELETE FROM sms_deliveries WHERE at < ?", (utc_text(now - KEPT_FOR),)
        )
