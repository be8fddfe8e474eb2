"""What stands in the mail, and what never does."""

import re
from datetime import datetime, time, timedelta

import pytest

from central.devices.models import MADE_UP, Device, Stint
from central.intake.models import Contact
from central.morning import round as morning
from central.morning.models import Mail, WardMail
from central.places.hours import DAYS
from central.places.models import Ward
from central.web.periods import week_of
from feedback.answer import utc_moment
from tests.web import world

LOUD = "NOT EVERYTHING IS HEARD"


class Prompt(world.Tablet):
    """Each answer arrives when it was given, and it is heard just now."""

    def send(self, rows, status=None, at=None):
        sent = super().send(rows, status, at or utc_moment(rows[-1].answered_at))
        Device.objects.filter(id=self.id).update(last_heard=world.now())
        return sent


@pytest.fixture
def ash(house):
    """Ash ward's tablet, which heard nobody so far."""
    from central.intake.models import Answer
    from central.summaries.standing import empty_the_tables

    empty_the_tables()
    Answer.objects.all().delete()
    Device.objects.all().delete()
    return Prompt(**vars(world.new_tablet("ASH", heard=world.now())))


@pytest.fixture
def letter(posted, yesterday):
    """The mail of Ash ward: (subject, text, HTML)."""

    def get(clock=world.now):
        Mail.objects.all().delete()
        posted.came.clear()
        morning.by_hand(yesterday, clock)
        found = [one.mail for one in posted.came if ".ASH." in one.id]
        assert len(found) == 1
        bodies = [plain(found[0].get_body((kind,))) for kind in ("plain", "html")]
        return found[0]["Subject"], *bodies

    return get


def plain(body):
    return body.get_content().replace("\r\n", "\n")


def before(days=1):
    return world.days_ago(days)


def weeks(tablet):
    for back in range(13, 1, -1):
        with tablet.at_once():
            for value in ("very_good", "very_good", "good"):
                tablet.say({"fft": value}, at=before(back))


def silent(tablet, **ago):
    last = world.now() - timedelta(**ago)
    Device.objects.filter(id=tablet.id).update(last_heard=last)


def test_the_counts_with_their_denominators(letter, ash):
    with ash.at_once():
        for value in ("very_good", "good", "good", "poor", "dont_know"):
            ash.say({"fft": value}, at=before())
    ash.say({"fft": "very_poor"}, mode="sms", at=before())
    subject, text, _ = letter()
    assert "Answered: 6 (tablet 5, text 1)" in text
    assert "Positive: 50% (3 of 6)" in text
    assert "Negative: 33% (2 of 6)" in text
    assert "Very good 1, Good 2, Neither good nor poor 0, Poor 1" in text
    assert subject.endswith(": 6 people answered")


def test_text_and_html_say_the_same(letter, ash):
    weeks(ash)
    with ash.at_once():
        for _ in range(5):
            ash.write("x", fft="very_poor", at=before())
    world.new_tablet("ASH")  # which nobody has heard yet
    _, text, html = letter()
    shown = re.sub(r"<(style|title).*?</\1>", "", html, flags=re.DOTALL)
    shown = " ".join(re.sub(r"<[^>]+>", " ", shown).split())
    spoken = text.replace("'", "&#39;").replace("The day&#39;s page: ", "")
    for line in spoken.replace(LOUD, LOUD.capitalize()).splitlines():
        if "https://" in line or line == "-- ":
            continue
        for part in line.removeprefix("- ").split(": "):
            assert part in shown, part
    for address in re.findall(r"https://\S+", text):
        assert f'href="{address}"' in html


def test_what_changed_stands_first_and_in_the_subject(letter, ash):
    weeks(ash)
    with ash.at_once():
        for _ in range(6):
            ash.say({"fft": "very_poor"}, at=before())
    subject, text, _ = letter()
    assert subject.endswith("something changed")
    assert "0 of 6 said very good or good; usually about 6 of 6." in text


def test_a_usual_day_is_said_to_be_one(letter, ash):
    weeks(ash)
    with ash.at_once():
        for value in ("very_good", "very_good", "good", "good", "very_good"):
            ash.say({"fft": value}, at=before())
    subject, text, _ = letter()
    assert subject.endswith(": a usual day")
    assert "nothing stands out from the 28 days before (100% positive)." in text


