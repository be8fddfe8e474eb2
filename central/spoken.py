"""What do the device addresses take and say? The shapes of the OpenAPI document.

Nothing is parsed by these: feedback/wire.py reads the bytes. They describe it.
"""

from __future__ import annotations

from typing import Any, Literal

from ninja import Field, Schema

from feedback.answer import FFT_MODES
from feedback.wire import (
    MAX_ANSWERS,
    MAX_ELDERS,
    MAX_SEQ,
    SIGNATURE_HEADER,
    VALUE_CHARS,
    VERSION,
    WORD_CHARS,
)

_SHA256 = Field(
    pattern="^[0-9a-f]{64}$",
    description="SHA-256 of the request's body as it was sent: of an empty body too.",
)


class Said(Schema):
    """Every reply names the body that it answers. One without is not central's."""

    sha256: str = _SHA256


class Appended(Said):
    """All rows up to `have` are committed."""

    have: int = Field(ge=0)
    bundle: int = Field(ge=0, description="The newest version of the bundle.")
    now: str = Field(description="Central's clock: UTC, RFC 3339, milliseconds.")


class GapTold(Said):
    """`first` is past `have` + 1. Nothing of the batch was stored."""

    why: Literal["gap"]
    have: int = Field(ge=0)


class ForkTold(Said):
    """Row `at` is another one here, or this log is shorter than central's."""

    why: Literal["fork"]
    at: int = Field(ge=1)


class UnknownTold(Said):
    """Unknown or removed device, or a bad signature: always the same."""

    why: Literal["device"]


class UnreadableTold(Said):
    """These bytes are no batch."""

    why: Literal["unreadable"]


class VersionTold(Said):
    """A later version than central knows."""

    why: Literal["version"]
    most: int


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
    root: str = Field(description="The organisation's root public key, base64.")
    words: str
    wards: list[str]
    now: str


class BundleGiven(Said):
    """Two signed documents, as texts: see feedback/bundle.py."""

    keys: str
    bundle: str


# ── what is sent ─────────────────────────────────────────────────────────────

_SEQ = {"type": "integer", "minimum": 1, "maximum": MAX_SEQ}
_WORD = {"type": "string", "maxLength": WORD_CHARS}
_ANSWER = {
    "type": "object",
    "additionalProperties": False,
    "required": [
        "response", "survey", "question", "value", "ward", "mode", "answered_at"
    ],
    "properties": {
        "response": {**_WORD, "description": "UUIDv7"},
        "survey": {**_WORD, "description": "id@version"},
        "question": _WORD,
        "value": {
            "type": "string",
            "maxLength": VALUE_CHARS,
            "description": "An option's key, several joined by spaces, a sealed "
            "comment; empty takes the answer back; or `erased`.",
        },
        "ward": _WORD,
        "mode": {"type": "string", "enum": list(FFT_MODES)},
        "answered_at": {**_WORD, "description": "UTC, RFC 3339, milliseconds"},
    },
}  # fmt: skip
_BATCH = {
    "type": "object",
    "required": ["version", "first", "last", "answers"],
    "properties": {
        "version": {"type": "integer", "const": VERSION},
        "first": {**_SEQ, "description": "The seq of the first answer, or the next."},
        "last": {**_SEQ, "minimum": 0, "description": "The log's highest seq."},
        "purged_to": {
            **_SEQ,
            "minimum": 0,
            "description": "Rows up to here are gone; believed after a gap answer.",
        },
        "answers": {
            "type": "array",
            "maxItems": MAX_ANSWERS,
            "items": {
                "anyOf": [
                    _ANSWER,
                    {"type": "string", "description": "base64 of a refused answer"},
                ]
            },
            "description": "Any other JSON value is kept aside, and the log moves on.",
        },
        "status": {"type": "object"},
    },
}
_ELDER = {
    "type": "object",
    "required": ["public_key", "signature"],
    "properties": {
        "public_key": {"type": "string", "description": "Ed25519, base64"},
        "succeeds": {"type": ["string", "null"], "pattern": "^[0-9a-f]{32}$"},
        "begins": {"type": ["integer", "null"], "minimum": 1, "maximum": MAX_SEQ},
        "signature": {
            "type": "string",
            "description": "base64, by the elder's key over `wardvoice1 elder`, the "
            "device that enrols, succeeds or nothing, and begins, joined by newlines.",
        },
    },
}
_ENROLMENT = {
    "type": "object",
    "required": ["version", "code", "public_key"],
    "properties": {
        "version": {"type": "integer", "const": VERSION},
        "code": {"type": "string", "maxLength": 40},
        "public_key": {"type": "string", "description": "Ed25519, base64"},
        "succeeds": {"type": ["string", "null"], "pattern": "^[0-9a-f]{32}$"},
        "begins": {"type": ["integer", "null"], "minimum": 1, "maximum": MAX_SEQ},
        "elders": {
            "type": ["array", "null"],
            "maxItems": MAX_ELDERS,
            "items": _ELDER,
            "description": "The devices that this file was before its forks, the "
            "oldest first. One that central does not know is enrolled with this one.",
        },
    },
}
_SIGNATURE = {
    "name": SIGNATURE_HEADER,
    "in": "header",
    "required": True,
    "schema": {"type": "string"},
    "description": "first=N, ed25519=BASE64 over wardvoice1, method, path, N and the "
    "SHA-256 of the body as sent, joined by newlines.",
}
_ENCODING = {
    "name": "Content-Encoding",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "enum": ["gzip", "identity"]},
}
_IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "schema": {"type": "string"},
}


def _body(schema: dict[str, Any]) -> dict[str, Any]:
    return {"required": True, "content": {"application/json": {"schema": schema}}}


LOG_EXTRA = {
    "parameters": [_SIGNATURE, _ENCODING],
    "requestBody": _body(_BATCH),
}
ENROLMENT_EXTRA = {"parameters": [_SIGNATURE], "requestBody": _body(_ENROLMENT)}
BUNDLE_EXTRA = {"parameters": [_SIGNATURE, _IF_NONE_MATCH]}
