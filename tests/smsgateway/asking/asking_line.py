"""A gateway that asks, on a real log, with a carrier of the tests' own."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from feedback.assets import assets_folder
from feedback.log import Log
from smsgateway.asking.policy import read_policy
from smsgateway.asking.request import Request
from smsgateway.opening import open_desk
from smsgateway.settings import read_settings
from smsgateway.text import ARRIVED, Status, Text
from smsgateway.turns import take
from tests.smsgateway.conftest import LINE, OTHER_LINE, Clock
from tests.smsgateway.trust import Trust, environ_for

POLICY = assets_folder() / "asking" / "policy.toml"
TUESDAY = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
LINES = (LINE, OTHER_LINE)


def settings_for(folder: Path, **changes):
    environ = environ_for(folder, WARDVOICE_SMS_ASKING=str(POLICY))
    settings = read_settings(environ)
    policy = replace(read_policy(POLICY), **changes)
    return replace(settings, asking=policy)


class AskingLine:
    """`sent`: what the carrier was handed: (to, words, when)."""

    def __init__(self, folder: Path, **changes) -> None:
        self.settings = settings_for(folder, **changes)
        self.clock, self.trust = Clock(), Trust()
        self.clock.moment = TUESDAY
        with Log.open(self.settings.log) as log:
            self.trust.send_bundle(log)
        self.sent = []
        self._texts, self._sids = itertools.count(1), itertools.count(1)
        self.open()

    def open(self) -> None:
        self.desk = open_desk(self.settings, self.clock)
        self.asker = self.desk.asking.asker
        self.outcomes = self.desk.asking.outcomes
        with self.desk.log.transaction():
            self.outcomes.begin()

    def restart(self) -> None:
        self.desk.log.close()
        self.open()

    @property
    def now(self) -> datetime:
        return self.clock.moment

    def ask(self, number, ward="ROWAN", ago=timedelta(hours=30), **more) -> int:
        request = Request(number, ward, self.now - ago, **more)
        return self.ask_all([request])

    def ask_all(self, requests) -> int:
        with self.desk.log.transaction():
            batch = self.asker.book.begin(self.now)
            new = self.asker.take(batch, requests, self.now)
            self.asker.release(batch)
        return new

    def hand(self, free=LINES):
        """The next text that leaves, as far as the carrier's door."""
        with self.desk.log.transaction():
            return self.desk.asking.next(free, self.now)

    def send(self, free=LINES):
        """The next text, which the carrier takes."""
        handing = self.hand(free)
        if handing is not None:
            self.sent.append((handing.to, handing.words, self.now))
            with self.desk.log.transaction():
                self.outcomes.taken(handing.send, self.new_sid(), self.now)
        return handing

    def send_all(self) -> int:
        many = 0
        while self.send() is not None:
            many += 1
        return many

    def new_sid(self) -> str:
        return f"SM{next(self._sids):032x}"

    def tell(self, handing, stage=ARRIVED, error=0, sid="") -> None:
        status = Status(
            sid or self.new_sid(), handing.line, stage, to=handing.to, error=error,
            own=handing.send,
        )  # fmt: skip
        with self.desk.log.transaction():
            self.desk.hear_of(status)

    def text(self, number, words, line=LINE) -> str:
        text = Text(f"MM{next(self._texts):032x}", number, line, words)
        with self.desk.log.transaction():
            return take(self.desk, text)

    def exclude(self, number, reason="died") -> None:
        with self.desk.log.transaction():
            self.asker.exclude(number, reason, self.now)

    def rows(self, sql, *values):
        return self.desk.log.db.conn.execute(sql, values).fetchall()

    def states(self, kind="soon") -> Counter:
        found = self.rows(
            "SELECT state || iif(why = '', '', ' ' || why) FROM sms_invitations "
            "WHERE kind = ?",
            kind,
        )
        return Counter(state for (state,) in found)

    def counted(self, ward="ROWAN") -> dict[str, int]:
        sql = "SELECT what, sum(count) FROM sms_days WHERE ward = ? GROUP BY what"
        return {what: count for what, count in self.rows(sql, ward) if count}

    def standing(self):
        answers = self.desk.log.after(0, 10_000)
        last = {answer.question: self.trust.plain(answer) for answer in answers}
        return {question: value for question, value in last.items() if value}