def test_a_slide_over_the_weeks_is_told_of_a_usual_day(letter, ash, yesterday):
    """The 28 days before it have slid as well: nothing stands out from them."""
    for week in range(20, 0, -1):
        pleased = 9 - week % 2 if week > 7 else week
        with ash.at_once():
            for person in range(10):
                fft = "good" if person < pleased else "poor"
                at = before(
                    (world.today() - week_of(yesterday).first).days + 7 * week - 2
                )
                ash.say({"fft": fft}, at=at)
    with ash.at_once():
        for fft in ("good", "poor", "poor", "poor", "poor"):
            ash.say({"fft": fft}, at=before())
    subject, text, _ = letter()
    assert subject.endswith(": a usual day, the weeks for the worse")
    assert "\n\nPer cent positive over the weeks, for the worse: Weeks of" in text


def test_who_asks_for_somebody_is_told_and_nothing_of_what_they_wrote(letter, ash):
    world.publish_the_map()
    place = {"_talk": "yes", "talk_where": ("Canary, bed 4",)}
    ash.tell(place, survey="inpatient@2", at=before())
    ash.write("The canary nurse hit me.", at=before())
    ash.write("A canary sang.", at=before())
    subject, text, html = letter()
    assert "1 would like someone to come; 1 may need someone today" in subject
    assert "- 1 person would like someone to come\n" in text
    assert "- 1 may need someone today: read what they said\n" in text
    assert "- 2 people wrote something\n" in text
    assert "anary" not in subject + text + html


def test_what_came_since_midnight_is_told_too(letter, ash):
    ash.say({"fft": "good"}, at=before())
    ash.tell({"_talk": "yes", "fft": "good"}, at=world.now())
    _, text, _ = letter()
    assert "- 1 person would like someone to come (since midnight)" in text
    today = (
        "Since midnight, on today's page: https://wardvoice.example.org/wards/ASH/\n"
    )
    assert today in text
    assert "Answered: 1 (tablet 1)" in text, "the counts are of the day that is over"


def test_a_day_of_a_tablet_that_was_not_heard_is_never_called_0(letter, ash):
    weeks(ash)
    other = Prompt(**vars(world.new_tablet("ASH", heard=world.now())))
    other.tell({"better": ("Cold tea.",)}, at=world.now())  # since midnight
    silent(ash, hours=50)
    Contact.objects.update(at=world.now() - timedelta(hours=50))
    Stint.objects.update(since=before(30))
    subject, text, _ = letter()
    assert subject.endswith(": NOT EVERYTHING IS HEARD; no answers yet")
    assert "No answers of this day have come yet." in text
    assert "No answers on this day" not in text
    assert "Answered: 0" not in text
    assert "Answered: nobody, as far as anything was heard" in text


def test_an_empty_day_is_one_line(letter, ash):
    weeks(ash)
    subject, text, _ = letter()
    assert subject.endswith(": no answers")
    said = text.split("\n\n")
    assert said[1] == "No answers on this day."
    assert said[2].startswith("Tablets and texts, right now: Tablet")
    assert said[2].endswith("heard just now, nothing waiting.")
    assert said[3].startswith("The day's page:")
    assert said[4].startswith("-- \n")
    assert "%" not in text


@pytest.mark.parametrize("hours", [26, 24 * 9])
def test_a_tablet_that_was_silent_for_a_day_is_loud(letter, ash, hours):
    weeks(ash)
    silent(ash, hours=hours)
    subject, text, html = letter()
    assert LOUD in subject
    assert LOUD in text
    assert "not heard since" in text.split(LOUD)[1].split("\n\n")[0]
    assert "no data is not 0" in text
    assert "Not everything is heard" in html


def test_one_that_was_never_heard_and_one_to_be_enrolled_again_are_loud(letter, ash):
    weeks(ash)
    Device.objects.update(last_heard=None)
    assert LOUD in letter()[0]
    Device.objects.update(last_heard=world.now(), forked_at=3)
    subject, text, _ = letter()
    assert LOUD in subject
    assert "must be enrolled again" in text.split("To be seen")[0]


def test_one_that_is_switched_off_at_night_is_not(letter, ash):
    """… and may still have something of the day."""
    weeks(ash)
    ash.say({"fft": "good"}, at=before())
    midnight = datetime.combine(world.today(), time(0), morning.ZONE)
    Device.objects.update(last_heard=midnight - timedelta(hours=2))
    Stint.objects.update(since=before(30))
    subject, text, _ = letter(lambda: midnight + timedelta(hours=6, minutes=30))
    assert LOUD not in subject + text
    told = r"Not the whole picture: The tablet \w{4}… was last heard on \w+ night;"
    assert re.search(told, text), text
    assert "not heard since yesterday 22:00" in text


