"""What does Twilio do with what we post, in a simulated year?

It keeps books of its own, and on them each *never* is looked at (`year_nevers`). It is
busy at times, takes a text and says nothing, answers strangely, refuses. Of what it
took it tells early, late, twice, in the wrong order, in words that nobody knows, or
never.
"""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from functools import cache
from urllib.parse import parse_qsl

import httpx
import smsutil

LATENCY_S = 0.4
LISTED_AFTER = timedelta(seconds=20)
BUSY_S = 45
WELL, BROKEN, UNREACHABLE = "well", "broken", "unreachable"
TROUBLES = {
    "busy": 0.010,
    "taken, 503": 0.006,
    "taken, silent": 0.006,
    "taken, strange": 0.003,
    "503": 0.004,
    "silent": 0.003,
    "nobody there": 0.003,
    "our fault": 0.001,
    "crash before": 0.001,
    "crash after": 0.001,
}
ENDS_BADLY = {30003: 0.03, 30008: 0.004, 21610: 0.002}
STATUSES = {
    "in the wrong order": 0.05,
    "late": 0.04,
    "never": 0.02,
    "unknown words": 0.03,
    "twice": 0.03,
    "two ends": 0.02,
}


class Crash(BaseException):
    """The gateway dies here."""


class Mistaken(BaseException):
    """A fault of the simulation's own, which the sender would outlive."""


@dataclass(slots=True, eq=False)
class Message:
    """One that it took. `at` is the true moment, `wall` what our clock shows then."""

    sid: str
    callback: str
    line: str
    to: str
    body: str
    segments: int
    at: datetime
    wall: datetime
    error: int = 0  # why it does not arrive; 0: it does
    ward: str = ""  # of the stay that it is about
    is_unheard: bool = False  # a status of it was lost


def is_alert(body: str) -> bool:
    return body.startswith("Alert")


@cache
def billed(body: str) -> int:
    """By another hand than ours."""
    return len(smsutil.split(body).parts)


