"""Who may pass, and what do they get who may not?"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from feedback.log import LogError
from smsgateway.asking.team.accounts import Accounts
from smsgateway.asking.team.door import HEADERS, Door, Refused, address_of, read_form
from smsgateway.asking.team.frame import LOGIN, LOGOUT, PAGES, ROOT, plain_page
from smsgateway.asking.team.login_page import NAME_CHARS, WRONG, login_page
from smsgateway.asking.team.sessions import Attempts, Session, Sessions
from smsgateway.logs import place_of
from smsgateway.writer import TooBusy

DEADLINE_S = 5.0
_NOT_NOW = (
    "The gateway cannot answer at the moment. If you changed something, look whether "
    "it was kept before you do it again."
)
_OUR_FAULT = "Something went wrong here. Tell whoever keeps the text line running."

logger = structlog.get_logger()
_Show = Callable[[Request, Session], Awaitable[Response]]
_Endpoint = Callable[[Request], Awaitable[Response]]


class Login:
    """The door of the team's pages. `public_url`: where browsers reach them."""

    def __init__(
        self, accounts: Accounts, public_url: str, now: Callable[[], datetime]
    ) -> None:
        self._accounts, self._now = accounts, now
        self._door = Door(public_url)
        self._sessions, self._attempts = Sessions(), Attempts()
        # One at a time: each try takes 64 MiB.
        self._checking = asyncio.Lock()

    def routes(self) -> list[Route]:
        return [
            Route(LOGIN, self._safely(self._ask_in), methods=["GET"]),
            Route(LOGIN, self._safely(self._log_in), methods=["POST"]),
            Route(LOGOUT, self._safely(self._log_out), methods=["POST"]),
        ]

    def inside(self, show: _Show) -> _Endpoint:
        """`show` for who is logged in; for anybody else the way to the login."""

        async def inside(request: Request) -> Response:
            session = self._session(request)
            if session is not None:
                return await show(request, session)
            after = _own_page(request.url.path)
            wanted = f"?after={after}" if after else ""
            return RedirectResponse(f"{LOGIN}{wanted}", 303, HEADERS)

        return self._safely(inside)

    def _safely(self, endpoint: _Endpoint) -> _Endpoint:
        """An answer in words, whatever happens; and no fault's own text, which may
        hold a number."""

        async def safely(request: Request) -> Response:
            try:
                if request.method == "POST":
                    self._door.check_origin(request)
                async with asyncio.timeout(DEADLINE_S):
                    return await endpoint(request)
            except Refused as refused:
                return _sentence("That was refused", refused.words, refused.status)
            except (LogError, TooBusy, TimeoutError) as error:
                kind, where = type(error).__name__, place_of(error)
                logger.error("the team's page", kind=kind, where=where)
                return _sentence("Not now", _NOT_NOW, 503)
            except Exception as error:  # noqa: BLE001, its text may hold a number
                kind, where = type(error).__name__, place_of(error)
                logger.error("our fault", kind=kind, where=where)
                return _sentence("Our fault", _OUR_FAULT, 500)

        return safely

    def _session(self, request: Request) -> Session | None:
        return self._sessions.find(self._door.token_in(request), self._now())

    # ── in and out ───────────────────────────────────────────────────────────

    async def _ask_in(self, request: Request) -> Response:
        if self._session(request) is not None:
            return RedirectResponse(ROOT, 303, HEADERS)
        after = _own_page(request.query_params.get("after", ""))
        return HTMLResponse(login_page(after=after), headers=HEADERS)

    async def _log_in(self, request: Request) -> Response:
        form = await read_form(request)
        name, after = form.get("name", "").strip(), _own_page(form.get("after", ""))
        now = self._now()
        address = address_of(request)
        wait = self._attempts.wait(name[:NAME_CHARS], address, now)
        if wait:
            return _too_often(math.ceil(wait.total_seconds()), after)
        if not await self._belongs(name, form.get("password", "")):
            logger.warning("the team's page", why="wrong_password")
            page = login_page(WRONG, name[:NAME_CHARS], after)
            return HTMLResponse(page, 401, HEADERS)
        self._attempts.succeeded(name, address)
        self._sessions.end(self._door.token_in(request))
        token = self._sessions.begin(name, now)
        return self._door.give(RedirectResponse(after or ROOT, 303, HEADERS), token)

    async def _belongs(self, name: str, password: str) -> bool:
        async with self._checking:
            return await asyncio.to_thread(self._accounts.check, name, password)

    async def _log_out(self, request: Request) -> Response:
        self._sessions.end(self._door.token_in(request))
        return self._door.take_away(RedirectResponse(LOGIN, 303, HEADERS))


def _too_often(seconds: int, after: str) -> Response:
    minutes = math.ceil(seconds / 60)
    wait = "a minute" if minutes == 1 else f"{minutes} minutes"
    words = f"Too many tries to log in. Please wait {wait}, then try again."
    headers = {**HEADERS, "Retry-After": str(seconds)}
    return HTMLResponse(login_page(words, after=after), 429, headers)


def _own_page(path: str) -> str:
    """The path if it is one of our pages other than the first; else nothing."""
    return path if path in PAGES and path != ROOT else ""


def _sentence(title: str, words: str, status: int) -> Response:
    return HTMLResponse(plain_page(title, words), status, HEADERS)
