"""A gateway's log with the team's pages before it, and a book in memory."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from starlette.applications import Starlette

from feedback.assets import assets_folder
from feedback.log import Log
from smsgateway.app import open_desk
from smsgateway.asking.caps import DAY, MONTH, Cap
from smsgateway.asking.queue import Waiting
from smsgateway.asking.refusals import Refusal
from smsgateway.asking.team.accounts import Accounts, hash_line
from smsgateway.asking.team.app import TeamSettings, routes
from smsgateway.asking.team.frame import LONDON
from smsgateway.asking.team.overview import (
    DAYS,
    Excluded,
    Overview,
    RefusedPage,
    WardDay,
)
from smsgateway.desk import Desk
from smsgateway.writer import Writer

NAME, PASSWORD = "joan.patel", "correct horse battery"
SURVEY, MAP = "inpatient@2", assets_folder() / "surveys" / "inpatient-2.toml"
LINE = hash_line(NAME, PASSWORD)
WARDS = {"ROWAN": "Rowan Ward", "BIRCH": "Birch Ward", "ACORN": "Acorn children's unit"}
REASONS = {
    "opted_out": "They asked for no more texts",
    "excluded": "On the list of exclusions",
    "asked_lately": "Asked in the last 30 days",
    "quiet_hours": "Outside the ward's hours",
    "daily_cap": "Today's limit is reached",
    "not_due": "its time has not come",
}
NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


class NoMobile(ValueError):
    words = "That is not a mobile number: it begins with 07 and has 11 digits."


def mobile(said: str) -> str:
    digits = "".join(said.split())
    if not (digits.isdecimal() and digits.startswith("07") and len(digits) == 11):
        raise NoMobile(said)
    return f"+44{digits[1:]}"


@dataclass
class Book:
    """`Asked`, as simply as can be."""

    seen: Overview
    numbers: dict[str, tuple[date, str, str]] = field(default_factory=dict)
    fault: Exception | None = None
    refused: list[Refusal] = field(default_factory=list)

    def overview(self, now):
        if self.fault:
            raise self.fault
        return self.seen

    def refusals(self, choice, page):
        most = RefusedPage.ROWS
        chosen = [one for one in self.refused if matches(one, choice)]
        listed = tuple(chosen[(page - 1) * most : page * most])
        return RefusedPage(choice, WARDS, REASONS, page, listed, len(chosen))

    def exclude(self, number, reason, who, now):
        is_new = number not in self.numbers
        day = now.astimezone(LONDON).date()
        self.numbers.setdefault(number, (day, reason, who))
        return is_new

    def include(self, number):
        return self.numbers.pop(number, None) is not None

    def exclusions(self):
        kept = list(self.numbers.values())
        return [Excluded(*one, kept.count(one)) for one in set(kept)]


def matches(one, choice):
    day = one.at.astimezone(LONDON).date().isoformat()
    said = {"day": day, "ward": one.ward, "why": one.why}
    return all(getattr(choice, k) in ("", value) for k, value in said.items())


def overview(now=NOW, wards=WARDS, trouble=True) -> Overview:
    """Two weeks of a trust; with `trouble`, all that the page can warn of."""
    today = now.astimezone(LONDON).date()
    days = []
    for number, code in enumerate(wards):
        for back in range(DAYS):
            if (number, back) == (1, 3):
                continue  # the gateway was not there
            sent = 12 + (back * 5 + number * 7) % 23
            refused = {"asked_lately": 2, "opted_out": 1} if back % 3 else {}
            day = today - timedelta(days=back)
            days.append(
                WardDay(day, code, sent, sent - 1, sent // 3, back == 2, refused)
            )
    waiting = (
        Waiting("ROWAN", "quiet_hours", 31, now + timedelta(hours=1)),
        Waiting("BIRCH", "daily_cap", 4, now + timedelta(days=1)),
        Waiting("BIRCH", "not_due", 1_204, now + timedelta(days=13)),
    )
    used = Decimal(1_640 if trouble else 900)
    caps = (
        Cap(DAY, used, Decimal(2_000), 0.8),
        Cap(MONTH, Decimal(31_055), Decimal(50_000), 0.8),
    )
    return Overview(
        now, wards, REASONS, tuple(days), waiting, caps, date(2028, 12, 26),
        unknown=3 if trouble else 0,
        warnings=("Bank holidays are known for 80 more days.",) if trouble else (),
    )  # fmt: skip


@dataclass(frozen=True)
class TeamDesk(Desk):
    """The gateway's own desk, with the book in it."""

    asked: Book = None


class Pages:
    """The pages on a real log; `app` is what a server or a test runs."""

    def __init__(
        self, settings, trust, now, public_url, book=None, steady=None
    ) -> None:
        with Log.open(settings.log) as log:
            trust.send_bundle(log, surveys={SURVEY: MAP.read_text()}, ask=SURVEY)
        self.settings, self.now = settings, now
        self.book = book or Book(overview(now()))
        self.writer = Writer(self._open)
        accounts = Accounts(dict([LINE.split(":", 1)]))
        team = TeamSettings(accounts, public_url, Decimal("4.2"), mobile)
        found = routes(self.writer.do, team, now, steady or now)
        self.app = Starlette(routes=found, lifespan=self._lifespan)

    def _open(self):
        desk = open_desk(self.settings, self.now)
        kept = {one.name: getattr(desk, one.name) for one in fields(Desk)}
        return TeamDesk(**kept, asked=self.book)

    @asynccontextmanager
    async def _lifespan(self, _app):
        self.writer.start()
        yield
        self.writer.close()

    def hold(self, words, number="+447700900123"):
        """A text that may be an opt-out, as the conversation would keep it."""

        def work(desk):
            desk.opt_outs.hold(desk.opt_outs.names(number), words, self.now())

        return self.writer.do(work)

    def standing(self, number="+447700900123"):
        return self.writer.do(
            lambda desk: desk.opt_outs.standing(desk.opt_outs.names(number))
        )
