"""What does a device send to central? The requests of the OpenAPI document.

Nothing is parsed by these: feedback/wire.py reads the bytes. They describe it.
"""

from __future__ import annotations

from typing import Any

from central.spoken import (
    BUNDLE_ANSWERS,
    ENROLMENT_ANSWERS,
    KEY_PATTERN,
    LOG_ANSWERS,
)
from feedback.answer import FFT_MODES
from feedback.strict_json import MAX_DEPTH
from feedback.wire import (
    MAX_ANSWERS,
    MAX_BYTES,
    MAX_ELDERS,
    MAX_SEQ,
    VALUE_CHARS,
    VERSION,
    WORD_CHARS,
)

_STRICT = (
    f"UTF-8 without a mark, at most {MAX_BYTES:,} bytes as sent and unpacked. No key "
    f"twice, nothing more than {MAX_DEPTH} deep, no number of more than 17 characters "
    "without a point; where a whole number is asked for, none with a point. In "
    "a `status` less makes the whole unreadable: see there."
)

# ── what any value may be ────────────────────────────────────────────────────

_NUMBER = {"type": "number", "minimum": -MAX_SEQ, "maximum": MAX_SEQ}


def _any_of(text: dict[str, Any], number: dict[str, Any], name: str) -> dict[str, Any]:
    inner = {"$ref": f"#/components/schemas/{name}"}
    return {
        "anyOf": [
            {"type": ["null", "boolean"]},
            number,
            text,
            {"type": "array", "items": inner},
            {
                "type": "object",
                "propertyNames": text,
                "additionalProperties": inner,
            },
        ]
    }


_MORE = {"$ref": "#/components/schemas/AnyValue"}  # words of a later version

# ── the log ──────────────────────────────────────────────────────────────────

_SEQ = {"type": "integer", "minimum": 1, "maximum": MAX_SEQ}
_COUNT = {**_SEQ, "minimum": 0}
_WORD = {"type": "string", "maxLength": WORD_CHARS}
_ANSWER = {
    "type": "object",
    "additionalProperties": False,
    "required": [
        "response", "survey", "question", "value", "ward", "mode", "answered_at"
    ],
    "properties": {
        "response": {**_WORD, "description": "UUIDv7, lower case"},
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
        "answered_at": {
            **_WORD,
            "description": "UTC, RFC 3339, milliseconds, by the device's clock",
        },
    },
    "example": {
        "response": "0193a2c4-7b1e-7c3a-9f10-2b6d5e4f8a01",
        "survey": "inpatient@1",
        "question": "fft",
        "value": "very_good",
        "ward": "W-ELM",
        "mode": "kiosk",
        "answered_at": "2026-11-20T10:00:00.000Z",
    },
}  # fmt: skip
_BATCH = {
    "type": "object",
    "required": ["version", "first", "last", "answers"],
    "additionalProperties": _MORE,
    "properties": {
        "version": {"type": "integer", "const": VERSION},
        "first": {**_SEQ, "description": "The seq of the first answer, or the next."},
        "last": {**_COUNT, "description": "The log's highest seq."},
        "purged_to": {
            **_COUNT,
            "type": ["integer", "null"],
            "description": "Rows up to here are gone; believed after a gap answer.",
        },
        "answers": {
            "type": "array",
            "maxItems": MAX_ANSWERS,
            "items": {
                "anyOf": [
                    {"$ref": "#/components/schemas/Answer"},
                    {"type": "string", "description": "base64 of a refused answer"},
                    {"$ref": "#/components/schemas/AnyValue"},
                ]
            },
            "description": "By their place: the first is row `first`. One that cannot "
            "stand, and any other JSON value, is held with the reason, and the log "
            "moves on.",
        },
        "status": {
            "type": "object",
            "additionalProperties": {"$ref": "#/components/schemas/StatusValue"},
            "properties": {
                "unsent": {"$ref": "#/components/schemas/StatusValue"},
                "bundle": {"$ref": "#/components/schemas/StatusValue"},
                "clock": {"$ref": "#/components/schemas/StatusValue"},
            },
            "description": "How the machine is: `unsent` answers, the `bundle` it "
            "holds, its `clock`, and what else it says. A word whose name or value has "
            "what no database keeps (a NUL, half a character), a number that readers "
            f"round (beyond {MAX_SEQ}), NaN, or more than {MAX_DEPTH - 2} lists and "
            "objects within one another is dropped and the rest is kept. Of more than "
            "20,000 characters only their number is kept.",
        },
    },
}
_ENCODING = {
    "name": "Content-Encoding",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "enum": ["gzip", "identity", ""]},
    "description": "gzip of one member, with nothing after it; empty is as "
    "`identity`. Any other encoding is unreadable.",
}

