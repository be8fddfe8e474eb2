"""/health, /metrics and the figures that the agent carries to central."""

import asyncio
import json
import re
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families

from central.web.texts import _of_ward
from feedback.assets import assets_folder
from feedback.log import SMS_STATUS, Log
from smsgateway import app
from smsgateway.app import build
from smsgateway.asking.policy import read_policy
from smsgateway.counts import Counts
from smsgateway.figures import WHYS
from tests.smsgateway.asgi import Running
from tests.smsgateway.conftest import ANN, BOB, LINE, OTHER_LINE, Line

SECRET = "a-token-of-the-tests-0123456789"


def figures(line) -> dict[str, float]:
    """The samples of /metrics that have no label, and the texts by their why."""
    answer = line.client.get("/metrics")
    assert answer.status_code == 200
    found = {}
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            name = sample.name.removeprefix("wardvoice_sms_")
            found[sample.labels.get("why", name)] = sample.value
            assert set(sample.labels) <= {"why", "cap"}
    return found


def status(line) -> dict:
    """What the agent would find: the minute is over."""
    line.client.close()
    with Log.open(line.settings.log) as log:
        said = json.loads(log.note(SMS_STATUS))
    line.client = Running(build(line.settings, line.clock))
    return said


def counts_in(said, ward="ROWAN", day="2026-11-22"):
    """By name, as central reads them."""
    return _of_ward(said["days"][day], ward)


@pytest.fixture
def line(settings, clock, trust):
    with Log.open(settings.log) as log:
        trust.send_bundle(log)
    started = Line(Running(build(settings, clock)), settings, clock, trust)
    yield started
    started.client.close()


# ── the figures ──────────────────────────────────────────────────────────────


def test_health_tells_of_traffic(line):
    line.text("Hello")
    line.clock.pass_(minutes=3)
    line.text("Hello", sender=BOB)
    line.text("STOP", sender=BOB)
    said = line.client.get("/health").json()

    assert said["last_inbound"] == "2026-11-22T08:03:00.000Z"
    assert said["last_reply"] == "2026-11-22T08:03:00.000Z"
    assert (said["open_conversations"], said["opt_outs"]) == (1, 1)
    assert (said["waiting"], said["deadline_misses"]) == (0, 0)


def test_what_is_not_known_is_null_and_has_no_line(line):
    said = line.client.get("/health").json()
    found = figures(line)

    assert (said["last_inbound"], said["last_reply"], said["lost"]) == (None,) * 3
    for name in ("last_inbound", "last_reply", "reconciled", "lost_latest"):
        assert f"{name}_timestamp_seconds" not in found
    assert "lost_texts" not in found
    assert found["opt_outs"] == 0  # that is known


def test_texts_are_counted_by_what_became_of_them(line):
    line.text("Hello")
    line.text("4")
    line.text("STOP", sender=BOB)
    line.post("Hello", sid="SM-no-sid")
    line.client.post("/sms", content=b"x")
    found = figures(line)

    counted = {why: found[why] for why in WHYS if found[why]}
    assert counted == {"answered": 2, "silent": 1, "message_sid": 1, "signature": 1}
    assert found["open_conversations"] == 1
    assert found["last_inbound_timestamp_seconds"] == line.clock().timestamp()


def test_every_why_of_the_program_is_on_the_closed_list():
    found = set()
    for name in ("app.py", "twilio/webhook.py"):
        code = (Path(app.__file__).parent / name).read_text()
        code, _, _ = code.partition("# ── the other side")
        found |= set(
            re.findall(r'(?:Refused\(\d+|_not_now\(|return .*), ?"(\w+)"', code)
        )
        found |= set(re.findall(r'_not_now\("(\w+)"\)', code))

    assert {"signature", "deadline", "disconnected"} <= found
    assert found <= WHYS


def test_a_conversation_that_was_left_a_week_ago_is_not_open(line):
    line.text("Hello")
    line.clock.pass_(days=8)

    assert figures(line)["open_conversations"] == 0


def test_two_gateways_in_one_process_share_no_figure(line, tmp_path):
    line.text("Hello")
    (tmp_path / "other").mkdir()
    elsewhere = replace(line.settings, log=tmp_path / "other" / "sms.db")
    with Running(build(elsewhere, line.clock)) as client:
        other = Line(client, elsewhere, line.clock, line.trust)

        assert figures(other)["answered"] == 0
        assert "wardvoice" not in str([*REGISTRY.collect()])


def test_when_the_last_text_came_is_known_after_a_restart(line):
    line.text("Hello")
    line.client.close()
    line.client = Running(build(line.settings, line.clock))

    assert line.client.get("/health").json()["last_inbound"] is not None


def test_metrics_say_when_the_log_cannot_be_read(line, monkeypatch):
    monkeypatch.setattr("smsgateway.health.DEADLINE_S", 0.2)
    line.text("Hello")
    with Log.open(line.settings.log) as other, other.transaction():
        posts = line.client.get("/health").status_code
        found = figures(line)

    assert posts == 503
    assert found["log_readable"] == 0
    assert found["answered"] == 1


# ── who may read ─────────────────────────────────────────────────────────────


