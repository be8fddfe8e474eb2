"""The ledger: every row that a device spoke of has one place, and a loss shows."""

import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from central import deriving
from central.devices.models import Device
from central.intake import append, erasure, sorting
from central.intake.append import Kept
from central.intake.models import Answer, Held, Hole
from central.ledger.book import KINDS, ledger
from central.places.models import Ward
from central.summaries import standing
from central.summaries.models import Standing
from central.summaries.times import begin_of, end_of
from feedback.answer import new_response
from tests.central.ledger_machine import Wrong, run_the_ledger
from tests.web import world


def today():
    return timezone.localdate()


def balance_of(device, day=None):
    (balance,) = ledger(day or today(), today(), device)
    return balance


def places(balance):
    """What a balance says, without what is none."""
    said = {**balance.kinds, "unsent": balance.unsent, "lost": balance.lost,
            "following": balance.following, "missing": balance.missing,
            "unexplained": balance.unexplained}  # fmt: skip
    return {what: count for what, count in said.items() if count}


def test_each_kind_is_counted_once_and_the_sum_closes(tablet):
    response = new_response()
    for value in ("good", "poor", "", "neither"):
        tablet.say(value, response=response)  # three are superseded, one stands
    tablet.say("")  # taken back, though nothing was said before
    tablet.say("good", response=(practice := new_response()))
    tablet.say("yes", "_practice", practice)
    tablet.say("poor", response=(withdrawn := new_response()))
    tablet.say("withdrawn", "_end", withdrawn)
    tablet.say("good", ward="W-GONE")
    erased = tablet.say("good").response
    tablet.send()
    erasure.erase_response(erased, timezone.now())
    deriving.follow(tablet.id)
    tablet.say_many(3)
    tablet.send(tablet.last + 1, 0)

    balance = balance_of(tablet.id)

    assert places(balance) == {
        "superseded": 3, "standing": 1, "taken_back": 1, "practice": 2,
        "withdrawn": 2, "held": 1, "erased": 1, "unsent": 3,
    }  # fmt: skip
    assert (balance.rows, balance.committed, balance.closes) == (14, 11, True)


def test_a_successors_rows_begin_at_the_fork(tablet):
    from tests.central.test_succession import forked

    response = new_response()
    tablet.say("good", response=response)
    tablet.say("neither", response=response)
    tablet.send()
    twin = tablet.twin()
    del twin.rows[1:]
    twin.say("poor", response=response)
    new = forked(twin, 2)
    new.send(2)

    assert places(balance_of(tablet.id)) == {"superseded": 2}
    assert (balance_of(new.id).rows, places(balance_of(new.id))) == (1, {"standing": 1})


# ── a planted loss shows within one heartbeat ────────────────────────────────


def heartbeat(tablet, **words):
    return tablet.send(tablet.last + 1, 0, **words)


def test_rows_deleted_at_central_are_missing(tablet):
    tablet.say_many(9)
    tablet.send()
    Answer.objects.filter(seq__in=(4, 5)).delete()
    assert heartbeat(tablet).status == 200

    balance = balance_of(tablet.id)
    assert (balance.missing, balance.closes) == (2, False)


def test_held_rows_deleted_at_central_are_missing(tablet):
    for _ in range(3):
        tablet.say(ward="W-GONE")
    tablet.send()
    Held.objects.get(seq=2).delete()
    heartbeat(tablet)

    assert places(balance_of(tablet.id)) == {"held": 2, "missing": 1}


def test_what_stands_no_more_though_nobody_took_it_back_stands_nowhere(tablet):
    tablet.say_many(3)
    tablet.send()
    Standing.objects.filter(seq=2).delete()

    balance = balance_of(tablet.id)
    assert places(balance) == {"standing": 2, "unexplained": 1}
    assert (balance.missing, balance.closes) == (0, False)


def test_a_hole_is_lost_until_its_rows_come(tablet):
    tablet.say_many(6)
    assert tablet.send(5).why == "gap"
    assert tablet.send(5, purged_to=4).have == 6
    assert places(balance_of(tablet.id)) == {"standing": 2, "lost": 4}

    tablet.send(1, 3)
    assert places(balance_of(tablet.id)) == {"standing": 5, "lost": 1}
    assert balance_of(tablet.id).closes


def test_a_log_that_grows_without_its_rows_has_them_unsent(tablet):
    tablet.say_many(2)
    tablet.send()
    tablet.say_many(40)

    assert heartbeat(tablet).why == "gap"

    assert places(balance_of(tablet.id)) == {"standing": 2, "unsent": 40}


def test_what_came_a_moment_ago_is_not_yet_called_lost(tablet, monkeypatch):
    tablet.say_many(2)
    with monkeypatch.context() as planted:
        planted.setattr(deriving, "follow", lambda device: None)
        tablet.send()

    balance = balance_of(tablet.id)
    assert (places(balance), balance.closes) == ({"following": 2}, True)


# ── days ─────────────────────────────────────────────────────────────────────


def append_at(tablet, moment, first, count=1000):
    from feedback.wire import pack, unpack

    rows = tablet.rows[first - 1 : first - 1 + count]
    batch = unpack(pack(first, tablet.last, rows, {}))
    assert isinstance(append.append(tablet.id, batch, moment), Kept)
    deriving.follow(tablet.id)


def test_a_day_that_is_over_keeps_its_balance(tablet):
    tablet.say_many(5)
    append_at(tablet, world.days_ago(3), 1, 2)
    tablet.say_many(4)
    append_at(tablet, world.days_ago(1), 3)

    days = (today() - timedelta(days=back) for back in (3, 2, 1))
    several = [balance_of(tablet.id, day) for day in days]

    assert [places(balance) for balance in several] == [
        {"standing": 2, "unsent": 3},
        {"standing": 2, "unsent": 3},  # silent: as it was last known
        {"standing": 9},
    ]
    assert ledger(today() - timedelta(days=4), today(), tablet.id) == []


