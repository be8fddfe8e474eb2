"""A device as central meets it: a key, a log of rows, and signed requests.

Not the real agent on purpose: a test here must be able to send what an agent never
would. The real log and agent meet central in tests/journey/.
"""

import base64
import gzip
import json
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta

from django.test import Client
from nacl.signing import SigningKey

from feedback.answer import WIRE_WORDS, Answer, device_id, new_response, utc_text
from feedback.wire import (
    SIGNATURE_HEADER,
    pack,
    sha256,
    signature_header,
    successor_text,
)

WARD = "W-ELM"
SURVEY = "inpatient@1"


@dataclass
class Said:
    """Central's reply: its status, and its JSON once its sha256 is checked."""

    status: int
    words: dict
    headers: dict

    @property
    def have(self):
        return self.words.get("have")

    @property
    def why(self):
        return self.words.get("why")


@dataclass
class Tablet:
    """Sends signed requests through `client` (Django's, or one that has `.generic`)."""

    client: Client
    key: SigningKey = field(default_factory=SigningKey.generate)
    rows: list[Answer] = field(default_factory=list)
    begins: int = 1
    key_before: SigningKey | None = None

    @property
    def public_key(self):
        return bytes(self.key.verify_key)

    @property
    def id(self):
        return device_id(self.public_key)

    @property
    def last(self):
        return self.begins + len(self.rows) - 1

    # ── the log ──────────────────────────────────────────────────────────────

    def say(self, value="very_good", question="fft", response=None, at=None, **words):
        """Add one row to the log, and return it."""
        said = {
            "response": response or new_response(),
            "survey": SURVEY,
            "question": question,
            "value": value,
            "ward": WARD,
            "mode": "kiosk",
            "answered_at": at or "2026-11-20T10:00:00.000Z",
        }
        row = Answer(device=self.id, seq=self.last + 1, **(said | words))
        self.rows.append(row)
        return row

    def say_many(self, count, **words):
        return [self.say(**words) for _ in range(count)]

    def twin(self):
        """The same file on another machine: a clone, or a copy from a backup."""
        return replace(self, rows=list(self.rows))

    def successor(self, at):
        """What the log becomes when it takes a new key from row `at` on."""
        new = Tablet(self.client, begins=at, key_before=self.key)
        new.rows = [replace(row, device=new.id) for row in self.rows if row.seq >= at]
        return new

    # ── the wire ─────────────────────────────────────────────────────────────

    def path(self, end="log"):
        return f"/api/v1/devices/{self.id}/{end}"

    def send(self, first=1, count=1000, status=None, purged_to=None, zip=False):
        """A batch of the log's rows from `first` on."""
        start = first - self.begins
        rows = self.rows[max(0, start) : start + count]
        return self.send_raw(
            pack(first, self.last, rows, status or {}, purged_to), first, zip
        )

    def send_values(self, first, values, last=None):
        """A batch whose answers are any JSON values."""
        body = json.dumps(
            {
                "version": 1,
                "first": first,
                "last": self.last if last is None else last,
                "answers": values,
                "status": {},
            }
        ).encode()
        return self.send_raw(body, first)

    def send_raw(self, body, first=1, zip=False, headers=None):
        body = gzip.compress(body) if zip else body
        encoding = {"Content-Encoding": "gzip"} if zip else {}
        return self.ask(
            "POST", self.path(), body, first, {**encoding, **(headers or {})}
        )

    def bundle(self, headers=None):
        return self.ask("GET", self.path("bundle"), b"", 0, headers or {})

    def ask(self, method, path, body, first, headers=None):
        signed = {
            SIGNATURE_HEADER: signature_header(
                lambda text: self.key.sign(text).signature, method, path, first, body
            )
        }
        return self.plain(method, path, body, {**signed, **(headers or {})})

    def plain(self, method, path, body, headers):
        came = self.client.generic(
            method, path, body, content_type="application/json", headers=headers
        )
        words = json.loads(came.content) if came.content else {}
        if words:
            assert words["sha256"] == sha256(body), "a reply to some other body"
        return Said(came.status_code, words, dict(came.headers))

    def enrol(self, code, succeeds=None, begins=None):
        body = json.dumps(
            {
                "version": 1,
                "code": code,
                "public_key": base64.b64encode(self.public_key).decode(),
                "succeeds": succeeds,
                "begins": begins,
                "predecessor": self.predecessor(succeeds, begins),
            }
        ).encode()
        return self.ask("POST", "/api/v1/enrolments", body, 0)

    def predecessor(self, succeeds, begins):
        """What the key before this one says of it, as an agent sends it."""
        if self.key_before is None:
            return None
        return signed_before(self.key_before, self.id, succeeds, begins)


def signed_before(key, device, succeeds, begins):
    """What this key signs for its successor `device`."""
    signed = key.sign(successor_text(device, succeeds or "", begins or 1))
    return {
        "public_key": base64.b64encode(bytes(key.verify_key)).decode(),
        "signature": base64.b64encode(signed.signature).decode(),
    }


def wire(row: Answer, **words):
    """The seven words of a row, with some of them changed."""
    said = asdict(row) | words
    return {word: said[word] for word in (*WIRE_WORDS, *words)}


def minutes(moment: datetime, count: float) -> str:
    return utc_text(moment + timedelta(minutes=count))
