"""The demo: ordinary facts, the same for a seed, and wards with a story each."""

import io
from datetime import date, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command

from central.demo.wards import (
    BLUEBELL,
    CHANGE_DAYS_AGO,
    DAYS,
    FOXGLOVE,
    HEATHER,
    WARDS,
)
from tests.web import world

TODAY = date(2026, 11, 20)
PASSWORD = "a long demo password"


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """The demo's twenty weeks, loaded once for the tests of this file."""
    from django.db import transaction

    from central.demo.load import load
    from central.demo.visits import ZONE

    with django_db_blocker.unblock(), transaction.atomic():
        now = datetime(2026, 11, 20, 18, 30, tzinfo=ZONE)
        receipts = "http://127.0.0.1/receipt/"
        loaded = load(TODAY, now, PASSWORD, seed=2026, receipts=receipts)
        yield loaded
        transaction.set_rollback(True)


@pytest.fixture
def database(demo, django_db_blocker):
    with django_db_blocker.unblock():
        yield


def percent_positive(ward, first_days_ago, last_days_ago):
    from central.summaries import reading
    from central.summaries.fft import fft_of_tally
    from central.summaries.trend import pooled

    first, last = TODAY - timedelta(first_days_ago), TODAY - timedelta(last_days_ago)
    tallies = reading.tallies(ward.code, first, last, [])
    return fft_of_tally(pooled(tallies, "fft")).positive_percent


def bad_nights(first_days_ago, last_days_ago):
    from central.summaries import reading
    from central.summaries.trend import pooled

    first, last = TODAY - timedelta(first_days_ago), TODAY - timedelta(last_days_ago)
    faces = pooled(reading.tallies(BLUEBELL.code, first, last, ["night"]), "night")
    return (faces.get("-2", 0) + faces.get("-1", 0)) / sum(faces.values())


def test_it_has_twenty_weeks_of_people(demo):
    assert demo.responses > 4_000
    assert demo.answers > 6 * demo.responses


def test_one_ward_improves_one_worsens_and_one_stays(database):
    gained = percent_positive(BLUEBELL, 28, 0) - percent_positive(
        BLUEBELL, DAYS - 1, 50
    )
    lost = percent_positive(FOXGLOVE, 20, 0) - percent_positive(FOXGLOVE, DAYS - 1, 50)
    steady = percent_positive(HEATHER, 28, 0) - percent_positive(HEATHER, DAYS - 1, 50)
    assert gained >= 15
    assert lost <= -25
    assert abs(steady) <= 8


def test_the_nights_improve_with_the_change_that_the_card_tells_of(database):
    from central.actions.models import Card

    before, after = (
        bad_nights(DAYS - 1, CHANGE_DAYS_AGO),
        bad_nights(CHANGE_DAYS_AGO - 1, 0),
    )
    assert before > 2 * after
    changed = TODAY - timedelta(CHANGE_DAYS_AGO)
    assert Card.objects.filter(ward_id=BLUEBELL.code, on=changed).exists()


def test_weeks_have_a_rhythm_and_a_broken_tablet_leaves_a_gap(database):
    from central.summaries import reading

    counts = reading.responses_by_day("HEATHER", TODAY - timedelta(DAYS - 1), TODAY)
    weekend = [n for day, n in counts.items() if day.weekday() >= 5]
    weekday = [n for day, n in counts.items() if day.weekday() < 5]
    assert sum(weekday) / len(weekday) > 1.4 * sum(weekend) / len(weekend)
    for days_ago in HEATHER.silent_days_ago:
        assert TODAY - timedelta(days_ago) not in counts


def test_the_charts_tell_each_wards_story(database):
    """The improving ward's nights, the slide, the new busy ward, and the empty one."""
    from central.surveys.published import every_survey
    from central.web.over import positive_over_time, steps_over_time
    from central.web.period_page import national
    from central.web.periods import half_year_to

    time = half_year_to(TODAY)
    names = [one.name for one in national(every_survey())]
    (nights,) = steps_over_time("BLUEBELL", time, TODAY, {"night": "Night"}, names)
    assert nights.changes[0].does == "held"
    assert nights.causes[-1].kind == "For the better"
    positive = {
        ward.code: positive_over_time(ward.code, time, TODAY, names) for ward in WARDS
    }
    assert positive["FOXGLOVE"].causes[-1].kind == "For the worse"
    assert positive["HEATHER"].has_limits
    assert positive["MARIGOLD"].state.startswith("Not enough weeks yet")
    assert positive["MARIGOLD"].rows[0].value.people > 150
    assert positive["IVY"].state == "No answers in these weeks."


