"""The table of bad requests: what is sent, and the right answer to it.

Each row is what one device may send to its own log, on a socket. D-numbers are those of
the project's list of bad inputs; where it says another answer, the design wins: nothing
authentic is refused, so a bad answer in a good batch is held.
"""

import base64
import gzip
import json
import zlib
from dataclasses import dataclass
from functools import cache

from nacl.public import PublicKey, SealedBox
from nacl.signing import SigningKey

from feedback.seal import new_key_pair, seal
from feedback.wire import MAX_ANSWERS, MAX_BYTES
from tests.central.raw import CANARY, answer

NUL, SURROGATE = f"{CANARY}\0", f"{CANARY}\ud800"


@dataclass(frozen=True)
class Row:
    """`make` gives the bytes for a Sender. `kept` and `held`: how many of its answers
    are at central afterwards, among the answers and aside. `closed`: the server hangs
    up after that one answer, so nothing that follows is taken for a request."""

    number: str
    name: str
    make: object
    status: int
    why: str = ""
    kept: int = 0
    held: str = ""  # the reason, of one answer
    closed: bool = False
    half_close: bool = False

    def __str__(self):
        return f"{self.number} {self.name}"


def refused(number, name, make, status, why="", **more):
    return Row(number, name, make, status, why, **more)


def unreadable(number, bodies):
    """Bodies that are no batch: made from a good one."""
    return [
        Row(number, name, lambda s, b=body: s.request(b(s)), 400, "unreadable")
        for name, body in bodies.items()
    ]


def held(number, reason, changes):
    """Answers that cannot stand, in a good batch."""
    return [
        Row(
            number,
            name,
            lambda s, b=bad: s.request(s.batch([b() if callable(b) else b])),
            200,
            held=reason,
        )
        for name, bad in changes.items()
    ]


# ── D1: framing ──────────────────────────────────────────────────────────────


def smuggled(s):
    """A second request, where a proxy that believes the length sees a body."""
    second = b"POST /api/v1/enrolments HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    lines = (f"Content-Length: {len(second) + 5}",)
    return s.chunked(b"", b"0", b"\r\n" + second, lines)


def lengths(*values):
    def make(s):
        body = s.good()
        lines = [f"Content-Length: {value(len(body))}" for value in values]
        return s.head(body, *lines) + body

    return make


def with_size(size, end=b"\r\n0\r\n\r\n"):
    return lambda s: s.chunked(s.good(), size, end)


_SHORT = {"closed": True, "half_close": True}
FRAMING = [
    refused("D1", "half a body", lengths(lambda n: n + 10), 400, **_SHORT),
    # Read as it says, the body is another one than was signed.
    refused("D1", "a length too short", lengths(lambda n: n - 9), 401, "device",
            closed=True),
    refused("D1", "a length below nothing", lengths(lambda _: -1), 400, closed=True),
    refused("D1", "a length with a sign", lengths(lambda n: f"+{n}"), 400, closed=True),
    refused("D1", "two lengths", lengths(lambda n: n, lambda n: n - 1), 400,
            closed=True),
    refused("D1", "no length", lengths(), 401, "device", closed=True),
    Row("D1", "sound chunks", lambda s: s.chunked(s.good()), 200, kept=1),
    refused("D1", "a chunk without a size", with_size(b"zz"), 400, "",
            closed=True),
    refused("D1", "a chunk's size too small", with_size(b"9"), 400, "",
            closed=True),
    refused("D1", "a chunk's size too large", with_size(b"fff"), 400, "",
            **_SHORT),
    refused("D1", "a chunk's size below nothing", with_size(b"-1"), 400, "",
            closed=True),
    refused("D1", "a chunk's size beyond all", with_size(b"f" * 17), 400, "",
            closed=True),
    # RFC 9112, 6.3: the chunks count, and the connection ends.
    Row("D1", "a length and chunks", lambda s: s.chunked(
        s.good(), lines=("Content-Length: 4",)), 200, kept=1, closed=True),
    refused("D1", "a request smuggled behind chunks", smuggled, 400, "unreadable",
            closed=True),
]  # fmt: skip

# ── D2: gzip ─────────────────────────────────────────────────────────────────


