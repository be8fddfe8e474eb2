"""Each mail goes out once: what the server says, and what it does not."""

import asyncio
import time
from datetime import timedelta

import pytest

from central.morning import carrier, notices
from central.morning import round as morning
from central.morning.models import REFUSED, SENT, TOO_LATE, WAITING, Mail
from tests.central.morning.conftest import reader
from tests.central.morning.office import listening, open_office
from tests.web import world

ASH, BIRCH = "ash.manager@example.org", "birch.manager@example.org"


class Clock:
    """The time, which a test moves."""

    def __init__(self):
        self.now = world.now()

    def __call__(self):
        return self.now

    def on(self, **words):
        self.now += timedelta(**words)


@pytest.fixture
def clock(house):
    return Clock()


def states():
    return {one.address: one.state for one in Mail.objects.all()}


def send(day, clock, **words):
    return morning.by_hand(day, clock, **words).sent


def test_each_ward_gets_one_mail_and_not_a_second_one(posted, clock, yesterday):
    assert send(yesterday, clock).sent == 2
    assert send(yesterday, clock).sent == 0

    assert sorted(one.to for one in posted.came) == [[ASH], [BIRCH]]
    assert {one.sender for one in posted.came} == {"wardvoice@example.org"}
    assert set(states().values()) == {SENT}
    assert not notices.notices(clock())


def test_several_mails_go_over_one_connection(posted, clock, yesterday):
    for number in range(8):
        reader(f"more{number}", "ASH")
    assert send(yesterday, clock).sent == 10
    assert posted.greeted == 1


def test_a_mail_says_whose_it_is_and_that_a_machine_wrote_it(posted, clock, yesterday):
    send(yesterday, clock)
    mail = next(one.mail for one in posted.came if one.to == [ASH])
    assert mail["Message-ID"] == Mail.objects.get(address=ASH).message_id
    start = f"<morning.{yesterday}.ASH."
    assert mail["Message-ID"].startswith(start)
    assert mail["Message-ID"].endswith("@wardvoice.example.org>")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["To"] == ASH
    assert mail.get_content_type() == "multipart/alternative"
    kinds = [part.get_content_type() for part in mail.iter_parts()]
    assert kinds == ["text/plain", "text/html"]


def test_a_refused_address_is_not_asked_again_and_is_told(posted, clock, yesterday):
    posted.replies[ASH] = "550 5.1.1 no such user"
    done = send(yesterday, clock)
    assert (done.sent, done.refused, done.again) == (1, 1, 0)
    clock.on(hours=1)
    assert send(yesterday, clock).refused == 0

    assert states() == {ASH: REFUSED, BIRCH: SENT}
    (told,) = notices.notices(clock())
    assert "Ash ward to ash.manager was not sent" in told
    assert "address refused: 550 5.1.1 no such user" in told


def test_a_mended_address_gets_its_mail_by_hand(posted, clock, yesterday):
    posted.replies[ASH] = "550 no such user"
    send(yesterday, clock)
    del posted.replies[ASH]
    assert send(yesterday, clock, again=True).sent == 1
    assert not notices.notices(clock())


def waits(posted, clock, day):
    """Ash ward's mail was planned and could not be sent."""
    posted.replies[ASH] = "451 later"
    send(day, clock)
    assert states()[ASH] == WAITING
    del posted.replies[ASH]
    clock.on(minutes=2)


@pytest.mark.parametrize("gone", ["membership", "account"])
def test_who_may_not_see_the_ward_any_more_gets_no_mail_that_waited(
    posted, clock, yesterday, gone
):
    """P13."""
    from central.people.models import Membership, User

    reader("second", "ASH")
    waits(posted, clock, yesterday)
    if gone == "account":
        User.objects.filter(username="ash.manager").update(is_active=False)
    else:
        Membership.objects.filter(user__username="ash.manager").delete()
    assert send(yesterday, clock).sent == 0
    assert ASH not in [one.to[0] for one in posted.came]
    assert ASH not in states()
    assert not notices.notices(clock())


@pytest.mark.parametrize("first", ["451 later", "550 no such user"])
def test_who_has_another_address_now_gets_it_there(posted, clock, yesterday, first):
    from central.people.models import User

    posted.replies[ASH] = first
    send(yesterday, clock)
    new = "new@example.org"
    User.objects.filter(username="ash.manager").update(email=new)
    del posted.replies[ASH]
    clock.on(minutes=2)
    assert send(yesterday, clock).sent == 1
    assert sorted(one.to[0] for one in posted.came) == [BIRCH, new]
    assert not notices.notices(clock())


