"""What do devices ask of central? Three addresses, and their OpenAPI document.

Bodies are read as bytes and judged by feedback/wire.py, not by a schema: the signature
is over the bytes, and every reply names the body that it answers. A test holds the
document to what is really said.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Any

from django.db import Error as DatabaseTrouble
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.utils import timezone
from django.views.decorators.http import require_safe
from ninja import NinjaAPI

from central import asked, spoken
from central.devices.door import Sent, read_sent, signed_by, signed_first
from central.devices.enrolment import Origin, Wish, enrol
from central.devices.models import Device
from central.follower import follower
from central.intake.append import Fork, Gap, Kept, Outcome, append
from central.intake.remembered import FileBroken, once
from central.keys import KeysError, online_keys
from central.logs import central_logger
from central.surveys.bundles import NothingToAsk, signed_bundle
from feedback.answer import utc_text
from feedback.short_words import short_words
from feedback.wire import (
    MAX_ELDERS,
    MAX_SEQ,
    VERSION,
    BadSignature,
    TooLarge,
    Unreadable,
    WrongVersion,
    is_elder,
    is_predecessor,
    read_json,
    unpack,
)

RETRY_AFTER_S = 5
PUBLIC_KEY_BYTES = 32
NAMES_TOLD = 10  # of what was dropped from one status
_NAME = re.compile("[a-z_]{1,30}")

api = NinjaAPI(
    title="Wardvoice: devices",
    version=str(VERSION),
    description=spoken.ABOUT,
    urls_namespace="api",
    docs_url=None,
    openapi_url=None,  # ninja's own view takes any method
)
logger = central_logger()


@api.post(
    "/devices/{device}/log",
    operation_id="append_to_log",
    summary="Append to my log",
    response={
        200: spoken.Appended,
        400: spoken.UnreadableTold | spoken.VersionTold,
        401: spoken.UnknownTold,
        409: spoken.GapTold | spoken.ForkTold,
        413: spoken.TooLargeTold,
        431: None,
        503: spoken.TroubleTold,
    },
    openapi_extra=asked.LOG_EXTRA,
)
def log(request: HttpRequest, device: str) -> HttpResponse:
    return _answered(request, lambda sent, body: _log(request, device, sent, body))


@api.post(
    "/enrolments",
    operation_id="enrol",
    summary="Become a device of this organisation",
    response={
        200: spoken.Enrolled,
        400: spoken.UnreadableTold | spoken.VersionTold,
        401: spoken.UnknownTold,
        403: spoken.CodeTold,
        413: spoken.TooLargeTold,
        431: None,
        503: spoken.TroubleTold,
    },
    openapi_extra=asked.ENROLMENT_EXTRA,
)
def enrolments(request: HttpRequest) -> HttpResponse:
    return _answered(request, lambda sent, body: _enrol(request, sent, body))


@api.get(
    "/devices/{device}/bundle",
    operation_id="get_bundle",
    summary="What am I to ask?",
    response={
        200: spoken.BundleGiven,
        304: None,
        400: None,
        401: spoken.UnknownTold,
        413: spoken.TooLargeTold,
        431: None,
        503: spoken.TroubleTold,
    },
    openapi_extra=asked.BUNDLE_EXTRA,
)
def bundle(request: HttpRequest, device: str) -> HttpResponse:
    return _answered(request, lambda sent, body: _bundle(request, device, sent, body))


def openapi_text() -> str:
    """The document, as it is kept in central/openapi.json."""
    document = api.get_openapi_schema(path_prefix="/api/v1/")
    document["components"]["schemas"].update(asked.COMPONENTS)
    document["components"]["securitySchemes"] = spoken.SECURITY_SCHEMES
    for path in document["paths"].values():
        for operation in path.values():
            for parameter in operation["parameters"]:
                if parameter["name"] == "device":
                    parameter["schema"] = asked.DEVICE
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


@require_safe
def openapi(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(openapi_text(), content_type="application/json")


# ── what all three share ─────────────────────────────────────────────────────

Work = Callable[[Sent, bytes], HttpResponse]


def _answered(request: HttpRequest, work: Work) -> HttpResponse:
    """The answer, or that there is none now. No device gets one before this process
    has done again what was erased and removed."""
    try:
        sent = read_sent(request)
    except UnreadablePostError:
        return HttpResponse(status=400)  # the body broke off: nobody is listening
    if sent.body is None:
        return _say(413, sent, why="large")
    try:
        once.ensure()
        return work(sent, sent.body)
    except (DatabaseTrouble, FileBroken, KeysError, NothingToAsk, OSError) as error:
        logger.error("trouble", trouble=type(error).__name__)
        reply = _say(503, sent, why="trouble")
        reply["Retry-After"] = str(RETRY_AFTER_S)
        return reply


def _say(status: int, sent: Sent, **words: object) -> HttpResponse:
    return JsonResponse({**words, "sha256": sent.sha256}, status=status)


def _unknown(sent: Sent) -> HttpResponse:
    # The same for an unknown device, a removed one and a bad signature.
    return _say(401, sent, why="device")


# ── the log ──────────────────────────────────────────────────────────────────


def _log(request: HttpRequest, device: str, sent: Sent, body: bytes) -> HttpResponse:
    started = perf_counter()
    first = signed_first(request, device, body)
    if first is None:
        return _unknown(sent)
    try:
        batch = unpack(body, request.headers.get("Content-Encoding", "").lower())
    except TooLarge:
        return _say(413, sent, why="large")
    except WrongVersion:
        return _say(400, sent, why="version", most=VERSION)
    except Unreadable:
        return _say(400, sent, why="unreadable")
    if batch.first != first:
        return _say(400, sent, why="unreadable")
    outcome = append(device, batch, timezone.now())
    reply = _told(sent, outcome)
    if isinstance(outcome, Kept):
        follower.heard(device, more=outcome.have < batch.last)
    logger.info(
        "log",
        device=device,
        outcome=type(outcome).__name__.lower(),
        first=first,
        count=len(batch.answers),
        held=outcome.held if isinstance(outcome, Kept) else None,
        dropped=_names(batch.dropped),
        ms=round((perf_counter() - started) * 1000),
    )
    return reply


def _names(words: Sequence[str]) -> str | None:
    """Names of a status as a program has them: any other may be somebody's words."""
    names = [word if _NAME.fullmatch(word) else "?" for word in words[:NAMES_TOLD]]
    return ",".join(names) or None


