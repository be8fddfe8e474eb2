"""A trust's gateway in simulated time: the real sender, before a carrier of the tests'.

The sender keeps on as it does in the gateway, and time passes while it sleeps: then
files come, patients write and statuses arrive, each at its moment. Nothing is waited
for, and all that happens follows from `seed`. The gateway's own clock may be wrong; it
may be off, killed, or cut from the carrier.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import random
import zlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import httpx
from starlette.datastructures import Headers

from feedback.bundle import Ward
from feedback.log import Log
from smsgateway import twilio
from smsgateway.asking.alerts import Alert
from smsgateway.asking.policy import read_policy
from smsgateway.asking.sender import IDLE_S, Sender
from smsgateway.opening import open_desk
from smsgateway.settings import read_settings
from smsgateway.turns import take
from smsgateway.twilio.rest import Rest
from smsgateway.voice import EVERY_WARD, LANGUAGES
from smsgateway.writer import Writer, _Job
from tests.smsgateway.asking.asking_line import POLICY
from tests.smsgateway.asking.year_carrier import Carrier, Crash
from tests.smsgateway.asking.year_nevers import (
    CLOSES,
    LONDON,
    OPENS,
    WEEKDAYS,
    Nevers,
)
from tests.smsgateway.asking.year_people import People
from tests.smsgateway.trust import Trust as Organisation
from tests.smsgateway.trust import environ_for

LINES = ("+447700900500", "+447700900501")
STAFF = "+447700900777"
TICK_S = 600.0  # of a gateway that has nothing to do
ALERTS_DAILY = 10
RESTART = timedelta(seconds=5)


class Off(BaseException):
    """The gateway is switched off here, or the simulation is over."""


@dataclass(frozen=True)
class Plan:
    """What happens in which time. Days count from the first one."""

    begins: datetime
    days: int
    seed: int = 1
    wards: int = 6
    a_day: int = 30
    off: tuple[tuple[float, float], ...] = ()  # (day, hours)
    broken: tuple[tuple[float, float], ...] = ()
    unreachable: tuple[tuple[float, float], ...] = ()
    clocks: tuple[tuple[float, float], ...] = ()  # (day, hours that it is wrong by)
    floods: tuple[int, ...] = ()  # days with a long list of one ward
    alerts: int = 3  # a day
    bursts: tuple[float, ...] = ()  # of alerts
    much_trouble: float = 2.0
    daily: int = 400
    month: int = 100_000
    rate: float = 1.0
    is_lean: bool = False
    ends_when: str = ""  # a *never* that is broken
    policy: tuple[tuple[str, Any], ...] = ()


class Inline(Writer):
    """The same work in the caller's thread, so that a run is the same each time."""

    def start(self) -> None:
        self.desk = self._open_desk()

    def close(self) -> None:
        self.desk.log.close()

    def _submit(self, do):
        job = _Job(do, asyncio.get_running_loop().create_future())
        self._commit(self.desk, [job])
        return job.future


