"""What may the patient-experience team see and do, once one of them has logged in?

Reached through the hospital's proxy from anywhere, so an address proves nothing: who
asks is known by a session alone.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Protocol, TypeVar

import structlog
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from feedback.assets import assets_folder
from feedback.survey import Survey
from smsgateway.asking.team.accounts import Accounts
from smsgateway.asking.team.door import HEADERS, Refused, read_form
from smsgateway.asking.team.frame import REFUSED, ROOT, STATIC, Visit
from smsgateway.asking.team.lists import (
    ADD,
    DECIDED_SHOWN,
    REMOVE,
    exclusions_page,
    reviews_page,
)
from smsgateway.asking.team.login import Login
from smsgateway.asking.team.look import overview_page
from smsgateway.asking.team.overview import EXCLUSIONS, Asked
from smsgateway.asking.team.refused import choice_in, refused_page
from smsgateway.asking.team.sessions import Session, steady_now
from smsgateway.asking.team.texts import priced_texts
from smsgateway.asking.team.texts_page import no_texts_page, texts_page
from smsgateway.bundles import Bundles
from smsgateway.opt_outs import NOT_MEANT, STOPPED, NoReview, OptOuts
from smsgateway.own_key import WrongKey
from smsgateway.voice import Voice, Voices
from smsgateway.words import Heard

FONT_AGE_S = 86_400
FONTS = (
    "Sans-Regular Sans-Bold SansSC-Regular NaskhArabic-Regular SansBengali-Regular "
    "SansGujarati-Regular SansGurmukhi-Regular"
).split()
_KINDS = {"team.css": "text/css", "icon.svg": "image/svg+xml"}

logger = structlog.get_logger()
Said = TypeVar("Said")


class TeamDesk(Protocol):
    """What the pages need of what the writer's thread has."""

    @property
    def asked(self) -> Asked: ...
    @property
    def opt_outs(self) -> OptOuts: ...
    @property
    def bundles(self) -> Bundles: ...
    @property
    def voices(self) -> Voices: ...
    @property
    def heard(self) -> Heard: ...
    @property
    def wards(self) -> Mapping[str, str]: ...
    def decide(self, review: int, decision: str, who: str, now: datetime) -> None: ...


class Do(Protocol):
    """Work on the log, in the writer's thread: `Writer.do`."""

    def __call__(self, work: Callable[[TeamDesk], Said], /) -> Awaitable[Said]: ...


@dataclass(frozen=True, slots=True)
class TeamSettings:
    """`public_url`: where browsers reach the gateway. `mobile`: the number that
    somebody typed, as E.164, or a ValueError whose `words` say what is wrong.
    `hear_days` as in the gateway's settings."""

    accounts: Accounts
    public_url: str
    segment_pence: Decimal
    mobile: Callable[[str], str]


def routes(
    do: Do,
    settings: TeamSettings,
    now: Callable[[], datetime],
    steady: Callable[[], datetime] = steady_now,
) -> list[Route]:
    """All below /team/, to be mounted beside /sms. `steady`: the clock of the sessions,
    which nobody sets, not even in training."""
    return _Team(do, settings, now, steady).routes()


_Show = Callable[[Request, Session], Awaitable[Response]]