def test_one_that_its_ward_allows_to_be_silent_so_long_is_not(letter, ash):
    """A day unit is shut for most of a week; another ward said two days."""
    weeks(ash)
    silent(ash, hours=26)
    assert LOUD in letter()[0]
    Ward.objects.filter(code="ASH").update(quiet_minutes=2880)
    assert LOUD not in letter()[0]
    silent(ash, hours=50)
    assert LOUD in letter()[0]
    open_tomorrow = DAYS[(world.today() + timedelta(days=1)).weekday()]
    Ward.objects.filter(code="ASH").update(quiet_minutes=30, open_days=open_tomorrow)
    assert LOUD not in letter()[0]


def test_a_ward_says_from_how_many_people_its_days_are_compared(letter, ash):
    weeks(ash)
    with ash.at_once():
        for _ in range(6):
            ash.say({"fft": "very_poor"}, at=before())
    said = "0 of 6 said very good or good"
    assert said in letter()[1]
    Ward.objects.filter(code="ASH").update(least_compared=7)
    text = letter()[1]
    assert said not in text
    assert "Too few answers to compare" in text


class Late(world.Tablet):
    """What it says arrives on the evening of the day that the mail shows."""

    def send(self, rows, status=None, at=None):
        return super().send(rows, status, at or before().replace(hour=18))


def test_days_that_were_corrected_since_the_last_mail_are_named(letter, ash):
    weeks(ash)
    _, text, _ = letter()
    assert "Corrected" not in text
    late = Late(**vars(world.new_tablet("ASH", heard=world.now())))
    late.write("Said long ago.", at=before(4))
    _, text, html = letter()
    told = rf"Corrected since the last mail: {before(4):%A}: 4 answered, not 3\."
    for body in (text, html):
        assert re.search(told, body), body
        assert "1 person wrote something on an earlier day that came only on" in body
    assert "Said long ago" not in text + html


def test_a_ward_that_lost_its_only_tablet_is_told_that_nothing_can_be_heard(
    letter, ash
):
    weeks(ash)
    Device.objects.update(removed_at=world.now())
    subject, text, _ = letter()
    assert LOUD in subject
    assert "nothing can be heard" in text


def test_a_made_up_tablet_is_not_missed(letter, ash):
    weeks(ash)
    Device.objects.update(last_heard=before(9), name=MADE_UP)
    assert LOUD not in letter()[0]


def test_the_ward_may_want_words_in_its_mail(letter, ash):
    ash.write("The soup was <b>cold</b> & grey.\nAll week.", fft="poor", at=before())
    ash.write("شكرا لكم", fft="good", language="ar", at=before())
    ash.write("The nurse hit me.", at=before())
    _, text, html = letter()
    assert "soup" not in text + html
    WardMail.objects.create(ward_id="ASH", words=True)
    _, text, html = letter()
    assert (
        "[Poor]\nWhat could be better?\nThe soup was <b>cold</b> & grey.\nAll week.\n"
        in text
    )
    assert "The soup was &lt;b&gt;cold&lt;/b&gt; &amp; grey.\nAll week." in html
    assert "<b>" not in html
    assert 'dir="auto" lang="ar"' in html
    assert "hit me" not in text + html, "what may call for help is on the page"
    WardMail.objects.update(words=False)
    assert "soup" not in "".join(letter())


def test_of_many_words_the_first_are_in_the_mail_and_the_rest_are_counted(letter, ash):
    with ash.at_once():
        for number in range(14):
            ash.write(f"Word {number}.", at=before())
    WardMail.objects.create(ward_id="ASH", words=True)
    _, text, html = letter()
    assert len(re.findall(r"Word \d+\.", text)) == 10
    assert "4 more on the page." in text
    assert "4 more on the page." in html


def test_who_may_need_help_is_among_those_who_are_counted(letter, ash):
    """Whom the mail leaves out is on the page, and somebody should look there."""
    for words in ("Kind.", "The nurse hit me.", "Quiet."):
        ash.write(words, at=before())
    WardMail.objects.create(ward_id="ASH", words=True)
    for body in letter()[1:]:
        assert "Kind." in body
        assert "1 more on the page." in body


def test_how_many_were_asked_by_text(letter, ash, yesterday):
    ash.say({"fft": "good"}, at=before())
    of = ["texts", "asked", "asked_answered"]
    days = {yesterday.isoformat(): {"of": of, "wards": {"ASH": [4, 9, 3]}}}
    Device.objects.update(status={"sms": {"days": days}})
    assert "By text: asked 9, answered 3" in letter()[1]