def test_the_day_ends_at_midnight_in_london(tablet):
    from datetime import UTC, date, datetime

    tablet.say_many(2)
    append_at(tablet, datetime(2026, 7, 1, 22, 59, tzinfo=UTC), 1, 1)  # 23:59 there
    append_at(tablet, datetime(2026, 7, 1, 23, 1, tzinfo=UTC), 2, 1)

    assert places(balance_of(tablet.id, date(2026, 7, 1))) == {
        "standing": 1,
        "unsent": 1,
    }
    assert places(balance_of(tablet.id, date(2026, 7, 2))) == {"standing": 2}


def test_what_comes_while_midnight_passes_is_not_called_missing(tablet):
    """Today was asked for a moment before, and the log's end is as of now."""
    tablet.say_many(2)
    append_at(tablet, begin_of(today()) + timedelta(hours=1), 1, 1)
    append_at(tablet, end_of(today()) + timedelta(milliseconds=1), 2)

    balance = balance_of(tablet.id)
    assert (balance.missing, places(balance)) == (0, {"standing": 2})


# ── the command ──────────────────────────────────────────────────────────────


def test_the_command_says_it_by_device_and_ends_well(tablet, new_tablet, capsys):
    tablet.say_many(1200)
    tablet.send(zip=True)
    tablet.send(1001)
    new_tablet().send()

    call_command("ledger")
    title, first, second, sums = capsys.readouterr().out.splitlines()

    assert title.split()[:3] == ["device", "rows", "standing"]
    assert {tablet.id} < {row.split()[0] for row in (first, second)}
    assert sums.split()[:3] == ["all", "1,200", "1,200"]


def test_the_command_ends_with_an_error_when_a_sum_does_not_close(tablet, capsys):
    tablet.say_many(3)
    tablet.send()
    Answer.objects.filter(seq=3).delete()

    with pytest.raises(CommandError, match="1 of 1 sums do not close"):
        call_command("ledger", "--json", "--device", tablet.id)

    said = json.loads(capsys.readouterr().out)
    assert (said["rows"], said["committed"], said["missing"]) == (3, 2, 1)
    assert said["closes"] is False
    assert set(KINDS) < set(said)


def test_the_command_says_that_there_is_nothing_to_count(tablet, capsys):
    tomorrow = today() + timedelta(days=1)
    long_ago = today() - timedelta(days=400)
    for words, phrase in (
        (("--device", "typo"), "there is no device typo"),
        (("--day", tomorrow.isoformat()), "is still to come"),
        (("--day", "28.11.2026"), "a day is typed like 2026-11-28"),
        (("--device", tablet.id, "--day", long_ago.isoformat()), "nothing had been"),
    ):
        with pytest.raises(CommandError, match=phrase):
            call_command("ledger", *words)
    assert capsys.readouterr().out == ""


# ── any log, and that the test can fail ──────────────────────────────────────


def test_whatever_is_said_the_sum_closes_and_each_row_is_of_its_kind(trust):
    run_the_ledger()


def drop_one_row(planted):
    store = append.table.store
    planted.setattr(append.table, "store", lambda rows, now: store(rows[1:], now))


def hold_one_row_less(planted):
    hold = append.table.hold
    planted.setattr(append.table, "hold", lambda d, rows, now: hold(d, rows[1:], now))


def stand_one_row_less(planted):
    stands = standing.stands
    planted.setattr(standing, "stands", lambda *words: stands(*words)[1:])


def forget_a_hole(planted):
    planted.setattr(Hole.objects, "create", lambda **words: None)


def count_one_too_many(planted):
    append_ = append._store

    def more(device, rows, have, now):
        stored = append_(device, rows, have, now)
        if rows:
            Answer.objects.create(
                device=device.id, seq=10_000 + rows[0].seq, response=new_response(),
                survey="inpatient@1", question="fft", value="good", ward="W-ELM",
                mode="kiosk", answered_at="2026-11-20T10:00:00.000Z", digest="",
                arrived_at=now,
            )  # fmt: skip
        return stored

    planted.setattr(append, "_store", more)


def a_judge_who_lets_all_pass(planted):
    planted.setattr(sorting, "judge", lambda row, known: None)


def never_follow(planted):
    planted.setattr(deriving, "follow", lambda device: None)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (drop_one_row, "does not close"),
        # Of a hole that is filled again, such a row is still called lost, which it is.
        (hold_one_row_less, "does not close|other kinds"),
        (stand_one_row_less, "does not close"),
        (forget_a_hole, "does not close"),
        (count_one_too_many, "does not close"),
        (a_judge_who_lets_all_pass, "other kinds"),
        (never_follow, "other kinds"),
    ],
)
def test_the_ledger_finds_a_planted_fault(trust, monkeypatch, fault, words):
    with monkeypatch.context() as planted:
        fault(planted)
        with pytest.raises(Wrong, match=words):
            run_the_ledger(30, always_the_same=True)


def test_wards_that_open_again_let_held_rows_stand(tablet):
    from central.intake.held import try_again

    tablet.say(ward="W-OAK")
    tablet.send()
    assert places(balance_of(tablet.id)) == {"held": 1}
    Device.objects.get().wards.add(Ward.objects.get(code="W-OAK"))
    try_again()

    assert places(balance_of(tablet.id)) == {"standing": 1}
