"""The OpenAPI document says what central really takes and says."""

import base64
import json
from pathlib import Path

import jsonschema
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.specs.openapi.checks import positive_data_acceptance

from central.api import api, openapi_text
from tests.central.tablet import Tablet

COMMITTED = Path(__file__).parents[2] / "central" / "openapi.json"
MANY = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.filter_too_much,
        HealthCheck.data_too_large,
    ],
)


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


def loaded():
    return schemathesis.openapi.from_dict(json.loads(COMMITTED.read_text()))


@given(data=st.data())
@MANY
@pytest.mark.parametrize("name", ["append_to_log", "enrol", "get_bundle"])
def test_unsigned_requests_get_documented_answers(live_server, live_trust, name, data):
    operation = next(
        found.ok()
        for found in loaded().get_all_operations()
        if found.ok().definition.raw["operationId"] == name
    )
    case = data.draw(operation.as_strategy())
    case.call_and_validate(
        base_url=live_server.url,
        # Anyone but a device is refused before the body is read.
        excluded_checks=[positive_data_acceptance],
    )


def bodies(path):
    return loaded()[path]["POST"].as_strategy().map(lambda case: case.body)


@given(body=bodies("/api/v1/devices/{device}/log"))
@MANY
def test_signed_batches_get_documented_answers(tablet, document, body):
    first = body.get("first") if isinstance(body, dict) else 1
    first = first if type(first) is int and 0 <= first < 10**15 else 1
    raw = json.dumps(body).encode()

    said = tablet.send_raw(raw, first)

    assert said.status < 500
    path = "/api/v1/devices/{device}/log"
    jsonschema.validate(said.words, documented(document, path, "post", said.status))


@given(body=bodies("/api/v1/enrolments"), own_key=st.booleans())
@MANY
def test_signed_enrolments_get_documented_answers(
    trust, client, document, body, own_key
):
    tablet = Tablet(client)
    if own_key and isinstance(body, dict):
        body = {**body, "public_key": base64.b64encode(tablet.public_key).decode()}

    said = tablet.ask("POST", "/api/v1/enrolments", json.dumps(body).encode(), 0)

    path = "/api/v1/enrolments"
    jsonschema.validate(said.words, documented(document, path, "post", said.status))


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


def test_enrolment_and_bundle_are_as_documented(tablet, document):
    said = tablet.bundle()

    path = "/api/v1/devices/{device}/bundle"
    jsonschema.validate(said.words, documented(document, path, "get", said.status))