@cache
def bomb(megabytes):
    """Zeros: a block of ten million, packed once and repeated."""
    packer = zlib.compressobj(9, wbits=31)
    one = packer.compress(bytes(10_000_000)) + packer.flush(zlib.Z_FULL_FLUSH)
    again = zlib.compressobj(9, wbits=-15)
    more = again.compress(bytes(10_000_000)) + again.flush(zlib.Z_FULL_FLUSH)
    return one + more * (megabytes // 10 - 1)


def zipped(change):
    return lambda s: s.gzipped(change(gzip.compress(s.good())))


def spaces(count):
    """A sound batch of exactly so many bytes."""
    return lambda s: s.good() + b" " * (count - len(s.good()))


GZIP = [
    Row("D2", "sound gzip", zipped(lambda z: z), 200, kept=1),
    *(
        refused("D2", f"a bomb of {size:,} MB", lambda s, m=size: s.gzipped(bomb(m)),
                413, "large")
        for size in (10, 200, 900)
    ),
    *(
        refused("D2", name, zipped(change), 400, "unreadable")
        for name, change in {
            "half a gzip": lambda z: z[: len(z) // 2],
            "gzip without its check": lambda z: z[:-1],
            "gzip with a wrong check": lambda z: z[:-8] + bytes(8),
            "gzip that goes on": lambda z: z + b"x",
            "two gzips": lambda z: z + z,
            "gzip twice over": gzip.compress,
        }.items()
    ),
    refused("D2", "plain that says gzip", lambda s: s.gzipped(s.good()), 400,
            "unreadable"),
    refused("D2", "gzip that says nothing",
            lambda s: s.request(gzip.compress(s.good())), 400, "unreadable"),
    *(
        refused("D2", f"encoding {name}",
                lambda s, n=name: s.gzipped(gzip.compress(s.good()), n), 400,
                "unreadable")
        for name in ("br", "zstd", "deflate", "gzip, gzip", "x" * 200)
    ),
]  # fmt: skip

# ── D3, D4: texts and JSON ───────────────────────────────────────────────────


def status_of(text):
    """A batch whose status holds this JSON text, whatever Python would write."""
    return lambda s: s.good().replace(b'{"note":', b'{"x":%s,"note":' % text)


def answers_of(text):
    return lambda s: s.batch([]).replace(b"[]", text)


def as_text(codec):
    return lambda s: s.good().decode().encode(codec)


TEXTS = unreadable(
    "D3",
    {
        "UTF-16": as_text("utf-16"),
        "UTF-16 without a mark": as_text("utf-16-le"),
        "UTF-32": as_text("utf-32"),
        "a mark in front": as_text("utf-8-sig"),
        "no UTF-8": status_of(b'"\xff"'),
        "half a character in UTF-8": status_of(b'"\xed\xa0\x80"'),
    },
)
JSON = unreadable(
    "D4",
    {
        "nothing": lambda s: b"",
        "a list": lambda s: b"[]",
        "null": lambda s: b"null",
        "a text": lambda s: json.dumps(CANARY).encode(),
        "half a text": lambda s: s.good()[:-20],
        "two texts": lambda s: s.good() * 2,
        "a key twice": lambda s: b'{"version":1,' + s.good()[1:],
        "a key twice in an answer": answers_of(b'[{"value":1,"value":2}]'),
        "an answer NaN": answers_of(b"[NaN]"),
        "an answer 1e999": answers_of(b"[1e999]"),
        "an answer 1e17": answers_of(b"[1e17]"),
        "an answer of 5,000 digits": answers_of(b"[%s]" % (b"9" * 5_000)),
        "a status 1e17": lambda s: s.batch([]).replace(b'{"note":', b'1e17,"x":{"y":'),
        "100,000 deep": status_of(b"[" * 100_000 + b"]" * 100_000),
        "objects 100,000 deep": status_of(b'{"a":' * 100_000 + b"1" + b"}" * 100_000),
        # Python reads these, and could not write them again.
        **{
            f"an answer {deep} deep": answers_of(b"[%s]" % (b"[" * deep + b"]" * deep))
            for deep in (49, 900, 940, 945)
        },
        "no version": lambda s: s.batch([], version=None),
        "version true": lambda s: s.batch([], version=True),
        "no answers": lambda s: s.batch([], answers=None),
        "answers an object": lambda s: s.batch([], answers={}),
        "a status that is none": lambda s: s.batch([], status=None),
        "an unsigned first": lambda s: s.batch([], first=s.first + 1),
    },
)
# A word of the status that no database keeps, or that readers read in two ways, is
# dropped: each batch brings it again, and would be refused for ever.
ODD_STATUS = [
    Row("D4", f"{name} in a status", lambda s, m=make: s.request(m(s)), 200, kept=1)
    for name, make in {
        "NaN": status_of(b"NaN"),
        "Infinity": status_of(b"-Infinity"),
        "1e999": status_of(b"1e999"),
        "1e17": status_of(b"1e17"),
        "2**53": status_of(b"9007199254740992"),
        "5,000 digits": status_of(b"9" * 5_000),
        "a number inside": status_of(b'[{"a":[9007199254740992]}]'),
        "a NUL": lambda s: s.batch([answer()], status={"x": NUL}),
        "half a character": lambda s: s.batch([answer()], status={"x": SURROGATE}),
        "49 deep": status_of(b"[" * 49 + b"]" * 49),
        "400 deep": status_of(b"[" * 400 + b"]" * 400),
    }.items()
] + [
    Row("D4", "a name in a status that no database keeps", lambda s: s.request(
        s.batch([answer()], status={NUL: 1, SURROGATE: 1})), 200, kept=1),
]  # fmt: skip
MORE_JSON = [
    Row("D4", "48 deep", lambda s: s.request(status_of(b"[" * 48 + b"]" * 48)(s)), 200,
        kept=1),
    Row("D4", "a million characters as a key", lambda s: s.request(
        s.batch([answer()], status={"k" * 990_000: 1})), 200, kept=1),
    refused("D4", "half a million items", lambda s: s.request(
        answers_of(b"[" + b"0," * 499_000 + b"0]")(s)), 413, "large"),
    refused("D4", "a later version", lambda s: s.request(s.batch([], version=2)), 400,
            "version"),
]  # fmt: skip

# ── D5, D6: how many, and which ──────────────────────────────────────────────


def many(count):
    return lambda s: s.request(s.batch(answer() for _ in range(count)))


def again(s):
    body = s.batch([s.last_answer], first=s.have, last=s.have)
    return s.request(body, first=s.have)


def overlapping(s):
    """The last row that central has, and two new ones after it."""
    rows = [s.last_answer, answer(), answer()]
    return s.request(s.batch(rows, first=s.have, last=s.have + 2), first=s.have)


def in_another_order(s):
    body = s.batch([answer(), s.last_answer], first=s.have, last=s.have + 1)
    return s.request(body, first=s.have)


def past_the_end(s):
    body = s.batch([answer(), answer()], first=2**53 - 1)
    return s.request(body, first=2**53 - 1)


def as_seq(value):
    """`first` and `last` of another kind."""
    return {
        f"first {value!r}": lambda s: s.batch([], first=value),
        f"last {value!r}": lambda s: s.batch([], last=value),
        f"purged_to {value!r}": lambda s: s.batch([], purged_to=value),
    }


COUNTS = [
    Row("D5", "no answer", many(0), 200),
    Row("D5", "one answer", many(1), 200, kept=1),
    Row("D5", "as many as may be", many(MAX_ANSWERS), 200, kept=MAX_ANSWERS),
    refused("D5", "one more than may be", many(MAX_ANSWERS + 1), 413, "large"),
    Row("D5", "as large as may be", lambda s: s.request(spaces(MAX_BYTES)(s)), 200,
        kept=1),
    refused("D5", "a byte too large", lambda s: s.request(spaces(MAX_BYTES + 1)(s)),
            413, "large"),
    refused("D5", "a byte too large, packed", lambda s: s.gzipped(
        gzip.compress(spaces(MAX_BYTES + 1)(s))), 413, "large"),
    Row("D6", "all of it again", again, 200),
    Row("D6", "a third of it again", overlapping, 200, kept=2),
    refused("D6", "in another order", in_another_order, 409, "fork"),
    refused("D6", "past a gap", lambda s: s.request(
        s.batch([answer()], first=s.have + 2), first=s.have + 2), 409, "gap"),
    refused("D10", "past the last number there is", past_the_end, 400, "unreadable"),
    *unreadable("D10", {
        name: body
        for value in (True, 5.0, "5", -1, 2**53, [], {})
        for name, body in as_seq(value).items()
    }),
]  # fmt: skip

# ── D8 to D14: answers that cannot stand, and odd ones that can ──────────────

PUBLIC, _PRIVATE = new_key_pair()


def elsewhere():
    return seal(CANARY, "0193a2c4-7b1e-7c3a-9f10-2b6d5e4f8a01", "other", "k", PUBLIC)


def comment(value):
    return answer(question="better", value=value)


def boxed(raw, key=PUBLIC):
    box = SealedBox(PublicKey(key)).encrypt(raw)
    return f"seal1.main.{base64.b64encode(box).decode()}"


def lacking(word):
    return {key: value for key, value in answer().items() if key != word}


ANSWERS = (
    held(
        "D9",
        "malformed",
        {
            "no UUID": answer(response=CANARY),
            "the nil UUID": answer(response="00000000-0000-0000-0000-000000000000"),
            "upper case": answer(response="0193A2C4-7B1E-7C3A-9F10-2B6D5E4F8A01"),
            "braces": answer(response="{0193a2c4-7b1e-7c3a-9f10-2b6d5e4f8a01}"),
            "a UUIDv1": answer(response="0193a2c4-7b1e-1c3a-9f10-2b6d5e4f8a01"),
        },
    )
    + held(
        "D10",
        "malformed",
        {
            f"value {str(value)[:20]!r}": answer(value=value)
            for value in (True, 5.0, 0, None, [CANARY], NUL, SURROGATE, "x" * 24_001)
        }
        | {"no object": 7, "a text": CANARY, "a list": [CANARY], "nothing": None},
    )
    + held("D10", "value", {"an option that is none": answer(value=CANARY)})
    + held(
        "D11",
        "malformed",
        {
            "a word more": answer(note=CANARY),
            "a device of its own": answer(device="0" * 32),
            "a word less": lacking("mode"),
        },
    )
    + held("D11", "survey", {"a survey that is not here": answer(survey="x@1")})
    + held("D11", "ward", {"another ward": answer(ward="W-OAK")})
    + held("D11", "question", {"no such question": answer(question=CANARY)})
    + held("D13", "plain", {"words in the clear": comment(f"{CANARY} the food")})
    + held(
        "D12",
        "malformed",
        {"a box beyond all": comment(f"seal1.main.{'A' * 30_000}")},
    )
    + held("D12", "plain", {"half a box": comment("seal1.main.")})
    + held(
        "D14",
        "malformed",
        {
            f"at {at}": answer(answered_at=at)
            for at in (
                "2026-11-20T25:61:00.000Z",
                "2026-02-30T10:00:00.000Z",
                "2026-11-20T10:00:00.000",
                "2026-11-20T10:00:00.000+00:00",
                "2026-11-20T11:00:00.000+01:00",
                "2026-11-20T10:00:00Z",
                "0000-01-01T00:00:00.000Z",
                "10000-01-01T00:00:00.000Z",
                "1764000000",
                CANARY,
            )
        },
    )
)
# As they are they stand: what is odd about them is said where they are read.
STANDING = {
    "D12": {
        "an empty box": lambda: comment("seal1.main.AAAA"),
        "a box for another key": lambda: comment(boxed(b"x")),
        "a box of an unknown key": lambda: comment(
            boxed(b"x").replace("main", "unknown")
        ),
        "a box of another response": lambda: comment(elsewhere()),
    },
    "D14": {
        f"at {at}": lambda a=at: answer(answered_at=a)
        for at in (
            "0001-01-01T00:00:00.000Z",
            "1970-01-01T00:00:00.000Z",
            "2026-10-25T01:30:00.000Z",
            "2036-11-20T10:00:00.000Z",
            "9999-12-31T23:59:59.999Z",
        )
    },
}
ODD = [
    Row(number, name, lambda s, o=odd: s.request(s.batch([o()])), 200, kept=1)
    for number, several in STANDING.items()
    for name, odd in several.items()
]

# ── D15: who ─────────────────────────────────────────────────────────────────

STRANGER = SigningKey(bytes(range(32)))


def signed_else(**sign):
    return lambda s: s.request(s.good(), **sign)


def of_another_body(s):
    body = s.good()
    return s.head(body + b" ", f"Content-Length: {len(body)}") + body


def twice_signed(s):
    body = s.good()
    return s.request(body, f"Wardvoice-Signature: {s.signature(body)}")


WHO = [
    refused("D15", name, make, 401, "device")
    for name, make in {
        "another key": signed_else(key=STRANGER),
        "another first": lambda s: s.request(s.good()).replace(
            b"first=", b"first=7", 1
        ),
        "another body": of_another_body,
        "another method": lambda s: s.request(s.good()).replace(
            s.signature(s.good()).encode(), s.signature(s.good(), method="PUT").encode()
        ),
        "two signatures": twice_signed,
        "no signature": lambda s: s.request(s.good()).replace(b"Wardvoice-S", b"X-S"),
        "a signature that is none": lambda s: s.request(s.good()).replace(
            b"ed25519=", b"ed25519=AAAA"
        ),
    }.items()
]

# ── D22 to D24: addresses, methods, hosts ────────────────────────────────────


def at(change, *lines, **head):
    """To another address than was signed."""

    def make(s):
        body, path = s.good(), s.device.path()
        whole = s.request(body, *lines, **head)
        return whole.replace(f" {path} ".encode(), f" {change(path)} ".encode(), 1)

    return make


def replaced(name, value):
    return lambda path: path.replace(name, value)


ADDRESSES = [
    # No query is read, so none is refused.
    *(
        Row("D22", f"query {query}", at(lambda p, q=query: f"{p}?{q}"), 200, kept=1)
        for query in ("limit=-1", "limit=1e9", "limit=0x10", "ward_id[]=", "%00", "=&&")
    ),
    *(
        refused("D22", name, at(change), status, why)
        for name, change, status, why in [
            ("dots", replaced("/log", "/x/../log"), 404, ""),
            ("dots in disguise", replaced("/log", "/x/%2e%2e/log"), 404, ""),
            ("two slashes", replaced("/api", "//api"), 404, ""),
            ("a slash more", replaced("/log", "/log/"), 404, ""),
            ("a NUL in disguise", replaced("/log", "%00/log"), 401, "device"),
            ("another's bundle", replaced("/log", "/bundle"), 405, ""),
            ("no device", replaced("devices/", "devices/x"), 401, "device"),
        ]
    ),
    refused("D22", "a NUL", at(replaced("/log", "\0/log")), 400, closed=True),
    refused("D22", "16 kB of header", lambda s: s.request(
        s.good(), f"X-Long: {'a' * 16_384}"), 431, closed=True),
    refused("D22", "300 headers", lambda s: s.request(
        s.good(), *["X-More: a"] * 300), 431, closed=True),
    Row("D22", "8 kB of header", lambda s: s.request(
        s.good(), f"X-Long: {'a' * 8_192}"), 200, kept=1),
    refused("D22", "a header that is none", lambda s: s.request(
        s.good(), "X-Y : z"), 400, closed=True),
    *(
        refused("D23", method, lambda s, m=method: s.request(
            s.good(), "X-HTTP-Method-Override: POST", "X-Method-Override: POST",
            method=m), 405)
        for method in ("GET", "OPTIONS", "TRACE", "PUT", "PATCH", "DELETE", "FETCH")
    ),
    refused("D24", "another host", lambda s: s.request(
        s.good(), host=f"{CANARY}.example"), 400),
    refused("D24", "no host", lambda s: s.request(s.good(), host=""), 400),
    refused("D24", "two hosts", lambda s: s.request(
        s.good(), f"Host: {CANARY}.example"), 400),
    *(
        Row("D24", f"{header} from outside", lambda s, h=header: s.request(
            s.good(), f"{h}: {CANARY}.example"), 200, kept=1)
        for header in ("X-Forwarded-For", "X-Forwarded-Host", "Forwarded")
    ),
]  # fmt: skip

TABLE = [
    *FRAMING,
    *GZIP,
    *TEXTS,
    *JSON,
    *ODD_STATUS,
    *MORE_JSON,
    *COUNTS,
    *ANSWERS,
    *ODD,
    *WHO,
    *ADDRESSES,
]