def test_people_place_what_they_like_on_the_map(database):
    from central.demo.visits import STEPS
    from central.intake.models import Answer

    faces = Answer.objects.filter(survey="inpatient@2", question__in=STEPS)
    people = faces.values_list("response", flat=True)
    assert set(faces.values_list("question", flat=True)) == set(STEPS)
    most = max(list(people).count(one) for one in list(people)[:200])
    tapped = Answer.objects.filter(question="_who", survey="inpatient@2").count()
    assert most <= 6
    assert len(set(people)) < tapped  # some place nothing
    why = Answer.objects.filter(question="why_step").values_list("response", "value")
    placed = set(faces.values_list("response", "question"))
    assert why
    assert set(why) <= placed


def test_it_shows_all_that_a_tablet_can_ask_and_say(database):
    from central.intake.models import Answer
    from central.places.models import Ward
    from central.surveys.models import Asking
    from central.surveys.published import languages_asked

    asking = Asking.objects.get()
    assert (asking.survey, asking.also) == ("inpatient@2", "children@1")
    assert asking.receipts == "http://127.0.0.1/receipt/"
    for ward in Ward.objects.all():
        assert {"en", *ward.languages.split()} == set(languages_asked())
    spoken = Answer.objects.filter(question="_language").values_list("value", flat=True)
    assert set(spoken) == set(languages_asked())
    by_text = Answer.objects.filter(question="_language", mode="sms")
    assert set(by_text.values_list("value", flat=True)) == {"en", "cy"}
    for question in ("_share", "_talk", "talk_where", "why", "overall"):
        assert Answer.objects.filter(question=question).exists(), question


def test_its_children_are_never_counted_as_the_national_question(database):
    from central.summaries import reading
    from central.summaries.models import Standing

    children = Standing.objects.filter(survey="children@1")
    assert children.values("response").distinct().count() > 50
    assert not children.filter(question="fft").exists()
    for ward in WARDS:
        counts = reading.responses_by_day(ward.code, TODAY - timedelta(DAYS - 1), TODAY)
        national = Standing.objects.filter(ward=ward.code, survey="inpatient@2")
        people = national.exclude(question__startswith="_").values("response")
        assert sum(counts.values()) == people.distinct().count()


def test_its_answers_are_ordinary_facts(demo, database):
    from central.comments.models import Comment
    from central.devices.models import Device
    from central.intake.models import Answer, Held
    from central.summaries.models import Standing

    assert Answer.objects.count() == demo.answers
    assert not Held.objects.exists()
    assert not Comment.objects.exclude(trouble="").exists()
    assert not Standing.objects.filter(moved=True).exists()
    for device in Device.objects.all():
        assert device.have == device.last
        assert Answer.objects.filter(device=device.id).count() == device.last
    sealed = Answer.objects.filter(question__in=["good", "better", "why"])
    assert sealed.exists()
    assert not sealed.exclude(value__startswith="seal1.").exists()


def test_hardly_anything_of_it_is_late(demo, database):
    """Each page and mail would say that half of its words are of an earlier day."""
    from central.summaries.models import Late

    people = Late.objects.values("response").distinct().count()
    assert people < demo.responses / 100, "but for who answers at midnight"


@pytest.mark.parametrize("weekday", range(7))
def test_nor_is_it_on_any_other_day_of_the_week(weekday):
    """A seed gives other people on each: on Tuesdays one of them, who answered at
    midnight, kept all the others of that day with her."""
    from random import Random

    from central.demo.load import ON_THE_WAY, batches
    from central.demo.visits import ZONE, visits_of
    from feedback.answer import utc_moment

    random, today = Random(2026), TODAY + timedelta(weekday)
    late = 0
    for ward in WARDS:
        visits = list(visits_of(ward, today, random, lambda text, *_: text))
        began = {one.drafts[0].response: one.began.date() for one in visits}
        for drafts in batches(visits):
            said = utc_moment(max(one.answered_at for one in drafts))
            came = (said + ON_THE_WAY).astimezone(ZONE).date()
            late += sum(began[one] < came for one in {one.response for one in drafts})
    assert late < 12, "but for who answers at midnight"


def test_nobody_answers_after_the_moment_at_which_it_was_made(database):
    from central.intake.models import Answer

    assert (
        Answer.objects.order_by("-answered_at").first().answered_at < "2026-11-20T18:31"
    )


