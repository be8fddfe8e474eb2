"""What central knows of what may still come: moves, held rows, files, losses (P19)."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from feedback.answer import Answer, new_response, utc_text
from feedback.seal import seal
from feedback.wire import pack, unpack
from tests.web import world
from tests.web.test_complete import MONTHS_AGO, TUESDAY, at
from tests.web.test_the_days_page import plain

WEDNESDAY = date(2026, 11, 25)


@pytest.fixture
def long_here(ash):
    from central.devices.models import Stint

    Stint.objects.update(since=MONTHS_AGO)
    return ash


def said(tablet, first, count, moment, ward="ASH", survey=world.SURVEY):
    return [
        Answer(
            tablet.id, seq, new_response(), survey, "fft", "good", ward, "kiosk",
            utc_text(moment),
        )
        for seq in range(first, first + count)
    ]  # fmt: skip


def comes(tablet, rows, now, last=None, **more):
    """What central does with these, of a log that goes to `last`."""
    from central.deriving import follow
    from central.intake.append import append

    last = last or rows[-1].seq
    append(tablet.id, unpack(pack(rows[0].seq, last, rows, {})), now, **more)
    follow(tablet.id)


def goes_to_birch(tablet, moment):
    from central.devices.models import Device, Stint

    Device.objects.get(id=tablet.id).wards.set(["BIRCH"])
    here = Stint.objects.filter(device=tablet.id)
    here.filter(ward="ASH").update(until=moment)
    here.filter(ward="BIRCH").update(since=moment)


def told(day, now, ward="ASH"):
    from central.web.completed import completed

    return completed(ward, day, 0, now)


# ── a tablet goes to another ward ────────────────────────────────────────────


def test_one_contact_after_a_move_that_brings_a_part_completes_nothing(long_here):
    """It was away, and went on asking for its old ward: six of eight still wait."""
    long_here.send([], at=at(23, 12))
    goes_to_birch(long_here, at(24, 9))
    rows = said(long_here, 1, 5, at(24, 15)) + said(long_here, 6, 3, at(25, 15))
    comes(long_here, rows[:2], at(26, 9), last=8)
    assert told(TUESDAY, at(26, 12)).state == "missing"
    assert told(WEDNESDAY, at(26, 12)).state == "missing"


# ── what is held ─────────────────────────────────────────────────────────────


def held(tablet, first, count, ward, now):
    comes(tablet, said(tablet, first, count, now, ward, "gone@1"), now)


def test_what_other_wards_have_held_hides_nothing_of_this_one(
    long_here, birch, monkeypatch
):
    from central.summaries import complete_reading

    monkeypatch.setattr(complete_reading, "HELD_MOST", 7)
    held(long_here, 1, 5, "ASH", at(24, 11))
    long_here.last = 5
    long_here.send([], at=at(25, 1))
    kept = "5 answers came and are kept aside: tell the person who looks after"
    assert told(TUESDAY, at(25, 8)).line.startswith(kept)
    held(birch, 1, 9, "BIRCH", at(24, 12))
    assert told(TUESDAY, at(25, 8)).line.startswith(kept)


def test_more_held_rows_than_are_looked_through_are_told_as_such(
    long_here, birch, monkeypatch
):
    """Some may be of this ward: no day up to the last of them is whole."""
    from central.summaries import complete_reading

    long_here.send([], at=at(26, 1))
    held(birch, 1, 9, "BIRCH", at(24, 12))
    assert told(TUESDAY, at(26, 8)).state == "complete"
    monkeypatch.setattr(complete_reading, "HELD_MOST", 7)
    assert (
        "more are kept aside than were looked through"
        in told(TUESDAY, at(26, 8)).line.lower()
    )
    assert told(WEDNESDAY, at(26, 8)).state == "complete"


# ── a ward that shuts at night ───────────────────────────────────────────────


def shuts_at_six():
    from central.places.models import Ward

    Ward.objects.filter(code="ASH").update(
        open_days="mon tue wed thu fri", opens_at=time(8), closes_at=time(18)
    )


def mail_of(day, now):
    from central.morning.letter import letter_of, text_of
    from central.morning.picture import picture_of
    from central.places.models import Ward

    picture = picture_of(Ward.objects.get(code="ASH"), day, now)
    return text_of(letter_of(picture, page="P", today="T"))


def is_called_whole(day, now):
    from central.web.completed import complete_on

    return not complete_on("ASH", day, now).lacks


def test_a_tablet_that_is_off_as_expected_is_a_plain_note(long_here):
    """The day is still not complete: that is said once, and not loudly."""
    shuts_at_six()
    long_here.send([], at=at(24, 18, 3))
    now = at(25, 6, 45)
    one = told(TUESDAY, now)
    assert (one.state, one.line, one.complete.missing) == ("missing", "", ())
    (note,) = one.complete.expected
    assert note.endswith(
        "was last heard on Tuesday evening; its silence up to the end of this day is "
        "as expected. The day is complete after its next contact."
    )
    assert "Not the whole picture" not in mail_of(TUESDAY, now)
    assert "which is as expected" in mail_of(TUESDAY, now)
    assert is_called_whole(TUESDAY, now)


def test_it_stays_one_when_the_tablet_is_missed_on_a_later_day(long_here):
    shuts_at_six()
    long_here.send([], at=at(24, 18, 3))
    now = at(26, 6, 45)
    assert (told(TUESDAY, now).line, is_called_whole(TUESDAY, now)) == ("", True)
    assert "was last heard" in told(WEDNESDAY, now).line
    assert "Not the whole picture" in mail_of(WEDNESDAY, now)
    assert not is_called_whole(WEDNESDAY, now)


def test_a_weekend_is_as_expected_too(long_here):
    shuts_at_six()
    long_here.send([], at=at(20, 18, 3))  # Friday
    for day in (20, 21, 22):
        one = told(date(2026, 11, day), at(23, 6, 45))
        assert (one.line, len(one.complete.expected)) == ("", 1)


@pytest.mark.parametrize("why", ["open", "waiting", "early"])
def test_the_control_what_is_not_as_expected_is_loud(long_here, why):
    if why != "open":  # an open ward's tablet that stops before midnight is missed
        shuts_at_six()
    if why == "waiting":
        comes(long_here, said(long_here, 1, 1, at(24, 15)), at(24, 18, 3), last=4)
    else:
        hour = {"open": at(24, 23, 45), "early": at(24, 16)}[why]
        long_here.send([], at=hour)
    one = told(TUESDAY, at(25, 6, 45))
    assert (len(one.complete.missing), one.complete.expected) == (1, ())


def test_the_days_page_and_the_periods_say_it_plainly(manager, long_here):
    from central.places.models import Ward

    today = world.today()
    day = today - timedelta(1)
    Ward.objects.filter(code="ASH").update(quiet_minutes=10_080)
    long_here.send([], at=datetime.combine(day, time(12), UTC))
    text = plain(manager.get(f"/wards/ASH/{day}/").content.decode())
    assert "is as expected. The day is complete after its next contact." in text
    assert "Not the whole picture" not in text
    period = f"/wards/ASH/{today - timedelta(6)}/{today}/"
    text = plain(manager.get(period).content.decode())
    named = f"{day:%a} {day.day} {day:%b}"
    assert f"Not complete: {named}" not in text.replace("\n", " ")


# ── a conversation that goes on ──────────────────────────────────────────────


def texts(line, response, question, value, moment, came=None):
    """One message, which comes at once or later."""
    line.last += 1
    row = Answer(
        line.id, line.last, response, world.SURVEY, question, value, "ASH", "sms",
        utc_text(moment),
    )  # fmt: skip
    comes(line, [row], (came or moment) + timedelta(seconds=2))


def words(text, response):
    return seal(text, response, "better", *world.comment_key())


@pytest.mark.parametrize("is_late", [False, True])
def test_what_was_said_after_the_day_is_no_correction_of_it(
    manager, long_here, is_late
):
    """… and what was said on the day and only came later is."""
    response, moment = new_response(), at(24, 22) if is_late else at(25, 10)
    texts(long_here, response, "fft", "poor", at(24, 21))
    if not is_late:
        long_here.send([], at=at(25, 6))
    text = words("It was loud at night", response)
    texts(long_here, response, "better", text, moment, came=at(25, 10))
    line = told(TUESDAY, at(25, 12)).corrected
    page = plain(manager.get(f"/wards/ASH/{WEDNESDAY}/").content.decode())
    mail = mail_of(WEDNESDAY, at(26, 6, 45))
    assert "It was loud at night" in page
    if is_late:
        assert line.startswith("Corrected since this morning: 1 person's answers were")
        assert "Said before, on a tablet or line that could not" in page
        assert "Corrected since the last mail: Tuesday: what was said" in mail
        assert "1 person wrote something on an earlier day that came only" in mail
    else:
        assert line == (
            "Added to since this morning: 1 person said more after the day was over. "
            "The last of it came this morning."
        )
        assert "Said by people who began to answer on the day that is named" in page
        assert "Corrected" not in mail
        assert "Added to since the last mail: Tuesday: 1 person said more" in mail
        assert "1 person who began to answer on an earlier day wrote more" in mail


def test_the_mail_tells_a_correction_once(long_here):
    from central.web.completed import corrected_since

    response = new_response()
    texts(long_here, response, "fft", "poor", at(23, 21), came=at(24, 10))
    assert len(corrected_since("ASH", TUESDAY, at(25, 7)).corrected) == 1
    assert corrected_since("ASH", WEDNESDAY, at(26, 7)).corrected == ()


# ── what was said before a move ──────────────────────────────────────────────


def held_for():
    from central.intake.models import Held

    return list(Held.objects.values_list("seq", "reason"))


def heard_of(ward, day):
    from central.summaries.reading import responses_by_day

    return responses_by_day(ward, day, day).get(day, 0)


def test_what_was_said_before_a_move_is_its_wards(long_here):
    """Four people, no network; the tablet goes to another ward; the network is back."""
    monday = date(2026, 11, 23)
    long_here.send([], at=at(23, 8))
    goes_to_birch(long_here, at(24, 9))
    rows = said(long_here, 1, 4, at(23, 11)) + said(
        long_here, 5, 1, at(24, 9, 4), "BIRCH"
    )
    comes(long_here, rows, at(24, 9, 5))
    assert held_for() == []
    assert (heard_of("ASH", monday), heard_of("BIRCH", TUESDAY)) == (4, 1)
    assert told(monday, at(30, 12)).state == "complete"


def test_a_ward_that_nobody_gave_it_is_not_written_to(long_here):
    comes(long_here, said(long_here, 1, 1, at(23, 11), "BIRCH"), at(24, 9))
    assert held_for() == [(1, "ward")]
    assert heard_of("BIRCH", date(2026, 11, 23)) == 0


def test_a_removed_one_writes_to_none_of_its_wards(long_here):
    from central.devices.removal import remove_device

    goes_to_birch(long_here, at(24, 9))
    remove_device(long_here.id, at(24, 10))
    for ward in ("ASH", "BIRCH"):
        comes(long_here, said(long_here, 1, 1, at(23, 11), ward), at(24, 11))
        assert heard_of(ward, date(2026, 11, 23)) == 0


def test_what_was_held_for_a_ward_that_it_had_stands_when_it_is_tried_again(
    long_here, monkeypatch
):
    """… as after an update, which tries all of it."""
    from central.intake import sorting
    from central.intake.held import try_again

    goes_to_birch(long_here, at(24, 9))
    with monkeypatch.context() as before:
        before.setattr(sorting, "_wards", lambda device: frozenset(["BIRCH"]))
        comes(long_here, said(long_here, 1, 2, at(23, 11)), at(24, 9, 5))
    assert [reason for _, reason in held_for()] == ["ward", "ward"]
    assert try_again(at(25, 9)) == 2
    assert heard_of("ASH", date(2026, 11, 23)) == 2


def enrolled_again(old, ward):
    """The same tablet under a new name, with a key of its own."""
    from central.devices.models import Device

    new = world.new_tablet(ward, heard=None)
    Device.objects.filter(id=new.id).update(
        succeeds=old.id, begins=1, family=old.id, generation=1, enrolled_at=at(25, 9)
    )
    return new


def test_one_that_was_enrolled_again_brings_what_was_said_before_a_move(long_here):
    """Until then its old ward's days are not complete."""
    long_here.send([], at=at(23, 8))
    goes_to_birch(long_here, at(24, 9))
    new = enrolled_again(long_here, "BIRCH")
    assert told(date(2026, 11, 23), at(25, 12)).state == "missing"
    comes(new, said(new, 1, 2, at(23, 11)), at(25, 13), last=3)
    assert (held_for(), heard_of("ASH", date(2026, 11, 23))) == ([], 2)
    assert told(date(2026, 11, 23), at(25, 14)).state == "missing"
    comes(new, said(new, 3, 1, at(23, 11)), at(25, 15))
    assert told(date(2026, 11, 23), at(25, 16)).state == "complete"
    new.last = 3  # it is heard when whoever answered last must be through
    new.send([], at=at(25, 16))
    assert told(date(2026, 11, 26), at(28, 16)).state == "nobody"


