"""How does central come to know this device?

A one-time code from central, and a signature with the key that was minted with the
file. Nothing secret leaves the machine. After a fork the log takes a new key first,
and enrols as the successor of the old one, whose key still lies in the file and signs
that.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, replace
from typing import Any

from nacl.signing import SigningKey

from feedback.identity import Elder
from feedback.log import CENTRAL, ROOT, Log
from feedback.short_words import short_words
from feedback.wire import (
    MAX_ELDERS,
    SIGNATURE_HEADER,
    VERSION,
    Unreadable,
    elder_text,
    read_json,
    sha256,
    signature_header,
    successor_text,
)
from sync.connection import Came, Connection, not_central
from sync.errors import TROUBLES, EnrolError, NoAnswer
from sync.status import read_report, write_report
from sync.world import World

PATH = "/api/v1/enrolments"
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base32
CODE_CHARS = 10
_LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1", " ": "", "-": ""})


@dataclass(frozen=True, slots=True)
class Enrolled:
    device: str
    words: str  # to compare with the ones on central's screen
    wards: tuple[str, ...]


def read_code(typed: str) -> str:
    """The code as central wrote it, `ABCDE-FGHJK`, however it was typed."""
    code = typed.strip().upper().replace("–", "-").translate(_LOOKALIKES)
    strange = sorted(set(code) - set(ALPHABET))
    if strange:
        raise EnrolError(f"a code has no {' '.join(strange)}: look at it once more")
    if len(code) != CODE_CHARS:
        raise EnrolError(f"a code has {CODE_CHARS} letters and digits, not {len(code)}")
    return f"{code[:5]}-{code[5:]}"


def enrol(log: Log, url: str, typed: str, world: World) -> Enrolled:
    """Make central know this log's key, and the log know central and its root key.

    EnrolError, in words, when it did not happen; the same code may be typed again.
    """
    code = read_code(typed)
    _succeed(log)
    connection = Connection(url, world.clock, world.way)
    try:
        answer = _ask(log, connection, code)
    finally:
        connection.close()
    enrolled = _checked(log, answer)
    with log.transaction():
        log.set_note(CENTRAL, url)
        log.set_note(ROOT, answer["root"])
        report = replace(read_report(log), state="enrolled", device=log.device, at=0)
        write_report(log, report, world.now())  # the running agent begins afresh
    return enrolled


def _succeed(log: Log) -> None:
    """Take a new key if central has said that this file and it have parted ways."""
    report = read_report(log)
    if report.state == "fork" and report.device == log.device:
        # Central may know rows that this file never had: they are not ours to rename.
        log.fork(min(max(report.at, 1), log.last + 1))


def _ask(log: Log, connection: Connection, code: str) -> dict[str, Any]:
    old, begins = log.succeeds or ("", None)
    request = {
        "version": VERSION,
        "code": code,
        "public_key": _text(log.public_key),
        "succeeds": old or None,
        "begins": begins,
        "predecessor": _predecessor(log.key_before, log.device, old, begins or 1),
        "elders": [_elder(one, log.device) for one in log.elders()[-MAX_ELDERS:]],
    }
    body = json.dumps(request).encode()
    headers = {
        "Content-Type": "application/json",
        SIGNATURE_HEADER: signature_header(log.sign, "POST", PATH, 0, body),
    }
    try:
        came = connection.ask("POST", PATH, headers, body)
        return _read(came, body)
    except NoAnswer as error:
        code_words = f" (HTTP {error.http_status})" if error.http_status else ""
        raise EnrolError(
            f"the request {TROUBLES[error.trouble]}{code_words}. "
            "Nothing is lost; type the same code again when that is mended"
        ) from error


def _elder(elder: Elder, device: str) -> dict[str, object]:
    """A device that this file was. A central that was restored to before that one was
    enrolled would refuse its rows, and nobody could enrol it again."""
    succeeds, begins = elder.succeeds, elder.begins
    return {
        "public_key": _text(elder.public_key),
        "succeeds": succeeds or None,
        "begins": begins,
        "predecessor": _predecessor(elder.key_before, elder.device, succeeds, begins),
        "signature": _text(elder.sign(elder_text(device, succeeds, begins))),
    }


def _predecessor(
    key: SigningKey | None, device: str, succeeds: str, begins: int
) -> dict[str, str] | None:
    """The key of the device `succeeds`, which a restored central may not know, and its
    signature that `device` is its successor."""
    if key is None:
        return None
    signed = key.sign(successor_text(device, succeeds, begins))
    return {
        "public_key": _text(bytes(key.verify_key)),
        "signature": _text(signed.signature),
    }


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _read(came: Came, body: bytes) -> dict[str, Any]:
    try:
        data = read_json(came.content)
    except Unreadable as error:
        raise not_central(came, body) from error
    if not isinstance(data, dict) or data.get("sha256") != sha256(body):
        raise not_central(came, body)
    if came.status == 200:
        return data
    raise EnrolError(_refusal(came.status, data))


def _refusal(status: int, data: dict[str, Any]) -> str:
    if status == 403:
        return (
            "central does not take this code: it was mistyped, is used up or is too "
            "old. Get a new one from central"
        )
    if status == 400 and data.get("why") == "version":
        return "central is older than this program and must be updated first"
    if status == 401:
        return "central could not check this device's signature"
    if status >= 500 or status == 429:
        return "central cannot enrol devices at the moment. Try again in a minute"
    return f"central refused (HTTP {status}, {str(data.get('why', ''))[:40]})"


def _checked(log: Log, answer: dict[str, Any]) -> Enrolled:
    if answer.get("device") != log.device:
        raise EnrolError(
            "central enrolled another key than this device's: something on the way "
            "changes what is sent. Tell central's administrator, and remove the device"
        )
    wards = answer.get("wards")
    if not isinstance(wards, list) or not _is_key(answer.get("root")):
        raise EnrolError("central's answer lacks the wards or the organisation's key")
    return Enrolled(
        log.device, short_words(log.public_key), tuple(str(ward) for ward in wards)
    )


def _is_key(text: object) -> bool:
    try:
        return (
            isinstance(text, str) and len(base64.b64decode(text, validate=True)) == 32
        )
    except ValueError:
        return False
