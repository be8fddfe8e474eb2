"""What would a person see on their phone?

A page with a few simulated phones, for demonstrations and training: no text is sent.
What is typed goes to the gateway as a properly signed webhook, and what the gateway
answers appears as a bubble. The carrier's part is played too: it answers STOP and
START by itself, and holds back what would go to a phone that has said STOP.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from pathlib import Path
from string import Template
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from smsgateway import twilio
from smsgateway.app import utc_now
from smsgateway.settings import PhoneSettings
from smsgateway.text import STOP

# Out of Ofcom's numbers for drama: they are nobody's.
NUMBERS = tuple(f"+4477009001{number:02}" for number in range(1, 6))
TEXT_CHARS = 1_600  # Twilio takes no longer one
BODY_BYTES = 65_536
BUBBLES = 200
GATEWAY_TIMEOUT_S = 15.0  # Twilio's own patience
LONDON = ZoneInfo("Europe/London")

HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
}

_HERE = Path(__file__).resolve().parent
_PAGE = Template((_HERE / "phone.html").read_text(encoding="utf-8"))
_CHOICE = Template("""\
<form method="get" action="/">
<input type="hidden" name="phone" value="$phone">
<label for="line">Text another ward</label>
<select id="line" name="line">
$lines
</select>
<button>Go</button>
</form>""")
_STYLE = (_HERE / "phone.css").read_bytes()

MINE, THEIRS, NOTE = "mine", "theirs", "note"
_SPEAKER = {MINE: "You", THEIRS: "The ward's line", NOTE: "Note"}


@dataclass(frozen=True, slots=True)
class Bubble:
    kind: str
    words: str
    at: datetime


@dataclass(slots=True)
class Thread:
    """What one phone and one of our numbers have said to one another."""

    number: str
    line: str
    bubbles: list[Bubble] = field(default_factory=list)
    stopped: bool = False

    def add(self, kind: str, words: str, at: datetime) -> None:
        self.bubbles.append(Bubble(kind, words, at))
        del self.bubbles[:-BUBBLES]


class Phones:
    """The simulated phones, in memory: they forget when the program stops."""

    def __init__(
        self,
        settings: PhoneSettings,
        client: httpx.AsyncClient,
        now: Callable[[], datetime],
    ) -> None:
        self._settings = settings
        self._client = client
        self._now = now
        self._lines = tuple(settings.wards)
        self._threads: dict[tuple[int, int], Thread] = {}

    # ── the carrier ──────────────────────────────────────────────────────────

    async def send(self, thread: Thread, words: str) -> None:
        """One text leaves the phone; what comes back joins the thread."""
        thread.add(MINE, words, self._now())
        messages, trouble = await self._post(thread, words)
        own = twilio.own_answer(words)
        if own is not None:
            order, answer = own
            thread.stopped = order == STOP
            thread.add(THEIRS, answer, self._now())
            thread.add(NOTE, "The phone company's own answer", self._now())
        if trouble:
            thread.add(NOTE, trouble, self._now())
        elif own is None and not messages:
            thread.add(NOTE, "No reply", self._now())
        for message in messages:
            self._deliver(thread, message)

    def _deliver(self, thread: Thread, message: str) -> None:
        if thread.stopped:
            held = "A reply was held back: this phone has said STOP"
            thread.add(NOTE, held, self._now())
        else:
            thread.add(THEIRS, message, self._now())

    async def _post(self, thread: Thread, words: str) -> tuple[list[str], str]:
        sid = f"SM{secrets.token_hex(16)}"
        account = self._settings.account
        webhook = twilio.signed_webhook(account, thread.number, thread.line, words, sid)
        try:
            answer = await self._client.post(
                self._settings.gateway,
                content=webhook.content,
                headers=dict(webhook.headers),
            )
        except httpx.HTTPError as error:
            return [], f"The gateway did not answer ({type(error).__name__})"
        if answer.status_code != 200:
            return [], f"The gateway answered {answer.status_code}: {answer.text[:80]}"
        return list(twilio.messages_in(answer.content)), ""

    # ── the page ─────────────────────────────────────────────────────────────

    def thread(self, phone: str, line: str) -> Thread:
        """By their places on the page: no number stands in an address."""
        at = (_place(phone, len(NUMBERS)), _place(line, len(self._lines)))
        if at not in self._threads:
            self._threads[at] = Thread(NUMBERS[at[0]], self._lines[at[1]])
        return self._threads[at]

    async def page(self, request: Request) -> Response:
        query = request.query_params
        thread = self.thread(query.get("phone", "1"), query.get("line", "1"))
        return HTMLResponse(self._html(thread), headers=HEADERS)

    async def post(self, request: Request) -> Response:
        if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
            return Response("Only this page may text.", 403, HEADERS)
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > BODY_BYTES:
                return Response("That is too long for a text.", 413, HEADERS)
        form = parse_qs(body.decode("ascii", "replace"))
        phone, line = (form.get(name, ["1"])[0] for name in ("phone", "line"))
        thread = self.thread(phone, line)
        words = form.get("words", [""])[0].strip()[:TEXT_CHARS]
        if words:
            await self.send(thread, words)
        return RedirectResponse(self._address(thread), 303, HEADERS)

    def _address(self, thread: Thread) -> str:
        phone = NUMBERS.index(thread.number) + 1
        return f"/?phone={phone}&line={self._lines.index(thread.line) + 1}"

    def _html(self, thread: Thread) -> str:
        bubbles = "\n".join(_bubble(bubble) for bubble in reversed(thread.bubbles))
        return _PAGE.substitute(
            tabs="\n".join(self._tab(number, thread) for number in NUMBERS),
            choice=self._choice(thread) if len(self._lines) > 1 else "",
            phone=NUMBERS.index(thread.number) + 1,
            line=self._lines.index(thread.line) + 1,
            ward=escape(self._settings.wards[thread.line]),
            number=escape(_spaced(thread.line)),
            own=escape(_spaced(thread.number)),
            bubbles=bubbles or '<li class="note">No texts yet. Say hello.</li>',
            chars=TEXT_CHARS,
        )

    def _choice(self, thread: Thread) -> str:
        lines = (
            _option(n, f"{ward} · {_spaced(number)}", number == thread.line)
            for n, (number, ward) in enumerate(self._settings.wards.items(), 1)
        )
        return _CHOICE.substitute(
            phone=NUMBERS.index(thread.number) + 1, lines="\n".join(lines)
        )

    def _tab(self, number: str, thread: Thread) -> str:
        here = ' aria-current="page"' if number == thread.number else ""
        address = escape(self._address(Thread(number, thread.line)))
        return f'<a href="{address}"{here}>{escape(_spaced(number))}</a>'


def build(
    settings: PhoneSettings,
    client: httpx.AsyncClient | None = None,
    now: Callable[[], datetime] = utc_now,
) -> Starlette:
    """The page. `client` is how it reaches the gateway: HTTP, unless a test says."""
    client = client or httpx.AsyncClient(timeout=GATEWAY_TIMEOUT_S)
    phones = Phones(settings, client, now)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with client:
            yield

    return Starlette(
        lifespan=lifespan,
        routes=[
            Route("/", phones.page, methods=["GET"]),
            Route("/", phones.post, methods=["POST"]),
            Route("/phone.css", _style, methods=["GET"]),
        ],
    )


async def _style(_request: Request) -> Response:
    return Response(_STYLE, media_type="text/css", headers=HEADERS)


def _place(text: str, many: int) -> int:
    """A place on the page, from 1; anything odd is the first one."""
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else 1
    return number - 1 if 1 <= number <= many else 0


def _spaced(number: str) -> str:
    """+447700900101 as people write it: 07700 900101."""
    if number.startswith("+44"):
        return f"0{number[3:7]} {number[7:]}"
    return number


def _option(value: int, words: str, chosen: bool) -> str:
    selected = " selected" if chosen else ""
    return f'<option value="{value}"{selected}>{escape(words)}</option>'


def _bubble(bubble: Bubble) -> str:
    time = bubble.at.astimezone(LONDON)
    words = escape(bubble.words)
    if bubble.kind == NOTE:
        return f'<li class="note">{words}</li>'
    return (
        f'<li class="{bubble.kind}"><span class="who">{_SPEAKER[bubble.kind]}</span>'
        f'<p dir="auto">{words}</p>'
        f'<time datetime="{time.isoformat()}">{time:%H:%M}</time></li>'
    )