@pytest.mark.parametrize(("heard", "state"), [(22, "missing"), (23, "complete")])
def test_who_is_answering_when_a_tablet_hears_of_its_move_goes_on_for_its_old_ward(
    long_here, heard, state
):
    """They said more after that contact, and then the network was gone."""
    goes_to_birch(long_here, at(24, 22))
    comes(long_here, said(long_here, 1, 1, at(24, 22, 25)), at(24, 22, 29))
    long_here.last = 1
    long_here.send([], at=at(24, heard, 30))
    assert told(TUESDAY, at(25, 8)).state == state


# ── files, losses, and what is derived in a moment ───────────────────────────


def test_what_came_by_a_file_is_in_the_numbers_and_said_so(long_here):
    long_here.send([], at=at(3, 12))
    comes(long_here, said(long_here, 1, 5, at(24, 15)), at(25, 6), carried=True)
    one = told(TUESDAY, at(25, 12))
    assert one.state == "missing"  # it may have heard more since the file was made
    assert one.line.endswith(
        "was last heard on the afternoon of 3 November; what has come since came by a "
        "file. What is not in that file is not in these numbers yet."
    )


def test_what_was_lost_before_a_tablet_came_to_a_ward_is_not_told_to_it(long_here):
    from central.intake.models import Hole

    long_here.send([], at=at(3, 12))
    Hole.objects.create(device=long_here.id, first=1, last=5, declared_at=at(10, 9))
    long_here.last = 5
    long_here.send([], at=at(10, 9))
    goes_to_birch(long_here, at(11, 9))
    long_here.send([], at=at(20, 9))
    seventh = date(2026, 11, 7)
    assert told(seventh, at(20, 12), "BIRCH").state == "nobody"
    assert "5 answers of the tablet" in told(seventh, at(20, 12)).line


