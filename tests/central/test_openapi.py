"""The OpenAPI document says what central really takes and says."""

import base64
import json
import re
from pathlib import Path

import jsonschema
import pytest
from django.utils import timezone

from central.api import api, openapi_text
from central.devices.enrolment import make_code
from central.intake.remembered import once
from central.settings import CENTRAL
from tests.central.tablet import WARD, Tablet

COMMITTED = Path(__file__).parents[2] / "central" / "openapi.json"


@pytest.fixture
def document(client, db):
    return json.loads(client.get("/api/v1/openapi.json").content)


def documented(document, path, method, status):
    """The schema of that answer, with the document's own definitions."""
    said = document["paths"][path][method]["responses"][str(status)]
    schema = said["content"]["application/json"]["schema"]
    return {**schema, "components": document["components"]}


def test_the_committed_document_is_the_one_that_is_served(document):
    assert openapi_text() == COMMITTED.read_text(), (
        "python -m central openapi > central/openapi.json"
    )
    assert document == json.loads(COMMITTED.read_text())


def test_every_address_of_a_device_is_in_the_document(document):
    ours = {
        f"/api/v1{path}"
        for _, router in api._routers
        for path in router.path_operations
    }

    assert set(document["paths"]) == ours
    assert len(ours) == 3


def test_each_outcome_of_the_log_is_as_documented(tablet, document):
    tablet.say_many(3)
    outcomes = [tablet.send(3), tablet.send(1)]
    tablet.rows.pop()
    outcomes += [
        tablet.send(3),
        tablet.send_raw(b"", 1),
        tablet.send_raw(b'{"version":2}', 1),
        tablet.send_raw(b" " * 1_000_001, 1),
        Tablet(tablet.client).send(),
    ]

    assert [said.status for said in outcomes] == [409, 200, 409, 400, 400, 413, 401]
    path = "/api/v1/devices/{device}/log"
    for said in outcomes:
        schema = documented(document, path, "post", said.status)
        jsonschema.validate(said.words, schema)


def enrolments(tablet, **words):
    said = {"version": 1, "code": "x", "public_key": "x"} | words
    return tablet.ask("POST", "/api/v1/enrolments", json.dumps(said).encode(), 0)


def own(tablet):
    return base64.b64encode(tablet.public_key).decode()


LARGE = b" " * 1_000_001
# How each answer comes that the document names. 431 is the server's own, and in
# bad_requests.py.
ANSWERS = {
    ("/api/v1/devices/{device}/log", "post"): {
        200: lambda one: one.send(),
        400: lambda one: one.send_raw(b""),
        401: lambda one: Tablet(one.client).send(),
        409: lambda one: one.send_values(7, []),
        413: lambda one: one.send_raw(LARGE),
        503: lambda one: broken(one.send),
    },
    ("/api/v1/enrolments", "post"): {
        200: lambda one: one.enrol(make_code([WARD], "kiosk", timezone.now())),
        400: enrolments,
        401: lambda one: enrolments(one, public_key=own(Tablet(one.client))),
        403: lambda one: enrolments(one, public_key=own(one)),
        413: lambda one: one.ask("POST", "/api/v1/enrolments", LARGE, 0),
        503: lambda one: broken(lambda: enrolments(one, public_key=own(one))),
    },
    ("/api/v1/devices/{device}/bundle", "get"): {
        200: lambda one: one.bundle(),
        304: lambda one: one.bundle({"If-None-Match": one.bundle().headers["ETag"]}),
        401: lambda one: Tablet(one.client).bundle(),
        413: lambda one: one.ask("GET", one.path("bundle"), LARGE, 0),
        503: lambda one: broken(one.bundle),
    },
}


def broken(ask):
    """As a process that begins and cannot read the file of erasures."""
    once._done = False
    CENTRAL.erasures.write_text("not ours\n")
    try:
        return ask()
    finally:
        CENTRAL.erasures.unlink()


@pytest.mark.parametrize(("path", "method"), ANSWERS)
def test_each_answer_that_is_documented_is_given_as_documented(
    tablet, document, path, method
):
    said = document["paths"][path][method]["responses"]
    answers = ANSWERS[path, method]
    # A body that breaks off has no reader: the bundle's 400, and the empty 400s.
    assert {int(status) for status in said} - {400, 431} == set(answers) - {400}

    for status, ask in answers.items():
        came = ask(tablet)
        assert came.status == status
        if "content" in said[str(status)]:
            schema = documented(document, path, method, status)
            jsonschema.validate(came.words, schema)
        for name, header in said[str(status)].get("headers", {}).items():
            pattern = header["schema"].get("pattern", "[0-9]+")
            assert re.fullmatch(pattern, came.headers[name])
