"""What does the gateway hold open for each text?

All of it is written in the log's transactions, and so together or not at all.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog

from feedback.answer import new_response
from feedback.concern import Concerns
from feedback.log import Log, LogError
from smsgateway.askers import Askers
from smsgateway.asking.desk import Asking
from smsgateway.asking.seen import Seen
from smsgateway.bundles import Bundles
from smsgateway.counts import Counts
from smsgateway.deliveries import Deliveries
from smsgateway.gaps import Gaps
from smsgateway.logs import place_of
from smsgateway.opt_outs import STOPPED, OptOuts
from smsgateway.people import People
from smsgateway.text import Status
from smsgateway.voice import Voices
from smsgateway.words import Heard

logger = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Desk:
    """All that one text needs. `wards` maps our numbers to the wards' codes.
    `asking` is None where nobody is asked by text. In `practice` every response that a
    text adds to is marked, and never counts.
    """

    log: Log
    people: People
    opt_outs: OptOuts
    askers: Askers
    concerns: Concerns
    counts: Counts
    deliveries: Deliveries
    gaps: Gaps
    bundles: Bundles
    voices: Voices
    heard: Heard
    wards: Mapping[str, str]
    now: Callable[[], datetime]
    asking: Asking | None = None
    new_response: Callable[[], str] = new_response
    practice: bool = False

    @property
    def asked(self) -> Seen:
        """What the team sees. Only where people are asked."""
        assert self.asking is not None, "nobody is asked here"
        return self.asking.seen

    def unknown_wards(self) -> list[str]:
        """The codes of our numbers' wards that the bundle, if there is one, lacks."""
        bundle = self.bundles.current()
        if bundle is None:
            return []
        codes = sorted(set(self.wards.values()))
        return [code for code in codes if bundle.ward(code) is None]

    def hear_of(self, status: Status) -> None:
        """How far a text of ours is. Inside `log.transaction()` only."""
        if status.own:
            if self.asking is not None:
                self.asking.outcomes.status(status, self.now())
            return
        person = self.people.person(status.to)
        held = self.people.conversation(person, status.line)
        ward = held.state.ward if held else self.wards[status.line]
        self.deliveries.note(status, ward, self.now())

    def decide(self, review: int, decision: str, who: str, now: datetime) -> None:
        """What somebody says of a text that may be an opt-out (`OptOuts.decide`)."""
        person = self.opt_outs.decide(review, decision, who, now)
        if self.asking is not None:
            self.asking.asker.reviewed((person, person), decision == STOPPED, now)

    def purge(self, now: datetime) -> None:
        """Delete what has had its time. Inside `log.transaction()` only."""
        self.people.purge(now)
        self.deliveries.purge(now)
        self.askers.purge(now)
        if self.asking is not None:
            self.asking.asker.purge(now)

    def apart(self, work: Callable[[], object]) -> None:
        """Do this so that no fault in it takes an opt-out back."""
        connection = self.log.db.conn
        connection.execute("SAVEPOINT apart")
        try:
            work()
        except (sqlite3.Error, LogError):
            raise  # then nothing at all is on the disk, and the carrier asks again
        except Exception as error:  # noqa: BLE001, the opt-out stands
            logger.error("our fault", kind=type(error).__name__, where=place_of(error))
            connection.execute("ROLLBACK TO apart")
        connection.execute("RELEASE apart")
