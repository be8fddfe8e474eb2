"""What must hold of every text that the carrier got from us in a simulated year?

Written without the product's rules: the hours, the holidays, the days between and the
stays are known here by themselves. Moments are those of the gateway's own clock, which
may be wrong: more than what its clock allows it cannot keep.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MOBILE = re.compile(r"\+447[1-57-9][0-9]{8}")
WARD = re.compile(r"Ward ([A-Z][0-9]{2})")
HOLIDAYS = {
    *(date(2027, 3, 26), date(2027, 3, 29)),
    *(date(2028, 1, 1), date(2028, 1, 3), date(2028, 4, 14), date(2028, 4, 17)),
    *(date(2028, 5, 1), date(2028, 5, 29), date(2028, 8, 28)),
    *(date(2028, 12, 25), date(2028, 12, 26)),
}
OPENS, CLOSES = time(9), time(20)
WEEKDAYS = "W01"  # this ward's own hours: from Monday to Friday
LATE = 14 * DAY
SPANS = {"soon": (DAY, DAY + 2 * HOUR), "later": (LATE, 21 * DAY)}
REMINDS = "This is the only reminder."
SPREAD, VALID, REMIND, BETWEEN = 2 * HOUR, 72 * HOUR, 4 * DAY, 30 * DAY
ALERT_VALID = HOUR
# Each ward may go over its share by less than a text, and together they may take the
# last text or two of another.
UNFAIR_SEGMENTS = 12


def opens_on(day: date, ward: str) -> bool:
    return day not in HOLIDAYS and (ward != WEEKDAYS or day.weekday() < 5)


def is_open(wall: datetime, ward: str) -> bool:
    local = wall.astimezone(LONDON)
    return opens_on(local.date(), ward) and OPENS <= local.time() < CLOSES


def opening(wall: datetime, ward: str) -> datetime:
    """From when on the ward may send after this moment."""
    if is_open(wall, ward):
        return wall
    day = wall.astimezone(LONDON).date()
    while True:
        opens = datetime.combine(day, OPENS, LONDON).astimezone(UTC)
        if opens >= wall and opens_on(day, ward):
            return opens
        day += DAY


def latest(due: datetime, ward: str) -> datetime:
    """When a text that is due then is too old, however it was spread."""
    return opening(opening(due, ward) + SPREAD, ward) + VALID


class Nevers:
    """`broken`: how often each was. The first of each is told in `first`."""

    def __init__(self, trust, daily, month, rate, alerts_daily) -> None:
        self.trust = trust
        self.daily, self.month, self.rate = daily, month, rate
        self.alerts_daily = alerts_daily
        self.broken: Counter[str] = Counter()
        self.first: dict[str, str] = {}
        self.texts = 0
        self.of_day: Counter[date] = Counter()
        self.of_ward: defaultdict[date, Counter[str]] = defaultdict(Counter)
        self.of_month: Counter[tuple[int, int]] = Counter()
        self.alerts_of_day: Counter[date] = Counter()
        self.alerted: set[str] = set()
        self._waiting: dict[str, tuple[str, datetime]] = {}  # alerts not tried yet
        self._tried_alerts: Counter[date] = Counter()
        self._silent: set[tuple[str, str]] = set()
        self._free_at: dict[str, datetime] = {}

    def must(self, holds: bool, what: str, *more: object) -> None:
        if not holds:
            self.broken[what] += 1
            self.first.setdefault(what, f"{self.trust.wall} {more}")
            self.trust.is_broken(what)

    # ── at the door ──────────────────────────────────────────────────────────

    def posted(self, line: str, to: str, body: str, segments: int) -> None:
        true = self.trust.true
        self.trust.tried.add(to)
        is_alert = body.startswith("Alert")
        busy_until = self.trust.carrier.busy_until[is_alert]
        self.must(true >= busy_until, "in spite of a 429")
        self.must((to, body) not in self._silent, "blindly again")
        self.must(true >= self._free_at.get(line, true), "faster than the rate")
        day = self.trust.wall.astimezone(LONDON).date()
        if is_alert:
            self._waiting.pop(body, None)
            self._tried_alerts[day] += 1
        elif self._tried_alerts[day] < self.alerts_daily:
            could = [one for one in self._waiting.values() if one[0] == line]
            could = [at for _, at in could if self.trust.wall - at < ALERT_VALID]
            self.must(not could, "an invitation before an alert")
        self._free_at[line] = true + timedelta(seconds=segments / self.rate - 0.01)

    def alert_waits(self, words: str, line: str) -> None:
        self._waiting[words] = line, self.trust.wall

    def unreached(self) -> None:
        """Nothing can be said of what would have been posted."""
        self._waiting.clear()

    def unanswered(self, to: str, body: str) -> None:
        self._silent.add((to, body))

    def looked_up(self, to: str) -> None:
        self._silent = {one for one in self._silent if one[0] != to}

    # ── in the books ─────────────────────────────────────────────────────────

    def received(self, message) -> None:
        if message.body.startswith("Alert"):
            self._alert(message)
            return
        self.texts += 1
        person = self.trust.people.get(message.to)
        is_mobile = person is not None and MOBILE.fullmatch(message.to) is not None
        self.must(is_mobile, "no mobile")
        if person is None:
            return
        stay = self._stay(message, person)
        message.ward = stay.ward
        kind = self._kind(message, stay)
        self._of_person(message, person, stay)
        self._of_stay(message, stay, kind)
        self._of_moment(message, stay, kind)
        self._of_money(message)
        stay.sent.append((message.wall, kind, not message.error))
        if not message.error:
            person.asked[stay.ward] = message.wall

    def _stay(self, message, person):
        """The ward that it names; a reminder names none, and follows the last text."""
        named = WARD.search(message.body)
        if named:
            return person.stays[named[1]]
        asked = [one for one in person.stays.values() if one.sent]
        self.must(bool(asked), "twice", "a reminder of nothing")
        return max(asked, key=lambda one: one.sent[-1][0])

    def _kind(self, message, stay) -> str:
        """The second survey's words are those of the first."""
        if REMINDS in message.body:
            return "reminder"
        return "later" if message.wall - stay.discharged >= LATE else "soon"

    def _of_person(self, message, person, stay) -> None:
        self.must(not person.out, f"out: {person.out}")
        self.must(not person.held, "held for review")
        said, wall = person.said_at, message.wall
        self.must(said is None or wall - said >= DAY, "in a conversation")
        left_open = person.open_since
        is_over = left_open is None or wall - left_open >= 7 * DAY
        self.must(is_over, "in a conversation")
        self.must(not stay.under_16, "under 16")
        others = [at for ward, at in person.asked.items() if ward != stay.ward]
        self.must(
            all(wall - at >= BETWEEN for at in others), "too soon for another stay"
        )

    def _of_stay(self, message, stay, kind) -> None:
        came = [one for one in stay.sent if one[2]]
        is_again = any(one[1] == kind for one in came)
        if kind != "reminder":
            self.must(not is_again, "twice")
            return
        self.must(not is_again, "a second reminder")
        last = max((at for at, *_ in stay.sent), default=message.wall)
        is_open = stay.answered is None or stay.answered < last
        self.must(is_open, "a reminder of what was answered")
        self.must(
            all(message.wall - at >= REMIND for at, *_ in came), "reminded too soon"
        )

    def _of_moment(self, message, stay, kind) -> None:
        wall, ward = message.wall, stay.ward
        self.must(is_open(wall, ward), "outside hours")
        if kind == "reminder":
            until = latest(max(at for at, *_ in stay.sent) + REMIND, ward)
        else:
            first, last = SPANS[kind]
            self.must(wall >= stay.discharged + first, "too early")
            until = latest(stay.discharged + last, ward)
        self.must(wall <= until, "too old", until)

    def _of_money(self, message) -> None:
        day = message.wall.astimezone(LONDON).date()
        self.of_day[day] += message.segments
        self.of_ward[day][message.ward] += message.segments
        self.must(self.of_day[day] <= self.daily, "over the day's cap")
        month = day.year, day.month
        self.of_month[month] += message.segments
        self.must(self.of_month[month] <= self.month, "over the month's money")

    def _alert(self, message) -> None:
        self.must(message.body not in self.alerted, "an alert twice")
        self.alerted.add(message.body)
        asked = self.trust.alerts.get(message.body)
        is_new = asked is not None and message.wall - asked <= ALERT_VALID
        self.must(is_new, "an old alert")
        day = message.wall.astimezone(LONDON).date()
        self.alerts_of_day[day] += 1
        self.must(self.alerts_of_day[day] <= self.alerts_daily, "too many alerts")

    # ── in the evening ───────────────────────────────────────────────────────

    def evening(self, waiting: Counter[str]) -> None:
        """`waiting`: by ward, how many could have been asked today and were not."""
        day = self.trust.wall.astimezone(LONDON).date()
        got = self.of_ward[day]
        # Of twenty wards' shares some segments are left, too few for the next text.
        if self.of_day[day] < self.daily - max(3, self.daily // 100):
            return
        self.trust.seen["a day's cap"] += 1
        for ward, many in waiting.items():
            most = max(got.values())
            is_fair = most - got[ward] <= UNFAIR_SEGMENTS
            self.must(is_fair, "unfair between wards", ward, many, dict(got))
