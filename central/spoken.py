"""What does central say to a device? The answers of the OpenAPI document.

Nothing is made by these: central/api.py writes the words. They describe it, and tests
hold the two together. What a device sends is in central/asked.py.
"""

from __future__ import annotations

from typing import Any, Literal

from ninja import Field, Schema

from feedback.wire import MAX_SEQ, SIGNATURE_HEADER

_SHA256 = Field(
    pattern="^[0-9a-f]{64}$",
    description="SHA-256 of the request's body as it was sent: of an empty body too.",
)
_NOW = Field(
    pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$",
    description="Central's clock: UTC, RFC 3339, milliseconds.",
)
KEY_PATTERN = "^[A-Za-z0-9+/]{43}=$"  # 32 bytes


class Said(Schema):
    """Every reply names the body that it answers. One without is not central's."""

    sha256: str = _SHA256


class Appended(Said):
    """All rows up to `have` are committed."""

    have: int = Field(ge=0, le=MAX_SEQ)
    bundle: int = Field(ge=0, description="The newest version of the bundle.")
    now: str = _NOW


class GapTold(Said):
    """`first` is past `have` + 1. Nothing of the batch was stored."""

    why: Literal["gap"]
    have: int = Field(ge=0, le=MAX_SEQ)


class ForkTold(Said):
    """Row `at` is another one here, or this log is shorter than central's."""

    why: Literal["fork"]
    at: int = Field(ge=1, le=MAX_SEQ)


class UnknownTold(Said):
    """Unknown or removed device, or a bad or missing signature: always the same."""

    why: Literal["device"]


class UnreadableTold(Said):
    """These bytes are no batch."""

    why: Literal["unreadable"]


class VersionTold(Said):
    """A later version than central knows."""

    why: Literal["version"]
    most: int = Field(ge=1, description="The latest version that central knows.")


class TooLargeTold(Said):
    """Send less at once."""

    why: Literal["large"]


class TroubleTold(Said):
    """Not an answer: try again later."""

    why: Literal["trouble"]


class CodeTold(Said):
    """The code is wrong, used or too old."""

    why: Literal["code"]


class Enrolled(Said):
    """The device is one of ours. `words` are to be compared on two screens."""

    device: str = Field(pattern="^[0-9a-f]{32}$")
    root: str = Field(
        pattern=KEY_PATTERN,
        description="The organisation's root public key, Ed25519, base64.",
    )
    words: str
    wards: list[str] = Field(description="Codes of the wards that it may answer for.")
    now: str = _NOW


class BundleGiven(Said):
    """Two signed documents, as texts: see feedback/bundle.py."""

    keys: str
    bundle: str


# ── what stands around an answer ─────────────────────────────────────────────

ABOUT = (
    "What a kiosk, a gateway and their agents say to central.\n\n"
    "Only an answer that names the request's body by its SHA-256 is central's. The "
    "server, or a proxy in front of it, may also say 400 (this is no HTTP, or for "
    "another host), 404 (no such address), 405 (with `Allow`), 413, 431 or 5xx, empty "
    "or with a page of its own: try again later. Redirects are not to be followed. "
    "A body may come with a Content-Length or in chunks. Of a header that comes twice, "
    "and of a query, nothing is read."
)
SECURITY_SCHEMES = {
    "device": {
        "type": "apiKey",
        "in": "header",
        "name": SIGNATURE_HEADER,
        "description": "`first=N, ed25519=BASE64`: the device's signature over "
        "`wardvoice1`, method, path, N and the SHA-256 of the body as sent (64 hex "
        "digits), joined by newlines. N is the body's `first`; 0 where it has none. "
        "There is no clock in it.",
    }
}
_DESCRIPTIONS = {
    400: "No version that central knows, or bytes that it does not read. Empty, and "
    "not central's answer, when the body broke off.",
    401: "Unknown or removed device, or not its signature: always in the same words.",
    413: "Too large, as sent or unpacked. Nothing was read: send less at once.",
    431: "More than 16 kB of headers. Empty, and not central's answer.",
    503: "Central cannot answer now: its database, keys or surveys.",
}
_RETRY_AFTER = {
    "description": "Seconds.",
    "required": True,
    "schema": {"type": "string"},
}
_ETAG = {
    "description": "The bundle's version, in quotes: send it as If-None-Match.",
    "required": True,
    "schema": {"type": "string", "pattern": '^"[0-9]+"$'},
}


def answers_extra(more: dict[int, Any]) -> dict[int, Any]:
    """What the shapes above do not say of an operation's answers, with `more` of it."""
    said: dict[int, Any] = {
        status: {"description": words} for status, words in _DESCRIPTIONS.items()
    }
    said[503]["headers"] = {"Retry-After": _RETRY_AFTER}
    for status, extra in more.items():
        said[status] = {**said.get(status, {}), **extra}
    return said


LOG_ANSWERS = answers_extra(
    {
        200: {"description": "Rows up to `have` are committed."},
        409: {"description": "Nothing of the batch was stored."},
    }
)
ENROLMENT_ANSWERS = answers_extra(
    {
        200: {"description": "The same answer for the same code and key, later too."},
        401: {
            "description": "Not signed by its own key, or not by that of the device "
            "that it succeeds: always in the same words."
        },
        403: {"description": "The code is wrong, used or too old."},
    }
)
BUNDLE_ANSWERS = answers_extra(
    {
        200: {"description": "What to ask now.", "headers": {"ETag": _ETAG}},
        304: {"description": "Unchanged.", "headers": {"ETag": _ETAG}},
        400: {"description": "Empty: a body broke off. It needs none."},
    }
)