class _Team:
    def __init__(
        self,
        do: Do,
        settings: TeamSettings,
        now: Callable[[], datetime],
        steady: Callable[[], datetime],
    ) -> None:
        self._do, self._settings, self._now = do, settings, now
        self._steady = steady

    def routes(self) -> list[Route]:
        login = Login(self._settings.accounts, self._settings.public_url, self._steady)
        pages: dict[str, tuple[_Show, _Show | None]] = {
            ROOT: (self._overview, None),
            REFUSED: (self._refused, None),
            "/team/reviews": (self._reviews, self._decide),
            "/team/exclusions": (self._exclusions, self._exclude),
            "/team/texts": (self._texts, None),
        }
        found = [Route("/team", _to_root, methods=["GET"]), *login.routes()]
        for path, (show, act) in pages.items():
            found.append(Route(path, login.inside(show), methods=["GET"]))
            if act is not None:
                found.append(Route(path, login.inside(act), methods=["POST"]))
        return [*found, *_files()]

    async def _visit(self, request: Request, session: Session) -> Visit:
        reviews = await self._do(lambda desk: desk.opt_outs.many_waiting())
        said, session.said = session.said, ""
        return Visit(request.url.path, session.name, reviews, said)

    # ── invitations ──────────────────────────────────────────────────────────

    async def _overview(self, request: Request, session: Session) -> Response:
        now = self._now()
        overview = await self._do(lambda desk: desk.asked.overview(now))
        visit = await self._visit(request, session)
        return HTMLResponse(overview_page(visit, overview), headers=HEADERS)

    async def _refused(self, request: Request, session: Session) -> Response:
        choice, number = choice_in(request.query_params)
        refused = await self._do(lambda desk: desk.asked.refusals(choice, number))
        visit = await self._visit(request, session)
        return HTMLResponse(refused_page(visit, refused), headers=HEADERS)

    # ── reviews ──────────────────────────────────────────────────────────────

    async def _reviews(self, request: Request, session: Session) -> Response:
        waiting = await self._do(lambda desk: desk.opt_outs.waiting())
        decided = await self._do(lambda desk: desk.opt_outs.decided(DECIDED_SHOWN))
        visit = await self._visit(request, session)
        return HTMLResponse(reviews_page(visit, waiting, decided), headers=HEADERS)

    async def _decide(self, request: Request, session: Session) -> Response:
        form = await read_form(request)
        review, decision = _whole(form.get("review", "")), form.get("decision", "")
        if decision not in (STOPPED, NOT_MEANT):
            raise Refused(400, "That is no form of this page.")
        now, who = self._now(), session.name
        try:
            await self._do(lambda desk: desk.decide(review, decision, who, now))
            logger.info("review decided", why=decision, who=who)
            session.said = _DECIDED[decision]
        except NoReview:
            session.said = "Somebody has decided on that text already."
        except WrongKey:
            session.said = "Those words cannot be opened, so they can only be a stop."
        return RedirectResponse("/team/reviews", 303, HEADERS)

    # ── exclusions ───────────────────────────────────────────────────────────

    async def _exclusions(self, request: Request, session: Session) -> Response:
        return await self._show_exclusions(request, session)

    async def _exclude(self, request: Request, session: Session) -> Response:
        form = await read_form(request)
        what, reason = form.get("do", ""), form.get("reason", "")
        if what not in (ADD, REMOVE):
            raise Refused(400, "That is no form of this page.")
        try:
            number = self._settings.mobile(form.get("number", ""))
        except ValueError as error:
            wrong = getattr(error, "words", "That is not a mobile number.")
            return await self._show_exclusions(request, session, wrong, what, reason)
        if what == ADD and reason not in EXCLUSIONS:
            wrong = "Say why this number is never to be asked."
            return await self._show_exclusions(request, session, wrong, what)
        session.said = await (
            self._add(number, reason, session.name)
            if what == ADD
            else self._remove(number, session.name)
        )
        return RedirectResponse("/team/exclusions", 303, HEADERS)

    async def _add(self, number: str, reason: str, who: str) -> str:
        now = self._now()
        is_new = await self._do(
            lambda desk: desk.asked.exclude(number, reason, who, now)
        )
        logger.info("excluded", why=reason, who=who)
        return _ADDED if is_new else "That number was on the list already."

    async def _remove(self, number: str, who: str) -> str:
        was_there = await self._do(lambda desk: desk.asked.include(number))
        logger.info("included", who=who)
        return _REMOVED if was_there else "That number is not on the list."

    async def _show_exclusions(
        self,
        request: Request,
        session: Session,
        wrong: str = "",
        field: str = ADD,
        reason: str = "",
    ) -> Response:
        excluded = await self._do(lambda desk: desk.asked.exclusions())
        visit = await self._visit(request, session)
        page = exclusions_page(visit, excluded, wrong, field, reason)
        return HTMLResponse(page, 422 if wrong else 200, HEADERS)

    # ── our texts ────────────────────────────────────────────────────────────

    async def _texts(self, request: Request, session: Session) -> Response:
        wanted = request.query_params.get("ward", "")
        pence = self._settings.segment_pence
        speech = await self._do(lambda desk: _speech(desk, wanted))
        visit = await self._visit(request, session)
        if speech is None:
            page = no_texts_page(visit)
        else:
            texts = priced_texts(speech.voice, speech.survey, speech.heard, pence)
            page = texts_page(visit, texts, speech.wards, speech.code, pence)
        return HTMLResponse(page, headers=HEADERS)


_DECIDED = {
    STOPPED: "Kept as an opt-out: who wrote it is never texted again.",
    NOT_MEANT: "Not meant as an opt-out: who wrote it may be texted again.",
}
_ADDED = "The number is on the list. Nothing more is sent to it."
_REMOVED = "The number is off the list. It may be asked again."


@dataclass(frozen=True, slots=True)
class _Speech:
    """What the texts of the ward `code` are made from; `wards`: code to name."""

    wards: Mapping[str, str]
    code: str
    voice: Voice
    survey: Survey
    heard: Heard


def _speech(desk: TeamDesk, wanted: str) -> _Speech | None:
    """Of the wanted ward if it is ours, else of the first; None before a bundle."""
    bundle = desk.bundles.current()
    if bundle is None:
        return None
    ours = set(desk.wards.values())
    wards = sorted(
        (ward for ward in bundle.wards if ward.code in ours),
        key=lambda ward: ward.name.casefold(),
    )
    if not wards:
        return None
    ward = next((ward for ward in wards if ward.code == wanted), wards[0])
    voice = desk.voices.of(bundle, ward.code)
    names = {one.code: one.name for one in wards}
    survey = bundle.surveys[bundle.texted_on(ward.code)]
    return _Speech(names, ward.code, voice, survey, desk.heard)


def _whole(words: str) -> int:
    """A number of a review; anything odd is 0, which no review has."""
    return (
        int(words) if words.isascii() and words.isdecimal() and len(words) < 16 else 0
    )


async def _to_root(_request: Request) -> Response:
    return RedirectResponse(ROOT, 303, HEADERS)


# ── what the pages are drawn with ────────────────────────────────────────────


def _files() -> list[Route]:
    fonts = assets_folder() / "fonts"
    return [
        *(_file(STATIC / name, kind) for name, kind in _KINDS.items()),
        *(_file(fonts / f"Noto{name}.ttf", "font/ttf", FONT_AGE_S) for name in FONTS),
    ]


def _file(path: Path, kind: str, age_s: int = 0) -> Route:
    aged = {"Cache-Control": f"max-age={age_s}"} if age_s else {}
    content = path.read_bytes()

    async def file(_request: Request) -> Response:
        return Response(content, media_type=kind, headers={**HEADERS, **aged})

    return Route(f"{ROOT}{path.name}", file, methods=["GET"])
