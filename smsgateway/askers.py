"""Who asked to hear what the ward did, and until when do we keep their number?

The only place where a phone number can be read again. It is locked with the gateway's
own key, and deleted on its day, or at once when the person texts STOP.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from feedback.answer import utc_text
from feedback.log import Log
from smsgateway.own_key import OwnKey


@dataclass(frozen=True, slots=True)
class Asker:
    """`number` is None where our key does not open it."""

    number: str
    ward: str
    language: str


class Askers:
    """Written in the log's transactions. `person` is the opt-outs' name for a number.

    `days`: how long a number is kept; 0 where nobody is asked.
    """

    def __init__(self, log: Log, key: OwnKey, days: int) -> None:
        self._log, self._key, self.days = log, key, days

    def keep(
        self, person: str, number: str, ward: str, language: str, now: datetime
    ) -> None:
        """Once for each ward; asking again begins the days anew."""
        name = secrets.token_hex(16)
        self._log.db.conn.execute(
            "INSERT INTO sms_askers (id, person, ward, language, box, until) "
            "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (person, ward) DO UPDATE SET "
            "id = excluded.id, language = excluded.language, box = excluded.box, "
            "until = excluded.until",
            (
                *(name, person, ward, language, self._key.lock(number, _place(name))),
                utc_text(now + timedelta(days=self.days)),
            ),
        )

    def forget(self, persons: tuple[str, ...]) -> None:
        for person in persons:
            self._log.db.conn.execute(
                "DELETE FROM sms_askers WHERE person = ?", (person,)
            )

    def purge(self, now: datetime) -> int:
        """Delete the numbers whose day has come; how many there were."""
        found = self._log.db.conn.execute(
            "DELETE FROM sms_askers WHERE until <= ?", (utc_text(now),)
        )
        return found.rowcount

    def of(self, ward: str, now: datetime) -> list[Asker]:
        """Who wants to hear of this ward; WrongKey when our key does not open one."""
        rows = self._log.db.conn.execute(
            "SELECT id, box, language FROM sms_askers WHERE ward = ? AND until > ? "
            "ORDER BY id",
            (ward, utc_text(now)),
        )
        return [
            Asker(self._key.unlock(box, _place(name)), ward, language)
            for name, box, language in rows
        ]


def _place(name: str) -> str:
    return f"asker {name}"
