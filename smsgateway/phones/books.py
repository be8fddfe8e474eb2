"""What has the carrier on its books?

Every text that it took, whether or not a webhook ever told of it: what is lost on the
way can be read here. In memory, and the oldest go first.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

MESSAGES = 5_000

INBOUND, REPLY, BY_API = "inbound", "outbound-reply", "outbound-api"


@dataclass(slots=True)
class Message:
    """One text as the carrier keeps it. `sent` is empty until it is on its way."""

    sid: str
    serial: int
    sender: str
    to: str
    body: str
    direction: str
    status: str
    created: datetime
    updated: datetime
    sent: datetime | None = None
    error: int | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which messages: an empty field asks for nothing. Both times are included."""

    to: str = ""
    sender: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def has(self, message: Message) -> bool:
        if self.to and message.to != self.to:
            return False
        if self.sender and message.sender != self.sender:
            return False
        return self._in_time(message.sent)

    def _in_time(self, sent: datetime | None) -> bool:
        if self.since is None and self.until is None:
            return True
        if sent is None:
            return False
        sent = sent.replace(microsecond=0)  # as it is shown
        after = self.since is None or sent >= self.since
        return after and (self.until is None or sent <= self.until)


class Books:
    """The carrier's list of messages."""

    def __init__(self) -> None:
        self._messages: dict[str, Message] = {}
        self._serial = 0

    def enter(
        self,
        sender: str,
        to: str,
        body: str,
        direction: str,
        status: str,
        now: datetime,
    ) -> Message:
        self._serial += 1
        sid = f"SM{secrets.token_hex(16)}"
        message = Message(
            sid, self._serial, sender, to, body, direction, status, now, now
        )
        if direction != BY_API:
            message.sent = now
        self._messages[sid] = message
        if len(self._messages) > MESSAGES:
            del self._messages[next(iter(self._messages))]
        return message

    def find(self, sid: str) -> Message | None:
        return self._messages.get(sid)

    def strike(self, sid: str) -> bool:
        return self._messages.pop(sid, None) is not None

    def newest_first(
        self, wanted: Wanted, below: int | None = None
    ) -> Iterator[Message]:
        """As the carrier lists them; `below`: only those of a lower serial."""
        for message in reversed(self._messages.values()):
            if (below is None or message.serial < below) and wanted.has(message):
                yield message