def _told(sent: Sent, outcome: Outcome) -> HttpResponse:
    match outcome:
        case Kept(have=have, bundle=version):
            now = utc_text(timezone.now())
            return _say(200, sent, have=have, bundle=version, now=now)
        case Gap(have=have):
            return _say(409, sent, why="gap", have=have)
        case Fork(at=at):
            return _say(409, sent, why="fork", at=at)
        case _:
            return _unknown(sent)


# ── enrolment ────────────────────────────────────────────────────────────────


def _enrol(request: HttpRequest, sent: Sent, body: bytes) -> HttpResponse:
    try:
        wish = _wish(body)
    except WrongVersion:
        return _say(400, sent, why="version", most=VERSION)
    except (Unreadable, ValueError):
        return _say(400, sent, why="unreadable")
    except BadSignature:
        return _unknown(sent)
    if signed_by(wish.public_key, request, body) != 0:
        return _unknown(sent)
    now = timezone.now()
    keys = online_keys()
    device = enrol(wish, now)
    logger.info("enrolment", device=device and device.id, status=200 if device else 403)
    if device is None:
        return _say(403, sent, why="code")
    return _say(
        200,
        sent,
        device=device.id,
        root=base64.b64encode(keys.root_public).decode(),
        words=short_words(wish.public_key),
        wards=sorted(device.wards.values_list("code", flat=True)),
        now=utc_text(now),
    )


