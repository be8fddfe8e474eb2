"""Administrators hear in the morning of what waits for them, once, or of nothing."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction

from central.custody.models import Proof
from central.devices.models import MADE_UP, Device
from central.morning import notices, post
from central.morning import round as morning
from central.morning.models import QUIET, SENT, WAITING, Mail
from central.morning.times import morning_of
from central.people.models import Membership, User
from central.places.models import Ward
from tests.central.morning.conftest import reader
from tests.web import world

BOSS = "boss@example.org"


@pytest.fixture(autouse=True)
def keys_in_order(monkeypatch):
    """Whether the keys were rehearsed is told elsewhere (test_keys_rehearsal.py)."""
    monkeypatch.setattr("central.custody.due.notices", lambda now: [])


def administrator(name="boss", **more):
    user = reader(name, **more)
    user.is_staff = user.is_superuser = True
    user.save()
    return user


@pytest.fixture
def boss(house):
    return administrator()


def silent(ward="ASH", **ago):
    last = world.now() - timedelta(**(ago or {"hours": 30}))
    Device.objects.filter(wards=ward).update(last_heard=last)


@pytest.fixture
def send(posted, yesterday):
    """What administrators got of this morning: the mails that came, by address."""

    def get():
        morning.by_hand(yesterday, world.now)
        ours = [one for one in posted.came if post.ADMINISTRATORS in one.id]
        return {one.to[0]: one.mail for one in ours}

    return get


def text_of(mail):
    return mail.get_body(("plain",)).get_content()


def test_a_silent_tablet_is_told_with_its_wards(send, boss):
    silent()
    mail = send()[BOSS]
    assert mail["Subject"] == "Wardvoice: 1 thing to look after"
    told = text_of(mail)
    assert "(ASH): not heard since" in told
    assert "All devices: https://wardvoice.example.org/devices/" in told
    html = mail.get_body(("html",)).get_content()
    assert "(ASH): not heard since" in html
    assert 'href="https://wardvoice.example.org/devices/"' in html


def test_a_morning_with_nothing_is_quiet(send, boss):
    assert send() == {}
    assert Mail.objects.get(ward=None).state == QUIET
    silent()
    assert send() == {}, "it is a mail of the morning: on its pages it is told at once"


def test_only_administrators_with_an_address_get_it(send, boss):
    administrator("second")
    administrator("without", email="")
    gone = administrator("gone")
    gone.is_active = False
    gone.save()
    silent()
    assert set(send()) == {BOSS, "second@example.org"}


def test_it_has_no_wards_figures_and_nobodys_words(send, boss):
    tablet = world.new_tablet("ASH", heard=world.now())
    tablet.write("The canary nurse", fft="very_poor", at=world.days_ago(1))
    silent()
    told = text_of(send()[BOSS])
    assert "canary" not in told
    assert "poor" not in told.lower()
    assert "%" not in told
    assert "/wards/ASH/" not in told


def test_a_ward_that_nobody_reads_and_a_refused_mail_are_told(send, posted, boss):
    Membership.objects.filter(user__username="birch.manager").delete()
    posted.replies["ash.manager@example.org"] = "550 5.1.1 no such user"
    told = text_of(send()[BOSS])
    assert "Nobody gets the morning mail of Birch ward" in told
    assert "Ash ward to ash.manager was not sent" in told
    assert "no such user" in told
    assert "Who reads which ward: https://wardvoice.example.org/setup/people/" in told


def test_keys_that_are_not_proven_are_told(send, boss, monkeypatch):
    monkeypatch.undo()
    Proof.objects.all().delete()
    told = text_of(send()[BOSS])
    assert "No test comment was opened today" in told
    assert "The keys were never rehearsed" in told


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"forked_at": 3}, "must be enrolled again"),
        ({"last_heard": None}, "not heard yet"),
        ({"status": {"disk_free_bytes": 1_000_000}}, "Its disk is nearly full"),
        ({"name": MADE_UP, "last_heard": None}, ""),
        ({"removed_at": world.now(), "last_heard": None}, ""),
    ],
)
def test_of_a_device_what_waits_for_somebody(send, boss, values, words):
    Device.objects.filter(wards="ASH").update(**values)
    came = send()
    assert bool(came) == bool(words)
    assert not words or words in text_of(came[BOSS])


def test_a_tablet_whose_ward_was_closed_is_not_missed(send, boss):
    silent()
    Ward.objects.filter(code="ASH").update(closed_on=world.today())
    assert send() == {}


def test_of_very_many_the_first_are_told_and_the_rest_counted(send, boss):
    for _ in range(40):
        world.new_tablet("ASH")
    told = text_of(send()[BOSS])
    assert told.count("not heard yet") == 25
    assert "- and 15 more" in told


# ── when, and once ───────────────────────────────────────────────────────────


def test_it_goes_at_the_hour_when_it_is_known_which_mails_did_not(posted, boss):
    silent(days=9)
    today = morning_of(world.today(), 7)
    early = today.begins + timedelta(minutes=1)
    morning.look(lambda: early)
    assert Mail.objects.get(ward=None).state == WAITING
    assert Mail.objects.exclude(ward=None).count() == 2
    morning.look(lambda: today.by + timedelta(minutes=1))
    morning.look(lambda: today.by + timedelta(minutes=2))
    assert Mail.objects.get(ward=None).state == SENT
    assert [one.to[0] for one in posted.came].count(BOSS) == 1


def test_an_administrator_no_more_by_then_gets_none(posted, boss, yesterday):
    silent()
    now = world.now()
    until = now + timedelta(hours=1)
    people = {BOSS: boss}
    post.plan_for_administrators(yesterday, people, now, now, until, "x.example")
    User.objects.filter(pk=boss.pk).update(is_superuser=False)
    morning.by_hand(yesterday, world.now)
    assert BOSS not in [one.to[0] for one in posted.came]
    assert not Mail.objects.filter(ward=None).exists()


def test_of_an_older_day_by_hand_nothing_is_told(posted, boss, yesterday):
    silent()
    morning.by_hand(yesterday - timedelta(1), world.now)
    assert not Mail.objects.filter(ward=None).exists()


def test_two_processes_claim_one_row(live_house, yesterday):
    boss, now = administrator(), world.now()
    barrier = Barrier(4)

    def claim(_):
        barrier.wait()
        try:
            post.plan_for_administrators(
                yesterday, {BOSS: boss}, now, now, now + timedelta(hours=1), "x.example"
            )
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(claim, range(4)))
    assert Mail.objects.filter(ward=None).count() == 1


def test_the_database_knows_of_no_second_one(boss, yesterday):
    """A ward's constraint does not: two rows without a ward are two to it."""
    words = dict.fromkeys(("planned_at", "valid_until", "next_at"), world.now())
    words |= {"day": yesterday, "reader": boss, "address": BOSS}
    Mail.objects.create(message_id="one", **words)
    with pytest.raises(IntegrityError), transaction.atomic():
        Mail.objects.create(message_id="two", **words)


# ── who is told by nobody ────────────────────────────────────────────────────


def test_the_page_says_that_no_administrator_has_an_address(posted, house):
    assert not any("No administrator" in one for one in notices.notices(world.now()))
    boss = administrator(email="")
    assert any("No administrator" in one for one in notices.notices(world.now()))
    User.objects.filter(pk=boss.pk).update(email=BOSS)
    assert not any("No administrator" in one for one in notices.notices(world.now()))
