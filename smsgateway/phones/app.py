"""What do a browser and the gateway ask of the simulated phones?

For demonstrations and training: no text is sent. Who can open the page can text as any
of its phones, so it is kept off a line that patients use.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from feedback.assets import assets_folder
from smsgateway.bodies import body_within
from smsgateway.clock import TrainingClock
from smsgateway.phones.carrier import GATEWAY_TIMEOUT_S, Carrier
from smsgateway.phones.outage import LATEST_S, Outage, Rest, Webhooks
from smsgateway.phones.page import STATIC, TEXT_CHARS, phones_page
from smsgateway.phones.rest import RestStandIn
from smsgateway.phones.threads import NUMBERS, SHOWN_AT_FIRST
from smsgateway.settings import PhoneSettings

BODY_BYTES = 65_536
FIELDS = 20
# So long the answer to a sent text waits for its reply: who has no script sees it then.
PATIENCE_S = 1.5

MOVES = {"hour": timedelta(hours=1), "day": timedelta(days=1)}
HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with none, a form's Origin would be null
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
        "img-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
}
_KINDS = {
    "phones.css": "text/css",
    "phones.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}
# Of the kiosk's own, so that each of our languages can be read wherever this runs.
FONTS = (
    "Sans-Regular Sans-Bold SansSC-Regular NaskhArabic-Regular SansBengali-Regular "
    "SansGujarati-Regular SansGurmukhi-Regular"
).split()
FONT_AGE_S = 86_400

Form = Mapping[str, str]
Door = Callable[[Request], Awaitable[Response]]


class Refused(Exception):
    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status


class PhonesPage:
    def __init__(self, settings: PhoneSettings, carrier: Carrier) -> None:
        self._wards = settings.wards
        self._lines = tuple(settings.wards)
        self._carrier = carrier
        self._started = secrets.token_hex(4)

    def routes(self) -> list[Route]:
        doors = {
            "/text": self._text,
            "/line": self._line,
            "/outage": self._outage,
            "/clock": self._clock,
            "/phones": self._phones,
        }
        return [
            Route("/", self.page, methods=["GET"]),
            *(
                Route(path, self._door(do), methods=["POST"])
                for path, do in doors.items()
            ),
        ]

    async def page(self, request: Request) -> Response:
        """304 when nothing is new: the script asks often."""
        minute = f"{self._carrier.clock():%Y%m%d%H%M}"
        tag = f'"{self._started}-{self._carrier.version}-{minute}"'
        headers = {**HEADERS, "ETag": tag}
        if request.headers.get("if-none-match") == tag:
            return Response(None, 304, headers)
        page = phones_page(self._carrier, self._wards)
        return HTMLResponse(page, headers=headers)

    def _door(self, do: Callable[[Form], Awaitable[str]]) -> Door:
        async def door(request: Request) -> Response:
            try:
                _from_here(request)
                back = await do(await _form(request))
            except Refused as refused:
                return Response(str(refused), refused.status, HEADERS)
            self._carrier.changed()
            return RedirectResponse(back, 303, HEADERS)

        return door

    # ── what a person does ───────────────────────────────────────────────────

    async def _text(self, form: Form) -> str:
        place = _place(form.get("phone", ""), self._carrier.shown)
        words = _plain(form.get("words", ""))
        if words:
            thread = self._carrier.phones[place].open
            sending = self._carrier.send(thread, words)
            await asyncio.wait({sending}, timeout=PATIENCE_S)
        return f"/#phone-{place + 1}"

    async def _line(self, form: Form) -> str:
        place = _place(form.get("phone", ""), self._carrier.shown)
        line = self._lines[_place(form.get("line", ""), len(self._lines))]
        self._carrier.phones[place].turn_to(line)
        return f"/#phone-{place + 1}"

    async def _outage(self, form: Form) -> str:
        outage = Outage() if "normal" in form else self._carrier.outage
        if form.get("webhooks") in tuple(Webhooks):
            outage = replace(outage, webhooks=Webhooks(form["webhooks"]))
        if form.get("rest") in tuple(Rest):
            outage = replace(outage, rest=Rest(form["rest"]))
        if seconds := _whole(form.get("late_s", ""), LATEST_S):
            outage = replace(outage, late_s=seconds)
        self._carrier.outage = outage
        return "/#desk"

    async def _clock(self, form: Form) -> str:
        move = form.get("move", "")
        if move in MOVES:
            self._carrier.clock.move(MOVES[move])
        elif move == "real":
            self._carrier.clock.to_real_time()
        return "/#desk"

    async def _phones(self, form: Form) -> str:
        wanted = _whole(form.get("shown", ""), len(NUMBERS))
        self._carrier.shown = max(wanted, SHOWN_AT_FIRST)
        return "/#desk"


def build(
    settings: PhoneSettings,
    client: httpx.AsyncClient | None = None,
    clock: TrainingClock | None = None,
) -> Starlette:
    """The phones. `client` is how they reach the gateway: HTTP, unless a test says."""
    client = client or httpx.AsyncClient(timeout=GATEWAY_TIMEOUT_S)
    clock = clock or TrainingClock(settings.clock)
    carrier = Carrier(settings, client, clock)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with client:
            yield
            await carrier.close()

    return Starlette(
        lifespan=lifespan,
        routes=[
            *PhonesPage(settings, carrier).routes(),
            *RestStandIn(carrier).routes(),
            *(_file(STATIC / name, kind) for name, kind in _KINDS.items()),
            *(_font(f"Noto{name}.ttf") for name in FONTS),
        ],
    )


def _file(path: Path, kind: str, **more: str) -> Route:
    headers = {**HEADERS, **more}
    content = path.read_bytes()

    async def file(_request: Request) -> Response:
        return Response(content, media_type=kind, headers=headers)

    return Route(f"/{path.name}", file, methods=["GET"])


def _font(name: str) -> Route:
    age = {"Cache-Control": f"max-age={FONT_AGE_S}"}
    return _file(assets_folder() / "fonts" / name, "font/ttf", **age)


# ── what is let in ───────────────────────────────────────────────────────────


def _from_here(request: Request) -> None:
    """Only this page's own forms. Over plain HTTP from another machine a browser says
    no Sec-Fetch-Site, but it always says an Origin."""
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin", "")
    host = request.headers.get("host", "")
    own = (f"http://{host}", f"https://{host}")
    if site != "same-origin" or (origin and origin not in own):
        raise Refused(403, "Only this page may do that.")


async def _form(request: Request) -> Form:
    body = await body_within(request, BODY_BYTES)
    if body is None:
        raise Refused(413, "That is too long for a text.")
    try:
        fields = parse_qs(body.decode("ascii", "replace"), max_num_fields=FIELDS)
    except ValueError:
        raise Refused(400, "That is no form of this page.") from None
    return {name: values[0] for name, values in fields.items()}


def _plain(words: str) -> str:
    """Without what no keyboard types and no page can show."""
    lines = words.replace("\r\n", "\n").replace("\r", "\n")
    kept = (c for c in lines if c == "\n" or (c >= " " and c != "\x7f"))
    return "".join(kept).strip()[:TEXT_CHARS]


def _place(text: str, many: int) -> int:
    """A place on the page, from 1; anything odd is the first one."""
    return max(_whole(text, many), 1) - 1


def _whole(text: str, most: int) -> int:
    """A whole number from 1 to `most`; anything odd is 0."""
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else 0
    return number if number <= most else 0