def _wish(body: bytes) -> Wish:
    said = read_json(body)
    if not isinstance(said, dict) or not _is_seq(said.get("version")):
        raise Unreadable("no enrolment")
    if said["version"] > VERSION:
        raise WrongVersion(said["version"])
    code, own, elders = said.get("code"), _origin(said), said.get("elders")
    if not isinstance(code, str):
        raise Unreadable("no code")
    elders = [] if elders is None else elders
    if not isinstance(elders, list) or len(elders) > MAX_ELDERS:
        raise Unreadable("elders are a list, and not a long one")
    before = tuple(_elder(elder, own.device) for elder in elders)
    return Wish(code[:40], own.public_key, own.succeeds, own.begins, before)


def _origin(said: dict[str, Any]) -> Origin:
    key, succeeds, begins = (
        said.get(word) for word in ("public_key", "succeeds", "begins")
    )
    succeeds = "" if succeeds is None else succeeds
    begins = 1 if begins is None else begins
    if not isinstance(key, str) or not _is_seq(begins):
        raise Unreadable("no key, or begins is no seq")
    if not isinstance(succeeds, str) or not re.fullmatch("([0-9a-f]{32})?", succeeds):
        raise Unreadable("succeeds is a device")
    origin = Origin(base64.b64decode(key, validate=True), succeeds, begins)
    if len(origin.public_key) != PUBLIC_KEY_BYTES or (begins > 1 and not succeeds):
        raise Unreadable("not a key, or a beginning without a device before it")
    if succeeds:
        _check_predecessor(said.get("predecessor"), origin)
    return origin


def _check_predecessor(said: object, origin: Origin) -> None:
    """BadSignature unless the device before signed that this one is its successor.

    Enrolled without the succession, it would bring the old one's rows as its own, and
    what it goes on with would be held. So it is not enrolled: the tablet keeps its rows
    and tells whoever typed the code, which can be used again.
    """
    if said is None:
        raise BadSignature("not signed by the device before it")
    if not isinstance(said, dict):
        raise Unreadable("a predecessor is a key and a signature")
    key, signature = said.get("public_key"), said.get("signature")
    if not isinstance(key, str) or not isinstance(signature, str):
        raise Unreadable("a predecessor is a key and a signature")
    if not is_predecessor(
        base64.b64decode(key, validate=True),
        base64.b64decode(signature, validate=True),
        origin.device,
        origin.succeeds,
        origin.begins,
    ):
        raise BadSignature("not signed by the device before it")


def _elder(said: object, device: str) -> Origin:
    """One that signed, with its own key, that it was the file of this device."""
    if not isinstance(said, dict) or not isinstance(said.get("signature"), str):
        raise Unreadable("an elder is an object with a signature")
    elder = _origin(said)
    signature = base64.b64decode(said["signature"], validate=True)
    if not is_elder(elder.public_key, signature, device, elder.succeeds, elder.begins):
        raise Unreadable("not signed by the elder")
    return elder


def _is_seq(value: object) -> bool:
    return type(value) is int and 1 <= value <= MAX_SEQ


# ── the bundle ───────────────────────────────────────────────────────────────


def _bundle(request: HttpRequest, device: str, sent: Sent, body: bytes) -> HttpResponse:
    if signed_first(request, device, body) != 0:
        return _unknown(sent)
    row = Device.objects.filter(id=device, removed_at=None).first()
    if row is None:
        return _unknown(sent)
    keys = online_keys()
    version, signed = signed_bundle(row, keys)
    tag = f'"{version}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304, headers={"ETag": tag})
    Device.objects.filter(id=device).update(bundle_given=version)
    reply = _say(200, sent, keys=keys.signed_keys, bundle=signed)
    reply["ETag"] = tag
    return reply
