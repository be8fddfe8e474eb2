"""Whether a day is complete, what is missing, and what was corrected (P19)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.web import world
from tests.web.late_machine import Wrong, run_the_days
from tests.web.late_stories import a_strange_week, a_tablet_goes_round
from tests.web.test_the_days_page import plain, words_in

TUESDAY = date(2026, 11, 24)
CLOSES = datetime(2026, 11, 25, 6, 30, tzinfo=UTC)  # Wednesday morning
NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)  # of Thursday
MONTHS_AGO = datetime(2026, 3, 3, 9, tzinfo=UTC)


def tablet(name="the tablet “Bay 2”", settled=None, **more):
    from central.summaries.complete import EVER, Keeper

    words = {"since": MONTHS_AGO, "until": EVER, "heard": settled, **more}
    return Keeper(name, settled=settled or MONTHS_AGO, **words)


def decided(*keepers, day=TUESDAY, now=NOON, closes=CLOSES, **more):
    from central.summaries.complete import Facts, complete

    return complete(day, Facts(keepers, **more), now, closes)


def at(day, hour, minute=0):
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


# ── in words ─────────────────────────────────────────────────────────────────


def test_a_day_is_complete_when_each_device_was_heard_after_it(trust):
    heard = tablet(settled=at(25, 0))
    assert decided(heard).state == "complete"
    assert decided(heard, tablet(settled=at(24, 23, 59))).state == "missing"
    assert decided(heard, day=date(2026, 11, 26)).state == "today"


def test_it_closes_in_the_morning_and_not_before(trust):
    heard = tablet(settled=at(25, 1))
    assert decided(heard, now=at(25, 6, 29)).state == "open"
    assert decided(heard, now=CLOSES).state == "complete"


def test_a_ward_without_a_device_on_that_day_is_not_complete(trust):
    new = tablet(since=at(25, 9), settled=at(26, 11))
    assert decided(new).state == decided().state == "nobody"


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (
            {"settled": at(24, 19)},
            "The tablet “Bay 2” was last heard on Tuesday evening; what was said on it "
            "since then is not in these numbers yet.",
        ),
        (
            {"heard": None},
            "The tablet “Bay 2” was not heard yet: nothing said on it is in these "
            "numbers.",
        ),
        (
            {"settled": at(24, 19), "heard": at(26, 11, 59), "waiting": 12},
            "12 answers wait on the tablet “Bay 2”: what is of this day is not in "
            "these numbers yet.",
        ),
        (
            {"settled": at(24, 5), "heard": at(25, 9), "waiting": 1},
            "1 answer waits on the tablet “Bay 2”, which was last heard on Wednesday "
            "morning: what is of this day is not in these numbers yet.",
        ),
        (
            {"settled": at(24, 5), "state": "forked", "waiting": 40},
            "The tablet “Bay 2” must be enrolled again: 40 answers wait safely on it "
            "until then, and what was said on it since early on Tuesday is not in "
            "these numbers yet. Tell the person who looks after Wardvoice.",
        ),
        (
            {
                "settled": at(3, 14),
                "state": "removed",
                "until": at(25, 9),
                "waiting": 2,
            },
            "The tablet “Bay 2” was removed on Wednesday: what was said on it after "
            "the afternoon of 3 November has not come. 2 answers had waited on it.",
        ),
    ],
)
def test_what_is_missing_is_said_in_plain_words(trust, more, words):
    assert decided(tablet(**more)).missing == (words,)


def test_tablets_that_went_silent_together_are_one_sentence(trust):
    """… and nobody reads ten lines when a switch of the network is broken."""
    evening = [tablet(f"the tablet “Bay {n}”", settled=at(24, 19, n)) for n in range(3)]
    new = [tablet(f"the tablet “New {n}”", heard=None) for n in range(2)]
    night = tablet("the tablet “Side room”", settled=at(24, 22))
    assert decided(evening[0], night, *new, *evening[1:]).missing == (
        "The tablet “Bay 0”, the tablet “Bay 1” and the tablet “Bay 2” were last heard "
        "on Tuesday evening; what was said on them since then is not in these numbers "
        "yet.",
        "The tablet “Side room” was last heard on Tuesday night; what was said on it "
        "since then is not in these numbers yet.",
        "The tablet “New 0” and the tablet “New 1” were not heard yet: nothing said on "
        "them is in these numbers.",
    )
    off = [replace(one, quiet_to=at(25, 8), missed=False) for one in evening[:2]]
    assert decided(*off).expected == (
        "The tablet “Bay 0” and the tablet “Bay 1” were last heard on Tuesday evening; "
        "their silence up to the end of this day is as expected. The day is complete "
        "after their next contact.",
    )


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({}, "Whatever was said on it is lost."),
        (
            {"settled": at(3, 14)},
            "Whatever was said on it after the afternoon of 3 November is lost.",
        ),
        (
            {"settled": at(24, 5), "waiting": 2},
            "2 answers that waited on it are lost, and so is whatever else was said on "
            "it after early on Tuesday.",
        ),
    ],
)
def test_what_nobody_will_get_is_not_waited_for(trust, more, words):
    """… and the day is not called complete."""
    from central.summaries.complete import NEVER

    gone = tablet(**{"settled": NEVER, "state": "gone", "until": at(25, 9), **more})
    one = decided(gone, tablet("the tablet “Bay 3”", settled=NOON))
    removed = "The tablet “Bay 2” was removed on Wednesday. "
    assert (one.state, one.missing, one.lost) == ("lost", (), (removed + words,))
    silent = tablet("the tablet “Bay 3”", settled=at(24, 3))
    assert decided(gone, silent).state == "missing"


def test_what_came_and_is_not_counted_and_what_is_lost_is_not_in_the_numbers(trust):
    from central.summaries.complete import Aside, Lost

    one = decided(
        tablet(settled=NOON),
        aside=(Aside(TUESDAY, 2), Aside(date(2026, 11, 20), 7)),
        lost=(Lost("the tablet “Bay 2”", 3, at(23, 9), at(26, 10)),),
        uncounted=(Aside(TUESDAY, 1), Aside(date(2026, 11, 20), 4)),
    )
    assert one.lost == (
        "3 answers of the tablet “Bay 2” were lost before they came, some time between "
        "Monday morning and this morning.",
    )
    assert one.missing == (
        "2 answers came and are kept aside: tell the person who looks after Wardvoice.",
        "1 answer came just now and is being counted.",
    )


def test_a_tablet_that_is_switched_off_as_expected_is_not_missed_today(trust):
    today = {"day": date(2026, 11, 26)}
    off = {"settled": at(25, 20)}
    assert decided(tablet(missed=False, **off), **today).missing == ()
    assert len(decided(tablet(missed=True, **off), **today).missing) == 1


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        (
            {"came": 3},
            "Corrected: 3 people who answered on Tuesday were heard of after Wednesday "
            "morning: 9 answered, not 6.",
        ),
        (
            {"came": 1, "gone": 2, "changed": 1},
            "Corrected after Wednesday morning: 1 person who answered on Tuesday was "
            "heard of late; 2 people's answers no longer count; 1 person's answers "
            "were changed or added to: 9 answered, not 10.",
        ),
        (
            {"apart": 1, "passed": 1},
            "Corrected after Wednesday morning: 1 person's requests, or answers to "
            "another survey, changed; 1 person's answers came, and count no longer.",
        ),
    ],
)
def test_a_correction_says_what_stood_there_before(trust, counts, words):
    from central.summaries.correct import Corrected, sentence

    one = Corrected(CLOSES, at(26, 9), **counts)
    told = f"{words} The last of it came this morning."
    assert sentence(TUESDAY, one, 9, NOON) == told


# ── from what central keeps ──────────────────────────────────────────────────


def complete_now(day, now):
    from central.web.completed import completed

    return completed("ASH", day, 0, now).complete


@pytest.fixture
def long_here(ash):
    from central.devices.models import Stint

    Stint.objects.update(since=MONTHS_AGO)
    return ash


@pytest.mark.parametrize(("second", "state"), [(10, "missing"), (121, "complete")])
def test_a_tap_while_the_last_batch_was_on_its_way_is_reckoned_with(
    long_here, second, state
):
    """… that batch said how long the log was when it was packed."""
    long_here.send([], at=at(25, 0) + timedelta(seconds=second))
    assert complete_now(TUESDAY, CLOSES).state == state


def test_the_control_without_that_the_day_would_be_called_complete(
    long_here, monkeypatch
):
    from central.summaries import complete_reading

    monkeypatch.setattr(complete_reading, "settled_at", lambda contact: contact)
    long_here.send([], at=at(25, 0) + timedelta(seconds=10))
    assert complete_now(TUESDAY, CLOSES).state == "complete"


def test_a_tablet_that_went_to_another_ward_may_still_have_this_ones_words(long_here):
    from central.devices.models import Device, Stint

    long_here.send([], at=at(23, 12))
    Device.objects.get(id=long_here.id).wards.set(["BIRCH"])
    Stint.objects.filter(ward="ASH").update(until=at(25, 9))
    Stint.objects.filter(ward="BIRCH").update(since=at(25, 9))

    def states(now):
        from central.web.completed import completed

        days = [date(2026, 11, day) for day in (23, 24, 26)]
        return [
            completed(ward, day, 0, now).state for ward in ("ASH", "BIRCH")
            for day in days
        ]  # fmt: skip

    now = at(28, 12)
    assert states(now) == ["missing"] * 3 + ["nobody", "nobody", "missing"]
    long_here.send([], at=at(27, 9))  # from here on it knows its new ward
    assert states(now) == [
        "complete", "complete", "nobody", "nobody", "nobody", "complete",
    ]  # fmt: skip


def test_words_stand_on_the_day_they_came_with_the_day_that_they_speak_of(page, ash):
    today = world.today()
    ash.write("Said on time.", at=world.now())
    late = world.new_tablet("ASH")
    late.write("Said long ago.", at=noon_of(today - timedelta(3)))
    here, then = page(), page(today - timedelta(3))
    assert words_in(here) == ["Said on time.", "Said long ago."]
    day = today - timedelta(3)
    told = f"{day:%a} {day.day} {day:%b} {day.year}"
    assert told in plain(here).split("Came today, from earlier days")[1]
    assert words_in(then) == ["Said long ago."]
    assert words_in(page(today - timedelta(1))) == []
    assert "1 person who answered on" in plain(then)


def test_a_comment_added_late_counts_as_words_that_came(page, ash):
    day = world.today() - timedelta(2)
    late = world.new_tablet("ASH")
    moment = noon_of(day)
    response = late.tell({"fft": "good"}, at=moment)
    late.tell({"night": "1"}, response=response, at=moment)
    assert "from earlier days" not in page()
    late.tell({"good": ("Kind people.",)}, response=response, at=moment)
    assert words_in(page()) == ["Kind people."]


def noon_of(day):
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def test_a_week_says_which_of_its_days_are_not_complete_and_were_corrected(
    manager, long_here
):
    today = world.today()
    silent = noon_of(today - timedelta(2))
    long_here.send([], at=silent)
    late = world.new_tablet("ASH")
    late.say({"fft": "good"}, at=noon_of(today - timedelta(4)))
    page = manager.get(f"/wards/ASH/{today - timedelta(6)}/{today}/").content.decode()
    text = plain(page)
    day = today - timedelta(2)
    assert f"Not complete: {day:%a} {day.day} {day:%b}" in text
    day = today - timedelta(4)
    assert f"came late: {day:%A}: 1 answered, not 0." in text


def test_at_night_a_week_says_when_the_day_that_is_over_closes(
    manager, long_here, monkeypatch
):
    """Nothing of it is missing, and until half past six it was called not complete,
    with what is missing on its page."""
    long_here.send([], at=at(25, 0, 4))
    monkeypatch.setattr("django.utils.timezone.now", lambda: at(25, 0, 5))
    page = manager.get("/wards/ASH/2026-11-19/2026-11-25/").content.decode()
    text = plain(page)
    told = "Tue 24 Nov is over, and answers may still come in: its numbers close this"
    assert told in text
    assert "Not complete" not in text
    monkeypatch.setattr("django.utils.timezone.now", lambda: CLOSES)
    page = manager.get("/wards/ASH/2026-11-19/2026-11-25/").content.decode()
    assert "Tue 24 Nov" not in plain(page)


# ── any history ──────────────────────────────────────────────────────────────


def test_whatever_comes_late_the_pages_show_what_is_counted_and_say_what_changed(trust):
    run_the_days()


def test_in_a_strange_week_too(trust):
    a_strange_week()


def test_when_a_tablet_goes_round_too(trust):
    a_tablet_goes_round()


def nothing_is_late(planted):
    from central.summaries import late

    planted.setattr(late, "_came_in_time", lambda rows, contacts: True)


def released_rows_count_from_when_they_came(planted):
    from central.summaries.standing import Arrived

    planted.setattr(Arrived, "since", property(lambda self: self.at))


def an_erasure_is_not_noted(planted):
    from central.intake import erasure

    planted.setattr(erasure, "note_altered", lambda rows, what, now: None)


def the_last_heard_is_believed(planted):
    from central.summaries import complete_reading

    planted.setattr(
        complete_reading,
        "_settled",
        lambda one: one.device.last_heard or complete_reading.NEVER,
    )


def what_is_removed_is_forgotten(planted):
    from central.summaries import complete_reading as reading

    looked_up = reading._looked_up
    planted.setattr(
        reading,
        "_looked_up",
        lambda several: looked_up(several.filter(removed_at=None)),
    )


def what_is_held_is_forgotten(planted):
    from central.summaries import complete_reading

    planted.setattr(complete_reading, "_aside", lambda *words: [])


def holes_are_forgotten(planted):
    from central.summaries import complete_reading

    planted.setattr(complete_reading, "_lost", lambda *words: [])


def a_day_closes_at_midnight(planted):
    from central.summaries.times import end_of
    from central.web import completed

    planted.setattr(completed, "closes", end_of)


def the_first_row_decides(planted):
    from central.summaries import standing

    stands = standing.stands

    def first(rows, not_before):
        return stands(sorted(rows, key=lambda row: row.place)[:1], not_before)

    planted.setattr(standing, "stands", first)


def withdrawn_people_count(planted):
    from central.summaries import standing

    planted.setattr(standing, "_uncounts", lambda answer: False)


def the_wards_of_now_only_may_be_written_to(planted):
    from central.intake import sorting

    def now_only(device):
        return frozenset(device.wards.values_list("code", flat=True))

    planted.setattr(sorting, "_wards", now_only)


def a_line_has_no_wards_but_its_own(planted):
    from central.devices.models import Stint
    from central.intake import sorting

    def own(device):
        stints = Stint.objects.filter(device=device)
        return frozenset(stints.values_list("ward", flat=True))

    planted.setattr(sorting, "_wards", own)


def a_move_is_the_end(planted):
    from central.summaries import complete_reading as reading

    def until(one, settled):
        left = one.stints[-1].until if one.stints else None
        return left or reading.EVER

    planted.setattr(reading, "_until", until)


def a_visit_ends_when_its_tablet_hears_of_a_move(planted):
    """As it was before the machine knew of moves."""
    from central.summaries import complete_reading as reading

    planted.setattr(reading, "A_VISIT", timedelta(0))
    planted.setattr(reading, "_visited", lambda one: reading.NEVER)


def heirs_are_forgotten(planted):
    from central.summaries import complete_reading

    planted.setattr(complete_reading, "_heirs", lambda ours: set())


def a_word_is_believed_against_what_the_tablet_said(planted):
    from central.summaries import complete_reading as reading

    settled = reading._settled

    def believed(one):
        said = one.device.still_holds == "nothing"
        return reading.EVER if said else settled(one)

    planted.setattr(reading, "_settled", believed)


def what_is_gone_is_forgotten(planted):
    from central.summaries import complete_reading as reading

    keeper = reading._keeper

    def without(one, now):
        found = keeper(one, now)
        return replace(found, settled=reading.EVER) if found.state == "gone" else found

    planted.setattr(reading, "_keeper", without)


def an_acceptance_has_no_end(planted):
    from central.intake import append

    planted.setattr(append, "note_backlog", lambda *words: None)
    planted.setattr(append, "accepted_rows", lambda device, batch: len(batch.answers))


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (the_wards_of_now_only_may_be_written_to, "held"),
        (a_line_has_no_wards_but_its_own, "held"),
        (a_move_is_the_end, "not complete"),
        (a_visit_ends_when_its_tablet_hears_of_a_move, "not complete"),
        (heirs_are_forgotten, "not complete"),
        (a_word_is_believed_against_what_the_tablet_said, "not complete"),
        (what_is_gone_is_forgotten, "not complete|told as lost"),
        (an_acceptance_has_no_end, "is it heard|responses|held"),
    ],
)
def test_the_control_a_fault_with_tablets_that_go_round_is_caught(
    trust, monkeypatch, fault, words
):
    with monkeypatch.context() as planted:
        fault(planted)
        with pytest.raises(Wrong, match=words):
            a_tablet_goes_round()


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (nothing_is_late, "corrected"),
        (released_rows_count_from_when_they_came, "corrected"),
        (an_erasure_is_not_noted, "corrected"),
        (the_last_heard_is_believed, "not complete"),
        (what_is_removed_is_forgotten, "not complete"),
        (what_is_held_is_forgotten, "not complete"),
        (holes_are_forgotten, "not complete"),
        (a_day_closes_at_midnight, "closing"),
        (the_first_row_decides, "responses|fft|talks"),
        (withdrawn_people_count, "responses|fft|talks"),
    ],
)
def test_the_control_a_planted_fault_is_caught(trust, monkeypatch, fault, words):
    with monkeypatch.context() as planted:
        fault(planted)
        with pytest.raises(Wrong, match=words):
            a_strange_week()


def test_the_control_by_chance_too_a_fault_is_found(trust, monkeypatch):
    with monkeypatch.context() as planted:
        nothing_is_late(planted)
        with pytest.raises(Wrong, match="corrected"):
            run_the_days(60, 24, always_the_same=True)
