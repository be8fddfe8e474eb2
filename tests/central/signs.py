"""What schemathesis is told of our devices: how they sign, and what a real one sends.

Loaded into its program by SCHEMATHESIS_HOOKS. It knows no other authentication than a
fixed text, and a device signs each request anew.
"""

import base64
import gzip
import json
import os
import random

import requests
import schemathesis
from nacl.signing import SigningKey
from schemathesis.core.parameters import ParameterLocation

from feedback.answer import device_id
from feedback.wire import (
    SIGNATURE_HEADER,
    elder_text,
    signature_header,
    successor_text,
)

KEY = SigningKey(bytes.fromhex(os.environ["DEVICE_SEED"]))
CODE, SEEN = os.environ["DEVICE_CODE"], os.environ["DEVICE_SEEN"]
DEVICE = device_id(bytes(KEY.verify_key))
LOG, ENROLMENTS = "/api/v1/devices/{device}/log", "/api/v1/enrolments"
chance = random.Random(6)
have = 0


class Signed(requests.auth.AuthBase):
    """Signs the bytes that leave, which are zipped where they say so."""

    def __call__(self, request):
        body = request.body or b""
        body = body.encode() if isinstance(body, str) else body
        first = first_of(body)
        if request.headers.get("Content-Encoding") == "gzip":
            body = gzip.compress(body)
            request.prepare_body(body, None)
        request.headers[SIGNATURE_HEADER] = signature_header(
            lambda text: KEY.sign(text).signature,
            request.method,
            request.path_url.split("?")[0],
            first,
            body,
        )
        return request


schemathesis.auth.set_from_requests(Signed())


def first_of(body):
    try:
        first = json.loads(body)["first"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return 0
    return first if type(first) is int and 0 <= first < 10**16 else 0


# ── requests that can succeed ────────────────────────────────────────────────


@schemathesis.hook
def before_call(context, case, kwargs):
    meta = case.meta
    if meta is None:
        return
    at_path = meta.is_negative_at(ParameterLocation.PATH)
    if (
        "device" in (case.path_parameters or {})
        and not at_path
        and chance.random() < 0.9
    ):
        case.path_parameters["device"] = DEVICE
    if meta.generation.mode.is_positive and isinstance(case.body, dict):
        fit = {LOG: going_on, ENROLMENTS: enrolling}[case.operation.path]
        case.body = fit({word: whole(value) for word, value in case.body.items()})


def whole(value):
    """To a schema 5.0 is a whole number. The document says in words that it is none."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def going_on(batch):
    """Most go on where central is; the others find out what it says to a gap."""
    if chance.random() < 0.8:
        batch["first"] = have + 1
        batch["last"] = have + len(batch["answers"])
    return batch


def enrolling(wish):
    """Signed by its own key, by the device before, and by the elders that it names."""
    wish["public_key"] = base64.b64encode(bytes(KEY.verify_key)).decode()
    wish.update(origin(wish, DEVICE))
    if chance.random() < 0.5:
        wish["code"] = CODE
    if wish.get("elders"):
        wish["elders"] = [elder(said) for said in wish["elders"]]
    return wish


def origin(said, device):
    """`begins` above 1 only after another, whose key is known: no schema says that."""
    if not said.get("succeeds"):
        return {"begins": 1}
    if chance.random() < 0.2:
        return {}  # what is not signed by the one before
    key = SigningKey(said["succeeds"].encode()[:32])
    public_key = bytes(key.verify_key)
    succeeds, begins = device_id(public_key), said.get("begins") or 1
    signature = key.sign(successor_text(device, succeeds, begins)).signature
    return {
        "succeeds": succeeds,
        "predecessor": {
            "public_key": base64.b64encode(public_key).decode(),
            "signature": base64.b64encode(signature).decode(),
        },
    }


def elder(said):
    said = {word: whole(value) for word, value in said.items()}
    key = SigningKey(said["public_key"].encode()[:32])
    said.update(origin(said, device_id(bytes(key.verify_key))))
    succeeds, begins = said.get("succeeds") or "", said.get("begins") or 1
    signature = key.sign(elder_text(DEVICE, succeeds, begins)).signature
    said["public_key"] = base64.b64encode(bytes(key.verify_key)).decode()
    said["signature"] = base64.b64encode(signature).decode()
    return said


# ── what came of it ──────────────────────────────────────────────────────────


@schemathesis.hook
def after_call(context, case, response):
    """Learn how far central is, and count what was answered: a run of refusals alone
    would prove little."""
    global have
    with open(SEEN, "a") as seen:
        print(
            case.operation.definition.raw["operationId"],
            response.status_code,
            file=seen,
        )
    if case.operation.path == LOG and response.status_code in (200, 409):
        have = response.json().get("have", have)