def test_what_is_being_counted_opens_its_own_days_alone(long_here):
    from central.intake.append import append

    response = new_response()
    texts(long_here, response, "fft", "poor", at(23, 21))
    long_here.send([], at=at(26, 9))
    row = Answer(
        long_here.id, 2, response, world.SURVEY, "night", "1", "ASH", "sms",
        utc_text(at(25, 9)),
    )  # fmt: skip
    append(long_here.id, unpack(pack(2, 2, [row], {})), at(26, 9))  # not followed yet
    states = [told(date(2026, 11, day), at(26, 9)).state for day in (20, 23, 24)]
    assert states == ["complete", "missing", "complete"]


def test_a_twin_that_goes_on_under_the_old_name_is_waited_for(long_here):
    """Two copies of a log: one was enrolled again, the other was heard after that."""
    long_here.send([], at=at(23, 8))
    new = enrolled_again(long_here, "ASH")
    new.send([], at=at(30, 9))
    assert told(date(2026, 11, 26), at(30, 12)).state == "complete"
    long_here.send([], {"unsent": 0}, at=at(26, 12))
    assert told(date(2026, 11, 26), at(30, 12)).state == "missing"


def test_two_copies_that_both_were_enrolled_again_leave_nobody_under_the_old_name(
    long_here,
):
    from central.devices.models import Device

    comes(long_here, said(long_here, 1, 1, at(23, 7)), at(23, 8))
    one, other = enrolled_again(long_here, "ASH"), enrolled_again(long_here, "ASH")
    long_here.last = 1  # the other copy, before it was its turn
    long_here.send([], {"unsent": 0}, at=at(26, 12))
    later = {"enrolled_at": at(27, 9), "begins": 2, "have": 1, "last": 1}
    Device.objects.filter(id=other.id).update(**later)
    other.last = 1
    for new in (one, other):
        new.send([], at=at(30, 9))
    assert told(date(2026, 11, 28), at(30, 12)).state == "complete"


