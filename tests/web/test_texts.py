"""How many texts came in: the gateway's figures, and what is not known."""

import pytest

from central.web.texts import NOT_KNOWN, texts_of
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


def test_a_gateway_that_sends_no_figures_is_said_to_have_none(page, ash):
    from central.devices.models import Device

    Device.objects.filter(id=ash.id).update(kind="sms")
    ash.send([], {"unsent": 0})

    assert NOT_KNOWN in plain(page())


def test_a_tablet_has_no_texts(page, ash):
    ash.send([], {"unsent": 0})

    assert "texts came" not in plain(page())
