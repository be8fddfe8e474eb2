"""How many texts came in: the gateway's figures, and what is not known."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from central.devices.models import Device
from central.web.texts import NOT_KNOWN, texts_of
from feedback.log import SMS_STATUS, Log
from smsgateway.counts import (
    ASKED,
    ASKED_ANSWERED,
    ASKED_DELIVERED,
    COUNTED,
    told,
    with_lost,
)
from sync.health import health
from tests.web import world
from tests.web.test_the_days_page import plain

COUNTS = {"texts": 12, "begun": 1, "finished": 4, "opted_out": 2, "lost": 1}


def status(counts, day="2026-11-28", ward="ASH"):
    return {"sms": {"days": {day: {ward: counts}}}}


def test_the_words_for_a_day():
    assert texts_of(status(COUNTS), "ASH", "2026-11-28") == (
        "12 texts today, 1 conversation begun, 4 finished, 2 opted out, 1 lost"
    )


def test_replies_that_did_not_arrive_are_said_if_there_are_any():
    assert texts_of(status({**COUNTS, "undelivered": 3}), "ASH", "2026-11-28") == (
        "12 texts today, 1 conversation begun, 4 finished, 2 opted out, "
        "3 of our replies did not arrive, 1 lost"
    )


def test_how_many_were_asked_is_said_where_the_gateway_asks():
    asked = {**COUNTS, "asked": 34, "asked_answered": 11, "asked_delivered": 33}
    nobody = {**COUNTS, "asked": 0, "asked_answered": 0}

    assert texts_of(status(asked), "ASH", "2026-11-28") == (
        "12 texts today, 1 conversation begun, 4 finished, 2 opted out, "
        "asked 34, answered 11, 1 lost"
    )
    assert "asked 0, answered 0, 1 lost" in texts_of(
        status(nobody), "ASH", "2026-11-28"
    )
    assert "asked" not in texts_of(status(COUNTS), "ASH", "2026-11-28")


@pytest.mark.parametrize("odd", [-1, "34", None, True, 10**12])
def test_an_odd_count_of_the_asked_is_not_said(odd):
    said = texts_of(status({**COUNTS, "asked": odd}), "ASH", "2026-11-28")

    assert "asked" not in said


def test_none_is_none_and_not_known_is_not_none():
    none = dict.fromkeys(COUNTS, 0)
    del none["lost"]

    assert texts_of(status(none), "ASH", "2026-11-28") == (
        "0 texts today, 0 conversations begun, 0 finished, 0 opted out, "
        "whether any was lost is not known"
    )
    assert texts_of(status(COUNTS, ward="BIRCH"), "ASH", "2026-11-28") == NOT_KNOWN
    assert texts_of(status(COUNTS, day="2026-11-27"), "ASH", "2026-11-28") == NOT_KNOWN


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"sms": 5},
        {"sms": {"days": []}},
        {"sms": {"days": {"2026-11-28": "x"}}},
        *({"sms": {"days": {"2026-11-28": {"ASH": one}}}} for one in (None, [1], "7")),
        *(status({"texts": one}) for one in (-1, 2.5, True, "7", None, 10**12)),
    ],
)
def test_what_is_no_figure_is_not_known(said):
    assert texts_of(said, "ASH", "2026-11-28") == NOT_KNOWN


def test_the_wards_page_shows_its_own_and_no_other_wards(page, ash):
    from central.devices.models import Device

    Device.objects.filter(id=ash.id).update(kind="sms")
    days = {world.today().isoformat(): {"ASH": COUNTS, "BIRCH": {"texts": 99}}}
    ash.send([], {"unsent": 0, "sms": {"days": days}})
    text = plain(page())

    assert "12 texts today, 1 conversation begun, 4 finished" in text
    assert "99" not in text


COLUMNS = {"of": ["texts", "begun", "asked", "finished", "asked_answered", "lost"]}


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        (
            [12, 1, 34, 4, 11, 1],
            "12 texts today, 1 conversation begun, 4 finished, asked 34, answered 11, "
            "1 lost",
        ),
        (
            [],
            "0 texts today, 0 conversations begun, 0 finished, asked 0, answered 0, "
            "none lost",
        ),
        (
            [3, 0, 0, 0, 0, None],
            "3 texts today, 0 conversations begun, 0 finished, asked 0, answered 0, "
            "whether any was lost is not known",
        ),
        ({"texts": 3}, NOT_KNOWN),
        ("12", NOT_KNOWN),
        ([None], NOT_KNOWN),
    ],
)
def test_figures_in_columns_are_read_by_their_names(counts, words):
    days = {"2026-11-28": {**COLUMNS, "wards": {"ASH": counts}}}

    assert texts_of({"sms": {"days": days}}, "ASH", "2026-11-28") == words
    assert texts_of({"sms": {"days": days}}, "BIRCH", "2026-11-28") == NOT_KNOWN


def busy(wards, day):
    """A busy day of each ward, with all that a gateway counts."""
    counts = dict.fromkeys((*COUNTED, ASKED, ASKED_ANSWERED, ASKED_DELIVERED), 87)
    return {day: {ward: {**counts, "refused too_old": 9} for ward in wards}}


def test_a_trust_of_300_wards_is_told_to_central_whole(page, ash, tmp_path):
    """Through the agent's reading and central's keeping of it."""
    today = world.today()
    wards = ["ASH", *(f"WARD{n:03}" for n in range(299))]
    days = {}
    for back in range(3):
        days |= busy(wards, (today - timedelta(days=back)).isoformat())
    days = with_lost(days, [], f"{today.isoformat()}T12:00:00.000Z")
    moments = dict.fromkeys(("last_inbound", "last_reply", "reconciled_at"), "x" * 24)
    with Log.open(tmp_path / "sms.db") as log:
        log.set_note(SMS_STATUS, told(days, {**moments, "reviews_waiting": 12}))
        said = health(log, 1, datetime.now(UTC))
    Device.objects.filter(id=ash.id).update(kind="sms")
    ash.send([], said)
    kept = Device.objects.get(id=ash.id).status

    for ward in wards:
        assert texts_of(kept, ward, today.isoformat()) == (
            "87 texts today, 87 conversations begun, 87 finished, 87 opted out, "
            "asked 87, answered 87, 87 of our replies did not arrive, none lost"
        )
    assert "asked 87, answered 87" in plain(page())


def test_a_small_hospital_still_tells_of_three_days():
    days = busy(["ASH"], "2026-11-26") | busy(["ASH"], "2026-11-27")
    days |= busy(["ASH"], "2026-11-28")

    assert list(json.loads(told(days, {}))["days"]) == sorted(days)


def test_where_not_all_has_room_the_wards_with_figures_come_first():
    days = busy([f"A-VERY-LONG-CODE-OF-A-WARD-{n}" for n in range(250)], "2026-11-28")
    for n in range(250):
        days["2026-11-28"][f"ANOTHER-LONG-CODE-WITHOUT-TEXTS{n}"] = {"texts": 0}
    said = json.loads(told(days, {}))["days"]["2026-11-28"]["wards"]

    assert len(said) == 250


def test_a_gateway_that_sends_no_figures_is_said_to_have_none(page, ash):
    from central.devices.models import Device

    Device.objects.filter(id=ash.id).update(kind="sms")
    ash.send([], {"unsent": 0})

    assert NOT_KNOWN in plain(page())


def test_a_tablet_has_no_texts(page, ash):
    ash.send([], {"unsent": 0})

    assert "texts came" not in plain(page())
