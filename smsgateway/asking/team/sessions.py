"""Who is logged in, and how often may somebody try to be?

Both in memory only: a gateway that starts again has nobody logged in.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

LONGEST = timedelta(hours=8)
IDLE = timedelta(minutes=30)
SESSIONS = 500
TOKEN_BYTES = 32

TRIES_A_NAME = 5
NAME_WINDOW = timedelta(minutes=5)
TRIES = 20
WINDOW = timedelta(minutes=1)


def new_token() -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)


@dataclass(slots=True)
class Session:
    """`said`: what is still to be told, once, about what was last done."""

    name: str
    begun: datetime
    seen: datetime
    said: str = ""


class Sessions:
    def __init__(self, token: Callable[[], str] = new_token) -> None:
        self._token = token
        # By the token's digest: how long a look-up takes tells nothing of a token.
        self._sessions: dict[bytes, Session] = {}

    def begin(self, name: str, now: datetime) -> str:
        """The token of a new session."""
        self._purge(now)
        while len(self._sessions) >= SESSIONS:
            del self._sessions[next(iter(self._sessions))]  # the oldest
        token = self._token()
        self._sessions[_digest(token)] = Session(name, now, now)
        return token

    def find(self, token: str, now: datetime) -> Session | None:
        """The session, seen now; None when there is none or it has had its time."""
        session = self._sessions.get(_digest(token))
        if session is None:
            return None
        if _is_over(session, now):
            self.end(token)
            return None
        session.seen = now
        return session

    def end(self, token: str) -> None:
        self._sessions.pop(_digest(token), None)

    def _purge(self, now: datetime) -> None:
        over = [key for key, one in self._sessions.items() if _is_over(one, now)]
        for key in over:
            del self._sessions[key]


class Attempts:
    """Tries to log in: 5 a name in five minutes, 20 a minute in all.

    All stand behind one proxy, so there is no address to count by. Whoever tries for a
    name can keep its owner out for as long as they go on, and no longer.
    """

    def __init__(self) -> None:
        self._all: deque[datetime] = deque()
        self._names: dict[str, deque[datetime]] = {}

    def wait(self, name: str, now: datetime) -> timedelta:
        """Zero, and the try is counted; or how long until there may be one."""
        self._purge(now)
        tries = self._names.get(name, deque())
        waits = [timedelta(0)]
        if len(self._all) >= TRIES:
            waits.append(self._all[0] + WINDOW - now)
        if len(tries) >= TRIES_A_NAME:
            waits.append(tries[0] + NAME_WINDOW - now)
        if max(waits) == timedelta(0):
            self._all.append(now)
            self._names.setdefault(name, tries).append(now)
        return max(waits)

    def succeeded(self, name: str) -> None:
        self._names.pop(name, None)

    def _purge(self, now: datetime) -> None:
        """So no more names are kept than 20 a minute make."""
        _forget(self._all, WINDOW, now)
        for name, tries in list(self._names.items()):
            _forget(tries, NAME_WINDOW, now)
            if not tries:
                del self._names[name]


# Either way round: in training the clock may be set back by days.


def _forget(tries: deque[datetime], after: timedelta, now: datetime) -> None:
    while tries and abs(now - tries[0]) >= after:
        tries.popleft()


def _is_over(session: Session, now: datetime) -> bool:
    return abs(now - session.begun) >= LONGEST or abs(now - session.seen) >= IDLE


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode(errors="replace")).digest()