def test_a_long_name_leaves_room_for_who_waits(letter, ash):
    """A telephone shows the first 70 letters or so of a subject."""
    name = "Acute Medical Assessment and Ambulatory Emergency Care Unit (Level 4)"
    Ward.objects.filter(code="ASH").update(name=name)
    ash.tell({"_talk": "yes", "fft": "good"}, at=before())
    subject, text, _ = letter()
    assert "Acute Medical Assessment and Ambulatory... (ASH), " in subject
    assert "1 would like someone to come" in subject
    assert text.startswith(f"{name}\n")


def test_a_name_with_a_line_break_forges_no_header(letter, ash):
    Ward.objects.filter(code="ASH").update(name="Ash\r\nBcc: x@example.org")
    ash.say({"fft": "good"}, at=before())
    subject, *_ = letter()
    assert subject.startswith("Ash Bcc: x@example.org, ")


def test_no_picture_is_fetched_and_no_other_host_is_named(letter, ash):
    ash.say({"fft": "good"}, at=before())
    html = letter()[2]
    assert not re.search(r"<(img|link|script|iframe|object)|url\(|@import|src=", html)
    hosts = set(re.findall(r"https?://([^/\"'<\s]+)", html))
    assert hosts == {"wardvoice.example.org"}


def test_two_worlds_what_another_ward_hears_changes_nothing(letter, ash):
    """P15."""
    ash.say({"fft": "good"}, at=before())
    alone = letter()
    birch = world.new_tablet("BIRCH", heard=before(5))
    with birch.at_once():
        for _ in range(9):
            birch.write("Nobody came. Help me.", fft="very_poor", at=before())
    birch.tell({"_talk": "yes"}, at=world.now())
    assert letter() == alone


def test_the_control_without_the_wards_own_filter_it_does(letter, ash, monkeypatch):
    from central.summaries import reading
    from central.summaries.models import Standing

    ash.say({"fft": "good"}, at=before())
    alone = letter()
    monkeypatch.setattr(
        reading, "_counting", lambda ward: Standing.objects.filter(counts=True)
    )
    world.new_tablet("BIRCH").say({"fft": "very_poor"}, at=before())
    assert letter() != alone


# ── who waits ────────────────────────────────────────────────────────────────


def mark_all_as_seen():
    from central.actions import seen
    from central.people.models import User
    from central.places.models import Ward

    ward, user = Ward.objects.get(code="ASH"), User.objects.get(username="ash.manager")
    for one in seen.waiting_in("ASH"):
        seen.mark(ward, one.key, one.rows, user, world.now())


def test_who_was_seen_is_asked_for_no_more(letter, ash):
    ash.tell({"_talk": "yes", "fft": "good"}, at=before())
    ash.write("The nurse hit me.", at=before())
    assert "To be seen" in letter()[1]
    mark_all_as_seen()
    subject, text, _ = letter()
    assert "would like someone to come" not in subject + text
    assert "may need someone" not in subject + text


def test_whoever_nobody_has_seen_is_told_of_each_morning(letter, ash):
    weeks(ash)
    for _ in range(2):
        ash.tell({"_talk": "yes"}, at=before(6))
    subject, text, html = letter()
    day = before(6)
    since = f"- 2 have waited to be seen since {day:%A} {day.day} {day:%B %Y}\n"
    assert "2 would like someone to come" in subject
    assert "- 2 people would like someone to come\n" in text
    assert since in text
    address = "https://wardvoice.example.org/wards/ASH/"
    assert f"Whoever waits, on today's page: {address}\n" in text
    assert since[2:-1] in html
    ash.tell({"_talk": "yes"}, at=world.now())
    _, text, _ = letter()
    assert "- 3 people would like someone to come (1 since midnight)" in text
    assert "Since midnight and whoever waits, on today's page" in text
    mark_all_as_seen()
    assert "No answers on this day." in letter()[1].split("\n\n")[1]


def test_words_in_a_mail_count_as_read_by_whom_it_goes_to(letter, ash):
    from central.audit.models import Read

    ash.write("The soup was cold.", at=before())
    letter()
    assert not Read.objects.exists()
    WardMail.objects.create(ward_id="ASH", words=True)
    letter()
    read = Read.objects.get()
    assert (read.who, read.ward, read.page, read.words) == (
        "ash.manager", "ASH", "mail", 1,
    )  # fmt: skip