class Trust:
    def __init__(self, folder: Path, plan: Plan) -> None:
        self.plan, self.is_lean = plan, plan.is_lean
        self.true = plan.begins
        self.until = plan.begins + timedelta(days=plan.days)
        self.skew = timedelta()
        self.lines = LINES
        self.seen: Counter[str] = Counter()
        self.people: dict[str, Any] = {}
        self.tried: set[str] = set()
        self.alerts: dict[str, datetime] = {}
        self.is_on = False
        self._events: list[Any] = []
        self._order = itertools.count()
        self._texts = itertools.count(1)
        self._on_again = self.true
        self._idle: list[asyncio.Future[None]] = []
        self.dice = random.Random(plan.seed)
        wards = [f"W{n:02d}" for n in range(plan.wards)]
        self.settings = settings_of(folder, plan, wards)
        self.policy = self.settings.asking
        self.nevers = Nevers(self, plan.daily, plan.month, plan.rate, ALERTS_DAILY)
        self.carrier = Carrier(self, self.nevers, self.dice, plan.much_trouble)
        self.home = People(self, self.dice, plan.a_day, wards)
        self._arrange()

    # ── time ─────────────────────────────────────────────────────────────────

    @property
    def wall(self) -> datetime:
        """What the gateway's own clock shows."""
        return self.true + self.skew

    def later(self, seconds: float, what: Callable[[], object]) -> None:
        self.at(self.true + timedelta(seconds=seconds), what)

    def at(self, moment: datetime, what: Callable[[], object]) -> None:
        heapq.heappush(self._events, (moment, next(self._order), what))

    async def sleep(self, seconds: float) -> None:
        """Who has nothing to do sleeps on, until something is asked of it."""
        wake = asyncio.get_running_loop().create_future()
        is_idle = seconds == IDLE_S
        if is_idle:
            self._idle = [one for one in self._idle if not one.done()] + [wake]
        # Less than the clock can show would be no time at all.
        seconds = TICK_S if is_idle else max(seconds, 0.001)
        self.later(seconds, lambda: _wake(wake))
        await wake

    def _happen(self) -> None:
        """The next thing, at its moment."""
        moment, _, what = heapq.heappop(self._events)
        self.true = max(self.true, moment)
        what()

    def _pass(self, until: datetime) -> None:
        """While no gateway runs."""
        while self._events[0][0] <= until:
            self._happen()
        self.true = until

    def steady(self) -> float:
        return (self.true - self.plan.begins).total_seconds()

    def is_broken(self, what: str) -> None:
        if self.plan.ends_when == what:
            raise Off

    # ── the gateway ──────────────────────────────────────────────────────────

    def live(self) -> None:
        while self.true < self.until:
            try:
                asyncio.run(self._serve())
            except (Crash, Off):
                self.is_on = False
                self.writer.close()
                self.seen["falls"] += 1
            self._on_again = max(self._on_again, self.true + RESTART)
            if self.plan.ends_when in self.nevers.broken:
                return
            while self.true < self._on_again:
                self._pass(self._on_again)

    async def _serve(self) -> None:
        self.writer = Inline(lambda: open_desk(self.settings, lambda: self.wall))
        self.writer.start()
        self.is_on = True
        client = httpx.AsyncClient(transport=httpx.MockTransport(self.carrier))
        rest = Rest(self.settings.account, "https://api.example", client)
        sender = Sender(
            rest, self.writer, self.settings.account, self.plan.rate,
            lambda: self.wall, self.sleep, self.steady,
        )  # fmt: skip
        sending = asyncio.ensure_future(sender.keep_on())
        ready = asyncio.get_running_loop()._ready
        while not sending.done():
            if ready:
                await asyncio.sleep(0)
            else:  # all wait for time to pass
                self._happen()
        sending.result()

    def _off(self, hours: float) -> None:
        self._on_again = self.true + timedelta(hours=hours)
        if self.is_on:
            raise Off

    def do(self, work):
        """As the gateway does it; when it is off nothing is done."""
        if not self.is_on:
            return None
        with self.writer.desk.log.transaction():
            return work(self.writer.desk)

    def outside(self, work):
        """As another program does it, whether the gateway runs or not."""
        if self.is_on:
            return work(self.writer.desk)
        desk = open_desk(self.settings, lambda: self.wall)
        with desk.log:
            return work(desk)

    # ── what comes in ────────────────────────────────────────────────────────

    def text(self, number: str, words: str, line: str) -> str:
        form = {"MessageSid": f"MM{next(self._texts):032x}", "From": number}
        text = twilio.webhook.text_of({**form, "To": line, "Body": words})
        return self.do(lambda desk: take(desk, text))

    def hear(self, message, said: str, error: int) -> None:
        """A status, signed; one for a gateway that is off is lost."""
        # Two ends where the first was lost: nobody can know better than the second.
        if not self.is_on or (message.is_unheard and error != message.error):
            message.is_unheard = True
            return
        form = {
            "MessageSid": message.sid, "To": message.to, "From": message.line,
            "MessageStatus": said, **({"ErrorCode": str(error)} if error else {}),
        }  # fmt: skip
        hook = twilio.signed_status(self.settings.account, message.callback, form)
        query = message.callback.partition("?")[2]
        status = twilio.read_status(
            self.settings.account, Headers(hook.headers), query, hook.content
        )
        self.do(lambda desk: desk.hear_of(status))
        self.nevers.looked_up(message.to)
        if error in (21610, 30005, 30006) and said == "undelivered":
            self.unreachable(message.to)

    def arrives(self, message) -> None:
        self.home.arrives(message)

    def unreachable(self, number: str) -> None:
        person = self.people.get(number)
        if person is not None:
            person.out = person.out or "unreachable"

    def nature(self, number: str) -> str:
        """What is wrong with this number, if anything."""
        place = zlib.crc32(number.encode()) % 100
        return "no mobile" if place < 1 else "dead" if place < 3 else ""

    # ── alerts to staff ──────────────────────────────────────────────────────

    def _alert(self) -> None:
        words = f"Alert {len(self.alerts)}. Look now."
        ward = self.home.wards[0]
        alert = Alert(f"a{len(self.alerts)}", ward, STAFF, words)
        if self.is_on:
            self.alerts[words] = self.wall
            self.nevers.alert_waits(words, self.lines[0])
            self.do(lambda desk: desk.asking.asker.alerts.add(alert, self.wall))
            for sleeper in self._idle:
                _wake(sleeper)

    def _alerts(self, many: int) -> None:
        for _ in range(many):
            self._alert()

    # ── what happens when ────────────────────────────────────────────────────

    def _arrange(self) -> None:
        plan = self.plan
        for day in range(plan.days):
            self._arrange_day(plan.begins + timedelta(days=day), day in plan.floods)
        for day, hours in plan.off:
            self._in(day, lambda h=hours: self._off(h))
        for mode, times in (
            ("broken", plan.broken),
            ("unreachable", plan.unreachable),
        ):
            for day, hours in times:
                self._in(day, lambda m=mode: self._turn(m))
                self._in(day + hours / 24, lambda: self._turn("well"))
        for days in plan.bursts:
            self._in(days, lambda: self._alerts(15))
        for day, hours in plan.clocks:
            self._in(day, lambda h=hours: self._set_clock(h))
        self.at(self.until, self._end)

    def _in(self, days: float, what) -> None:
        self.at(self.plan.begins + timedelta(days=days), what)

    def _arrange_day(self, begins: datetime, is_flood: bool) -> None:
        day = begins.astimezone(LONDON).date()

        def at(clock: time, what) -> None:
            self.at(datetime.combine(day, clock, LONDON).astimezone(UTC), what)

        flood = 10 * self.plan.a_day if is_flood else 0
        at(time(7), lambda: self.home.morning(flood))
        at(time(10), self.home.decide)
        at(time(12), self.home.noon)
        at(time(20, 30), self._evening)
        for hour in range(24):
            at(time(hour, 5), self._purge)
        for _ in range(self.plan.alerts):
            at(time(self.dice.randrange(24), self.dice.randrange(60)), self._alert)

    def _evening(self) -> None:
        if self.skew == timedelta():
            self.nevers.evening(self.home.waiting())

    def _purge(self) -> None:
        self.do(lambda desk: desk.purge(self.wall))

    def _turn(self, mode: str) -> None:
        self.seen[mode] += 1
        self.carrier.mode = mode

    def _set_clock(self, hours: float) -> None:
        self.seen["a wrong clock"] += 1
        self.skew = timedelta(hours=hours)

    def _end(self) -> None:
        if self.is_on:
            raise Off