class Carrier:
    """`much`: how many times the usual trouble."""

    def __init__(self, trust, nevers, dice, much: float) -> None:
        self.trust, self.nevers, self.dice, self.much = trust, nevers, dice, much
        self.mode = WELL
        self.busy_until = dict.fromkeys((True, False), trust.true)  # alerts, others
        self.stopped: set[str] = set()  # here, by a STOP
        self.listed: defaultdict[str, deque[Message]] = defaultdict(deque)
        self._taken = 0

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        if self.mode == UNREACHABLE:
            self.nevers.unreached()
            await self.trust.sleep(LATENCY_S)
            raise httpx.ConnectError("nobody there")
        try:
            answer = self._answer(request)
        except Exception as error:
            raise Mistaken from error
        await self.trust.sleep(LATENCY_S)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def _answer(self, request: httpx.Request):
        if request.method == "GET":
            return self._list(request.url.params)
        return self._post(dict(parse_qsl(request.content.decode())))

    def draw(self, of: dict, much: float = 1.0):
        """One of these by its chance, or nothing."""
        drawn = self.dice.random() / much
        for what, chance in of.items():
            drawn -= chance
            if drawn < 0:
                self.trust.seen[what] += 1
                return what
        return None

    # ── a list ───────────────────────────────────────────────────────────────

    def _list(self, query):
        if self.mode == BROKEN:
            return httpx.Response(503)
        to = query["To"]
        found = [
            _shown(one)
            for one in reversed(self.listed.get(to, ()))
            if one.line == query["From"] and self.trust.true - one.at >= LISTED_AFTER
        ]
        self.nevers.looked_up(to)
        return httpx.Response(200, json={"messages": found})

    # ── a text ───────────────────────────────────────────────────────────────

    def _post(self, form):
        to, body = form["To"], form["Body"]
        self.nevers.posted(form["From"], to, body, billed(body))
        if self.mode == BROKEN:
            self.nevers.unanswered(to, body)
            if self.dice.random() < 0.3:
                self._take(form)
            return httpx.Response(503)
        refusal = self._refusal(to)
        if refusal:
            return _trouble(400, refusal)
        trouble = self.draw(TROUBLES, self.much)
        return self._troubled(form, trouble) if trouble else self._well(form)

    def _refusal(self, to: str) -> int:
        if to in self.stopped:
            return 21610
        if self.trust.nature(to) == "no mobile":
            self.trust.unreachable(to)
            return 21614
        return 0

    def _troubled(self, form, trouble):
        if trouble == "busy":
            until = self.trust.true + timedelta(seconds=BUSY_S)
            self.busy_until[is_alert(form["Body"])] = until
            return _trouble(429, 20429, {"Retry-After": str(BUSY_S)})
        if trouble == "nobody there":
            return httpx.ConnectError(trouble)
        if trouble == "our fault":
            return _trouble(401, 20003)
        self.nevers.unanswered(form["To"], form["Body"])
        if trouble.startswith("taken") or trouble == "crash after":
            self._take(form)
        if trouble.startswith("crash"):
            return Crash()
        if trouble.endswith("503"):
            return httpx.Response(503)
        if trouble.endswith("strange"):
            return httpx.Response(201, text="{}")
        return httpx.ReadTimeout("no answer")

    def _well(self, form):
        message = self._take(form)
        return httpx.Response(201, json={"sid": message.sid, "status": "queued"})

    def _take(self, form) -> Message:
        self._taken += 1
        message = Message(
            f"SM{self._taken:032x}", form["StatusCallback"], form["From"], form["To"],
            form["Body"], billed(form["Body"]), self.trust.true, self.trust.wall,
        )  # fmt: skip
        message.error = self._fate(message)
        self.listed[message.to].append(message)
        self.trust.later(86_400 * 2, lambda: self._forget(message))
        self.nevers.received(message)
        self._tell(message)
        return message

    def _fate(self, message) -> int:
        if is_alert(message.body):
            return 0
        if self.trust.nature(message.to) == "dead":
            return self.dice.choice((30005, 30006))
        return self.draw(ENDS_BADLY) or 0

    def _forget(self, message) -> None:
        self.listed[message.to].popleft()
        if not self.listed[message.to]:
            del self.listed[message.to]

    # ── what becomes of it ───────────────────────────────────────────────────

    def _tell(self, message) -> None:
        word = "undelivered" if message.error else "delivered"
        end = (4, word, message.error)
        if not message.error:
            self.trust.later(5, lambda: self.trust.arrives(message))
        for after_s, said, error in self._plan(end):
            self.trust.later(
                after_s, lambda s=said, e=error: self.trust.hear(message, s, e)
            )

    def _plan(self, end):
        """When it says what."""
        how = self.draw(STATUSES)
        if how == "in the wrong order":
            return [end, (7, "sent", 0), (9, "queued", 0)]
        if how == "late":
            return [(self.dice.uniform(3_600, 100_000), *end[1:])]
        if how == "unknown words":
            return [(0.1, "routed", 0), (2, "half_read", 0), end, (8, "fetched", 0)]
        if how == "twice":
            return [end, (30, *end[1:]), (25_000, *end[1:])]
        if how == "two ends" and not end[2]:
            return [end, (60, "failed", 30008)]
        if how == "never":
            return []
        return (
            [end] if self.trust.is_lean else [(0.1, "queued", 0), (2, "sent", 0), end]
        )


def _shown(message: Message) -> dict:
    return {
        "sid": message.sid,
        "to": message.to,
        "from": message.line,
        "direction": "outbound-api",
        "status": "sent",
        "error_code": None,
        "date_created": format_datetime(message.at),
    }


def _trouble(status: int, code: int, headers=None) -> httpx.Response:
    said = {"code": code, "message": "no", "status": status}
    return httpx.Response(status, json=said, headers=headers)