# ── words that came late ─────────────────────────────────────────────────────


def test_who_may_need_help_is_first_then_the_newest_day_and_not_too_many(
    long_here, monkeypatch
):
    from central.summaries import late_words

    rows = []
    for day, text in ((20, "Cold food."), (21, "I want to die."), (22, "Loud.")):
        row = said(long_here, len(rows) + 1, 1, at(day, 9))[0]
        wrote = words(text, row.response)
        rows += [row, replace(row, seq=row.seq + 1, question="better", value=wrote)]
    comes(long_here, rows, at(25, 9))
    order = [date(2026, 11, day) for day in (21, 22, 20)]
    assert [one.day for one in late_words.late_words("ASH", WEDNESDAY).spoken] == order
    monkeypatch.setattr(late_words, "MOST", 2)
    some = late_words.late_words("ASH", WEDNESDAY)
    assert ([one.day for one in some.spoken], some.people) == (order[:2], 3)


@pytest.mark.parametrize("erased", [None, at(26, 9)])
def test_words_that_were_erased_are_not_told_as_more_that_was_said(trust, erased):
    from central.summaries.late import went_on
    from central.summaries.standing import Arrived

    (row,) = said(world.Tablet("ASH"), 1, 1, at(25, 9))
    arrived = Arrived(row, at(25, 10), 0, erased=erased)
    assert went_on([arrived], TUESDAY, {}) == (erased is None)