def test_a_server_that_is_closing_is_not_asked_for_each_mail(posted, clock, yesterday):
    for number in range(5):
        reader(f"more{number}", "ASH")
    for address in (ASH, BIRCH, *(f"more{n}@example.org" for n in range(5))):
        posted.replies[address] = "421 4.3.2 closing"
    assert send(yesterday, clock).again == 1


def test_a_busy_server_is_asked_again_after_longer_and_longer(posted, clock, yesterday):
    posted.replies[ASH] = ["451 4.7.1 greylisted", "452 too many"]
    assert send(yesterday, clock).again == 1
    assert Mail.objects.get(address=ASH).trouble.endswith("451 4.7.1 greylisted")
    assert send(yesterday, clock).again == 0  # not at once
    clock.on(minutes=1, seconds=1)
    assert send(yesterday, clock).again == 1
    clock.on(minutes=1, seconds=1)
    assert send(yesterday, clock).sent == 0  # two minutes now
    clock.on(minutes=1)
    assert send(yesterday, clock).sent == 1

    assert posted.ids()[Mail.objects.get(address=ASH).message_id] == 1
    assert Mail.objects.get(address=ASH).tries == 3


def test_what_is_refused_after_the_words_came_is_refused(posted, clock, yesterday):
    posted.data[ASH] = "554 5.7.1 looks like spam"
    posted.data[BIRCH] = "452 4.3.1 disk full"
    done = send(yesterday, clock)
    assert (done.refused, done.again) == (1, 1)
    assert states() == {ASH: REFUSED, BIRCH: WAITING}


def test_a_sender_that_is_not_liked_is_a_setting_and_is_tried_again(
    posted, clock, yesterday
):
    posted.replies["sender"] = "550 5.7.60 not permitted to send as this sender"
    done = send(yesterday, clock)
    assert (done.refused, done.again) == (0, 1)
    assert set(states().values()) == {WAITING}
    del posted.replies["sender"]
    clock.on(minutes=2)
    assert send(yesterday, clock).sent == 2


def test_what_could_not_be_sent_in_time_is_given_up_and_told(mails, clock, yesterday):
    with listening(lambda one: one.close()) as (port, _):
        mails(port)
        for _ in range(4):
            send(yesterday, clock)
            clock.on(minutes=16)
        (told,) = notices.notices(clock())
        assert "2 morning mails are not sent yet, and tried again: the mail" in told
        clock.on(hours=5)
        morning.look(clock)

    assert set(states().values()) == {TOO_LATE}
    told = notices.notices(clock())
    assert any("Ash ward to ash.manager was not sent" in one for one in told)


def test_a_server_that_is_away_costs_one_try_and_then_all_go(mails, clock, yesterday):
    with listening(lambda one: one.close()) as (port, calls):
        mails(port)
        send(yesterday, clock)
        assert len(calls) == 1
    with open_office() as office:
        mails(office.port)
        clock.on(minutes=2)
        assert send(yesterday, clock).sent == 2


def test_a_server_that_hangs_is_left(mails, settings, clock, yesterday):
    with listening(lambda one: one.recv(1)) as (port, _):
        mails(port)
        settings.EMAIL_TIMEOUT = 0.5
        began = time.monotonic()
        assert send(yesterday, clock).again == 1
        assert time.monotonic() - began < 4
    mail = Mail.objects.exclude(trouble="").get()
    assert mail.trouble == "the mail server did not answer in time"
    assert mail.state == WAITING
    assert mail.held_until is None


def trickle(one):
    """A greeting without an end: no single wait is long."""
    while True:
        one.sendall(b"220-still here\r\n")
        time.sleep(0.1)


def trickle_later(one):
    one.sendall(b"220 hello\r\n")
    one.recv(100)
    trickle(one)


@pytest.mark.parametrize("talk", [trickle, trickle_later])
def test_a_server_that_trickles_is_left_too(mails, monkeypatch, clock, yesterday, talk):
    monkeypatch.setattr(carrier, "MAIL_S", 1.5)
    with listening(talk) as (port, _):
        mails(port)
        began = time.monotonic()
        assert send(yesterday, clock).again == 1
        assert 1 < time.monotonic() - began < 6
    assert Mail.objects.exclude(trouble="").get().trouble == carrier.SLOW