# ── enrolment ────────────────────────────────────────────────────────────────

_PUBLIC_KEY = {
    "type": "string",
    "pattern": KEY_PATTERN,
    "description": "Ed25519, base64",
}
_SIGNATURE = {"type": "string", "pattern": "^[A-Za-z0-9+/]{86}==$"}
_ORIGIN = {
    "public_key": _PUBLIC_KEY,
    "succeeds": {
        "type": ["string", "null"],
        "pattern": "^([0-9a-f]{32})?$",
        "description": "The device that this log belonged to before.",
    },
    "begins": {
        "type": ["integer", "null"],
        "minimum": 1,
        "maximum": MAX_SEQ,
        "description": "The first row of its own; more than 1 only after another.",
    },
    "predecessor": {
        "type": ["object", "null"],
        "required": ["public_key", "signature"],
        "additionalProperties": _MORE,
        "properties": {
            "public_key": _PUBLIC_KEY,
            "signature": {
                **_SIGNATURE,
                "description": "Ed25519, base64, by this key over `wardvoice1 "
                "successor`, the fingerprint of the key that succeeds it, succeeds and "
                "begins, joined by newlines.",
            },
        },
        "description": "Needed where `succeeds` names a device, and read only there: "
        "that device's key, and its signature. Without it, with another key or with a "
        "wrong signature nothing is enrolled: 401. The code is not spent.",
    },
}
_ELDER = {
    "type": "object",
    "required": ["public_key", "signature"],
    "additionalProperties": _MORE,
    "properties": {
        **_ORIGIN,
        "signature": {
            **_SIGNATURE,
            "description": "Ed25519, base64, by the elder's key over `wardvoice1 "
            "elder`, the device that enrols, succeeds or nothing, and begins, joined "
            "by newlines. A wrong one is unreadable.",
        },
    },
}
_ENROLMENT = {
    "type": "object",
    "required": ["version", "code", "public_key"],
    "additionalProperties": _MORE,
    "properties": {
        "version": {"type": "integer", "const": VERSION},
        "code": {
            "type": "string",
            "description": "As it was typed. Only its first 40 characters are read.",
        },
        **_ORIGIN,
        "elders": {
            "type": ["array", "null"],
            "maxItems": MAX_ELDERS,
            "items": _ELDER,
            "description": "The devices that this file was before its forks, the "
            "oldest first. One that central does not know is enrolled with this one.",
        },
    },
}

# ── the bundle ───────────────────────────────────────────────────────────────

_IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "schema": {"type": "string"},
    "description": "The ETag of the bundle that the device holds.",
}

# ── all together ─────────────────────────────────────────────────────────────

COMPONENTS = {
    "Answer": _ANSWER,
    "AnyValue": _any_of({"type": "string"}, _NUMBER, "AnyValue"),
    "StatusValue": _any_of({"type": "string"}, {"type": "number"}, "StatusValue"),
}
DEVICE = {
    "type": "string",
    "pattern": "^[0-9a-f]{32}$",
    "description": "The fingerprint of its key.",
}
_SECURITY = [{"device": list[str]()}]


def _body(schema: dict[str, Any]) -> dict[str, Any]:
    content = {"application/json": {"schema": schema}}
    return {"required": True, "description": _STRICT, "content": content}


LOG_EXTRA = {
    "security": _SECURITY,
    "parameters": [_ENCODING],
    "requestBody": _body(_BATCH),
    "responses": LOG_ANSWERS,
}
ENROLMENT_EXTRA = {
    "security": _SECURITY,
    "requestBody": _body(_ENROLMENT),
    "responses": ENROLMENT_ANSWERS,
}
BUNDLE_EXTRA = {
    "security": _SECURITY,
    "parameters": [_IF_NONE_MATCH],
    "responses": BUNDLE_ANSWERS,
}