def test_each_manager_reads_their_own_ward_and_the_matron_all(database):
    from central.people.models import User

    wards = {
        user.username: sorted(user.open_wards().values_list("code", flat=True))
        for user in User.objects.all()
    }
    assert wards == {
        "bluebell.manager": ["BLUEBELL"],
        "foxglove.manager": ["FOXGLOVE"],
        "heather.manager": ["HEATHER"],
        "marigold.manager": ["MARIGOLD"],
        "ivy.manager": ["IVY"],
        "ward.matron": sorted(ward.code for ward in WARDS),
        "admin": [],
    }


def test_they_log_in_with_the_password_that_was_given(database, settings):
    from django.contrib.auth import authenticate

    # The demo was loaded with the real one, before quick_hashes took its place.
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.ScryptPasswordHasher",
        "django.contrib.auth.hashers.MD5PasswordHasher",
    ]
    assert authenticate(username="ward.matron", password=PASSWORD)
    assert not authenticate(username="ward.matron", password="another")


def test_a_seed_gives_the_same_days_again(db):
    from random import Random

    from central.demo.visits import visits_of

    def days(seed):
        return list(visits_of(BLUEBELL, TODAY, Random(seed), lambda text, *_: text))

    assert days(1) == days(1)
    assert days(1) != days(2)


def test_its_made_up_devices_are_not_missed_an_hour_later(database):
    from central.demo.visits import ZONE
    from central.places.models import Ward
    from central.web.page import day_page

    later = datetime(2026, 11, 20, 19, 30, tzinfo=ZONE)
    for ward in WARDS:
        devices = day_page(Ward.objects.get(code=ward.code), TODAY, later).devices
        states = [one.state for one in devices if one.name != "Tablet Side rooms"]
        assert states == ["made up", "made up"]


def test_one_ward_has_a_tablet_that_is_offline_and_its_pages_say_so(database):
    from central.demo.visits import ZONE
    from central.devices.models import Device
    from central.intake.models import Answer
    from central.places.models import Ward
    from central.web.page import day_page

    now = datetime(2026, 11, 20, 18, 30, tzinfo=ZONE)
    for ward in WARDS:
        page = day_page(Ward.objects.get(code=ward.code), TODAY, now)
        missing = page.completed.complete.missing
        if ward is not HEATHER:
            assert missing == ()
            continue
        assert missing == (
            "The tablet “Side rooms” was last heard on Thursday afternoon; what was "
            "said on it since then is not in these numbers yet.",
        )
        assert page.devices[0].is_warning
    second = Device.objects.get(name="Side rooms")
    people = Answer.objects.filter(device=second.id).values("response").distinct()
    assert people.count() > 100


def test_it_refuses_a_database_with_another_trusts_data(trust):
    from central.places.models import Ward

    with pytest.raises(CommandError, match="another trust's data"):
        call_command("demo_data", stdout=io.StringIO())
    assert set(Ward.objects.values_list("code", flat=True)) == {"ASH", "BIRCH"}


def test_its_codes_enrol_real_devices_in_place_of_the_made_up_ones(trust):
    from central.demo.load import enrolment_codes
    from central.demo.wards import WARDS
    from central.devices.enrolment import Wish, enrol
    from central.devices.models import MADE_UP, Device
    from central.places.models import Site, Ward

    for ward in WARDS:
        Ward.objects.create(code=ward.code, name=ward.name, site=Site.objects.get())
    old = world.new_tablet("BLUEBELL")
    other = world.new_tablet("HEATHER")
    Device.objects.filter(id__in=[old.id, other.id]).update(name=MADE_UP)
    codes = enrolment_codes(["BLUEBELL"], world.now())
    assert sorted(codes) == ["BLUEBELL", "sms"]
    gateway = enrol(Wish(codes["sms"], bytes(range(32))), world.now())
    assert sorted(gateway.wards.values_list("code", flat=True)) == [
        "BLUEBELL", "FOXGLOVE", "HEATHER", "IVY", "MARIGOLD",
    ]  # fmt: skip
    assert Device.objects.get(id=old.id).removed_at
    assert not Device.objects.get(id=other.id).removed_at


def test_each_ward_has_looked_but_one(database):
    from central.actions.seen import waits_of

    waits = waits_of(ward.code for ward in WARDS)
    assert waits[FOXGLOVE.code].since < TODAY - timedelta(1)
    others = [one for code, one in waits.items() if code != FOXGLOVE.code]
    assert all(TODAY - one.since <= timedelta(1) for one in others)
