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

TRIES_A_NAME, TRIES_AN_ADDRESS = 5, 10
LONG_WINDOW = timedelta(minutes=5)
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


@dataclass(frozen=True, slots=True)
class _Try:
    at: datetime
    name: str
    address: str


class Attempts:
    """Tries to log in that did not succeed: 5 a name and 10 an address in five minutes,
    20 a minute in all.

    Who comes from an address from which nothing was tried in vain is let try, whatever
    others do elsewhere: nobody locks the team out. From an address that has failed, a
    name that others are after waits too. Where no address is known ("") all such tries
    are held to the limits of the name and of the whole.
    """

    def __init__(self) -> None:
        self._tries: deque[_Try] = deque()

    def wait(self, name: str, address: str, now: datetime) -> timedelta:
        """Zero, and the try is counted; or how long until there may be one."""
        _forget(self._tries, now)
        here = [one for one in self._tries if one.address == address]
        waits = [timedelta(0)]
        if here or not address:
            named = [one for one in self._tries if one.name == name]
            lately = [one for one in self._tries if abs(now - one.at) < WINDOW]
            waits += [
                _until(named, TRIES_A_NAME, LONG_WINDOW, now),
                _until(lately, TRIES, WINDOW, now),
            ]
        if address:
            waits.append(_until(here, TRIES_AN_ADDRESS, LONG_WINDOW, now))
        if max(waits) == timedelta(0):
            self._tries.append(_Try(now, name, address))
        return max(waits)

    def succeeded(self, name: str, address: str) -> None:
        """It was they: what was tried for this name from here counts no more."""
        self._tries = deque(
            one for one in self._tries if (one.name, one.address) != (name, address)
        )


def _until(tries: list[_Try], most: int, window: timedelta, now: datetime) -> timedelta:
    """Until one more would not be too many in that time."""
    return tries[-most].at + window - now if len(tries) >= most else timedelta(0)


# Either way round: in training the clock may be set back by days.


def _forget(tries: deque[_Try], now: datetime) -> None:
    while tries and abs(now - tries[0].at) >= LONG_WINDOW:
        tries.popleft()


def _is_over(session: Session, now: datetime) -> bool:
    return abs(now - session.begun) >= LONGEST or abs(now - session.seen) >= IDLE


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode(errors="replace")).digest()