def read(settings, clock, path, client="10.1.2.3", **headers):
    """What somebody at this address gets."""

    async def asked():
        gateway = build(settings, clock)
        async with gateway.router.lifespan_context(gateway):
            transport = httpx.ASGITransport(gateway, client=(client, 1234))
            async with httpx.AsyncClient(
                transport=transport, base_url="https://sms.example.org"
            ) as asking:
                return await asking.get(path, headers=headers)

    return asyncio.run(asked())


@pytest.mark.parametrize("path", ["/health", "/metrics"])
@pytest.mark.parametrize(
    ("client", "headers", "code"),
    [
        ("127.0.0.1", {}, 200),
        ("127.8.8.8", {}, 200),
        ("::1", {}, 200),
        ("::ffff:127.0.0.1", {"X-Forwarded-For": "8.8.8.8"}, 404),
        ("127.0.0.1", {"X-Forwarded-For": "8.8.8.8"}, 404),
        ("127.0.0.1", {"Forwarded": "for=8.8.8.8"}, 404),
        ("127.0.0.1", {"Via": "1.1 proxy"}, 404),
        ("127.0.0.1", {"X-Forwarded-Proto": "https"}, 404),
        ("10.1.2.3", {}, 404),
        ("10.1.2.3", {"Authorization": f"Bearer {SECRET}"}, 200),
        ("10.1.2.3", {"Authorization": f"bearer {SECRET}"}, 200),
        ("10.1.2.3", {"Authorization": f"Bearer {SECRET}x"}, 404),
        ("10.1.2.3", {"Authorization": f"Basic {SECRET}"}, 404),
        ("10.1.2.3", {"Authorization": "Bearer "}, 404),
        ("10.1.2.3", {"Authorization": "Bearer é".encode()}, 404),
        ("not an address", {}, 404),
    ],
)
def test_only_this_machine_or_the_token_may_read(
    settings, clock, path, client, headers, code
):
    held = replace(settings, metrics_token=SECRET)

    assert read(held, clock, path, client, **headers).status_code == code


def test_without_a_token_no_token_lets_in(settings, clock):
    for given in ("Bearer ", "Bearer", "Bearer x"):
        answer = read(settings, clock, "/metrics", Authorization=given)
        assert answer.status_code == 404


def test_neither_page_holds_a_number_a_word_or_an_id(line):
    sid = line.new_id()
    line.text("quokka-canary was cold", sid=sid)
    said = line.client.get("/health").text + line.client.get("/metrics").text

    for secret in ("quokka", "7700900", sid, line.responses()[0]):
        assert secret not in said


# ── for central ──────────────────────────────────────────────────────────────


def test_counts_of_each_ward_and_day_are_left_for_the_agent(line):
    line.text("Hello")
    line.text("4")
    line.text("The food was cold")
    line.text("Hello", sender=BOB, line=OTHER_LINE)
    line.text("please stop texting me", sender=BOB, line=OTHER_LINE)
    said = status(line)

    counted = ["texts", "begun", "finished", "opted_out", "undelivered", "delivered"]
    assert said["days"] == {
        "2026-11-22": {
            "of": counted,
            "wards": {"ROWAN": [3, 1, 1], "BIRCH": [2, 1, 0, 1]},
        }
    }
    assert said["last_inbound"] == "2026-11-22T08:00:00.000Z"
    assert "lost" not in said  # nothing was compared


def test_where_people_are_asked_none_asked_is_none(settings, clock, trust):
    policy = read_policy(assets_folder() / "asking" / "policy.toml")
    asking = replace(settings, asking=policy)
    with Log.open(settings.log) as log:
        trust.send_bundle(log)
    line = Line(Running(build(asking, clock)), asking, clock, trust)
    said = status(line)
    line.client.close()

    for ward in ("ROWAN", "BIRCH"):
        counts = counts_in(said, ward)
        assert (counts["asked"], counts["asked_answered"]) == (0, 0)


def test_why_people_were_not_asked_stays_here(line):
    with Log.open(line.settings.log) as log, log.transaction():
        for what in ("asked", "refused excluded", "refused opted_out"):
            Counts(log).add("ROWAN", what, line.clock())
    said = status(line)

    assert counts_in(said)["asked"] == 1
    assert "refused" not in json.dumps(said)


def test_a_repeated_webhook_is_counted_once(line):
    sid = line.new_id()
    for _ in range(3):
        line.text("Hello", sid=sid)

    assert counts_in(status(line))["texts"] == 1


def test_a_text_that_failed_is_not_counted(bare_line):
    assert bare_line.post("Hello").status_code == 503

    assert counts_in(status(bare_line))["texts"] == 0


def test_a_day_is_the_local_one(line):
    line.clock.pass_(days=-150, hours=15.5)  # 23:30 UTC in June is tomorrow there
    line.text("Hello")

    assert next(iter(status(line)["days"])) == "2026-06-26"


def test_a_day_on_which_the_gateway_was_away_has_no_figures(line):
    line.text("Hello")
    line.client.close()
    line.clock.pass_(days=2)
    line.client = Running(build(line.settings, line.clock))

    assert list(status(line)["days"]) == ["2026-11-22", "2026-11-24"]


def test_nothing_of_a_person_is_left_for_the_agent(line):
    sid = line.new_id()
    line.text("quokka-canary was cold", sid=sid)
    said = json.dumps(status(line))

    for secret in ("quokka", ANN[1:], LINE[1:], sid, line.responses()[0]):
        assert secret not in said