def _wake(sleeper: asyncio.Future[None]) -> None:
    if not sleeper.done():
        sleeper.set_result(None)


def settings_of(folder: Path, plan: Plan, wards):
    numbers = ",".join(
        f"{line}={ward}" for line, ward in zip(LINES, wards, strict=False)
    )
    environ = environ_for(
        folder, WARDVOICE_SMS_ASKING=str(POLICY), WARDVOICE_SMS_NUMBERS=numbers
    )
    settings = read_settings(environ)
    policy = read_policy(POLICY)
    hours = replace(policy.hours, opens=OPENS, closes=CLOSES)
    changes: dict[str, Any] = {
        "hours": hours,
        "ward_hours": {WEEKDAYS: replace(hours, days=frozenset(range(5)))},
        "daily_segments": plan.daily,
        "month_pence": int(plan.month * policy.segment_pence),
        "segments_per_s": plan.rate,
        "named_wards": frozenset({EVERY_WARD}),  # a text says which stay it is about
        "alerts_daily": ALERTS_DAILY,
        **dict(plan.policy),
    }
    with Log.open(settings.log) as log:
        Organisation().send_bundle(
            log,
            wards=[Ward(one, f"Ward {one}", languages=LANGUAGES) for one in wards],
        )
    return replace(settings, asking=replace(policy, **changes))