def test_a_server_that_does_not_say_goodbye_is_left(
    posted, monkeypatch, clock, yesterday
):
    monkeypatch.setattr(carrier, "MAIL_S", 1.0)
    posted.at["QUIT"] = lambda: asyncio.sleep(4)
    began = time.monotonic()
    assert send(yesterday, clock).sent == 2
    assert time.monotonic() - began < 3.5


def test_the_control_without_the_limit_it_goes_on(mails, monkeypatch, clock, yesterday):
    monkeypatch.setattr(carrier, "MAIL_S", 1.5)
    monkeypatch.setattr(carrier.Smtp, "cut", lambda self: None)

    def for_four_seconds(one):
        end = time.monotonic() + 4
        while time.monotonic() < end:
            one.sendall(b"220-still here\r\n")
            time.sleep(0.1)
        one.close()

    with listening(for_four_seconds) as (port, _):
        mails(port)
        began = time.monotonic()
        send(yesterday, clock)
        assert time.monotonic() - began > 3.5


def test_a_reply_that_never_comes_may_mean_that_it_was_taken(
    mails, settings, clock, yesterday
):
    """Then it goes again under the same Message-ID."""
    with open_office() as office:
        mails(office.port)
        settings.EMAIL_TIMEOUT = 0.5
        office.at["DATA"] = lambda: asyncio.sleep(2)
        assert send(yesterday, clock).again == 1
        del office.at["DATA"]
        clock.on(minutes=2)
        assert send(yesterday, clock).sent == 2
        assert sorted(office.ids().values()) == [1, 2]


@pytest.mark.parametrize("address", ["søren@example.org", "a@b@c", "x\n@example.org"])
def test_an_address_that_cannot_be_written_to_stops_nobody(
    posted, clock, yesterday, address
):
    reader("odd", "ASH", email=address)
    send(yesterday, clock)
    assert [states()[one] for one in (ASH, BIRCH)] == [SENT, SENT]
    assert states()[address] in (REFUSED, SENT)


def test_a_page_that_cannot_be_made_keeps_no_other_mail(
    posted, clock, yesterday, monkeypatch
):
    real = morning.write

    def write(mail, now):
        if mail.ward_id == "ASH":
            raise ZeroDivisionError
        return real(mail, now)

    monkeypatch.setattr(morning, "write", write)
    done = send(yesterday, clock)
    assert (done.sent, done.again) == (1, 1)
    assert (
        "could not be made (ZeroDivisionError)" in Mail.objects.get(address=ASH).trouble
    )


def test_a_held_mail_is_taken_over_when_its_time_is_up(posted, clock, yesterday):
    from central.morning import post

    send(yesterday, clock)
    Mail.objects.update(state=WAITING, next_at=clock())
    assert post.take(clock()) is not None
    clock.on(minutes=4)
    assert send(yesterday, clock).sent == 1  # the other one
    clock.on(minutes=2)
    assert send(yesterday, clock).sent == 1


def test_what_waited_too_long_goes_by_hand_when_it_is_asked_for(
    posted, clock, yesterday
):
    posted.replies[ASH] = "451 later"
    send(yesterday, clock)
    del posted.replies[ASH]
    clock.on(hours=6)
    assert send(yesterday, clock).sent == 0
    assert states()[ASH] == TOO_LATE
    assert send(yesterday, clock, again=True).sent == 1


def test_who_lost_the_mail_marks_nothing(posted, clock, yesterday):
    from central.morning import post

    send(yesterday, clock)
    Mail.objects.update(state=WAITING, next_at=clock())
    first = post.take(clock())
    clock.on(minutes=6)
    Mail.objects.exclude(pk=first.pk).delete()
    second = post.take(clock())
    assert (first.pk, first.holder) != (second.pk, second.holder)
    post._mark(first, state=REFUSED)
    assert Mail.objects.get().state == WAITING
    post._mark(second, state=SENT)
    assert Mail.objects.get().state == SENT


def test_old_rows_go(posted, clock, yesterday):
    send(yesterday, clock)
    clock.on(days=92)
    morning.look(clock)
    assert not Mail.objects.filter(day=yesterday).exists()
