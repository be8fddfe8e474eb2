"""The devices page: for administrators, and without a word that anybody said."""

from datetime import timedelta

import pytest

from feedback.answer import Answer, new_response, utc_text
from tests.web import world
from tests.web.browser import follow
from tests.web.looking import looked_at_everywhere, twice_the_text_everywhere
from tests.web.test_in_a_browser import browser, open_page  # noqa: F401, fixtures
from tests.web.test_the_days_page import plain


def new_administrator():
    from central.people.models import User

    User.objects.create_superuser("admin", password=world.PASSWORD)


@pytest.fixture
def admin_page(client, trust):
    """The devices page, as an administrator reads it."""
    new_administrator()
    client.login(username="admin", password=world.PASSWORD)

    def get(path="/devices/"):
        reply = client.get(path)
        assert reply.status_code == 200
        return plain(reply.content.decode())

    return get


def row(tablet, ward=None):
    tablet.last += 1
    return Answer(
        tablet.id, tablet.last, new_response(), world.SURVEY, "fft", "good",
        ward or tablet.ward, "kiosk", utc_text(world.now()),
    )  # fmt: skip


def heartbeat(tablet, **status):
    tablet.send([], {"unsent": 0, **status})


def test_a_manager_finds_no_such_page_and_no_link(manager, ash):
    assert manager.get("/devices/").status_code == 404
    assert manager.get(f"/devices/{ash.id}/").status_code == 404
    assert manager.get(f"/devices/{world.today()}/").status_code == 404
    assert "/devices/" not in manager.get("/").content.decode()


def test_staff_who_may_not_see_devices_find_none(client, trust):
    from central.people.models import User

    User.objects.create_user("helper", password=world.PASSWORD, is_staff=True)
    client.login(username="helper", password=world.PASSWORD)
    assert client.get("/devices/").status_code == 404


def test_an_administrator_gets_there_from_the_first_page(client, admin_page):
    assert "/devices/" in client.get("/").content.decode()
    assert "No device is enrolled yet" in admin_page()


def test_it_says_what_a_device_says_of_itself(admin_page, ash):
    ash.say({"fft": "good"})
    ahead = utc_text(world.now() + timedelta(minutes=8, seconds=20))
    heartbeat(
        ash,
        versions={"wardvoice": "0.4.0"},
        disk_free_bytes=12_345_000_000,
        clock=ahead,
    )
    text = admin_page()
    for words in ("0.4.0", "12.3 GB free", "8 minutes ahead", "ASH", "heard just now"):
        assert words in text, text
    assert "Its clock is 8 minutes ahead: set it." in text
    assert "Every row that the devices spoke of is accounted for today." in text


@pytest.mark.parametrize(
    "status",
    [
        {"versions": 5, "disk_free_bytes": "x", "clock": 7, "unsent": None},
        {"versions": {"wardvoice": ["<b>"]}, "clock": "9999-12-31T23:59:59.999Z"},
        {"clock": "0001-01-01T00:00:00.000Z", "clock_ahead_s": "nonsense"},
        {"clock": "2026-11-22", "clock_ahead_s": 10**9, "disk_free_bytes": 0},
        {"versions": {"wardvoice": "<script>"}, "disk_free_bytes": -5},
    ],
)
def test_whatever_a_device_says_of_itself_the_page_stands(admin_page, ash, status):
    ash.send([], status)
    assert "10000000" not in admin_page()


def test_a_quiet_device_is_named_first_and_no_data_is_not_0(admin_page, ash, birch):
    heartbeat(ash)
    text = admin_page()
    look = text.split("Needs a look")[1].split("How they are now")[0]
    assert birch.id[:8] in look
    assert ash.id[:8] not in look
    assert "Silence: not heard yet – no data is not 0." in look


# ── each loss shows within one heartbeat ─────────────────────────────────────


def test_rows_deleted_at_central_show(admin_page, ash):
    from central.intake.models import Answer as Stored

    for _ in range(4):
        ash.say({"fft": "good"})
    Stored.objects.filter(seq__in=(2, 3)).delete()
    heartbeat(ash)
    text = admin_page()
    assert "Missing: 2 rows that central had, and nobody declared gone." in text
    assert "Rows are not accounted for" in text


def test_a_hole_shows_with_its_rows(admin_page, ash):
    from central.intake.append import Gap, append
    from feedback.wire import pack, unpack

    ash.last = 5
    rows = [row(ash)]

    def send(purged_to=None):
        batch = unpack(pack(6, 6, rows, {}, purged_to))
        return append(ash.id, batch, world.now())

    assert isinstance(send(), Gap)
    send(5)
    assert "Hole: 5 rows lost." in admin_page()
    assert "1 to 5 (told on " in admin_page()


def test_a_log_that_grows_without_rows_shows(admin_page, ash):
    ash.say({"fft": "good"})
    ash.last += 30
    heartbeat(ash, unsent=0)
    text = admin_page()
    assert "It says that 0 rows wait there, but 30 have not come." in text
    assert "30 still waiting there" not in text.split("Needs a look")[0]


def test_a_disk_that_was_put_back_shows_though_nothing_forked(admin_page, ash):
    """Rows that it spoke of and never sent are gone with the newer disk."""
    ash.say({"fft": "good"})
    ash.last += 9
    heartbeat(ash, unsent=9)
    ash.last -= 9
    heartbeat(ash, unsent=0)
    assert "Its log went up to row 10 once, and now to 1" in admin_page()


def test_a_fork_and_what_is_held_show_with_their_reasons(admin_page, ash, birch):
    rows = [row(ash, ward) for ward in ("GONE", "GONE", "BIRCH")]
    assert ash.send(rows).held == 3
    birch.say({"fft": "good"})
    birch.fork(0, {"unsent": 40})
    text = admin_page()
    assert "ward 3" in text
    assert "Fork: its row 1 is another one here." in text
    assert "must be enrolled again. 40 answers wait" in text


def test_what_came_and_stands_nowhere_shows(admin_page, ash):
    from central.summaries.models import Standing

    ash.say({"fft": "good"})
    Standing.objects.all().delete()
    page = admin_page(f"/devices/{ash.id}/")
    assert "1 row came and stand nowhere" in page


def test_a_removed_and_a_succeeded_device_are_not_missed(admin_page, ash, birch):
    from central.devices.enrolment import Wish, enrol, make_code
    from central.devices.removal import remove_device

    ash.say({"fft": "good"})
    birch.say({"fft": "good"})
    remove_device(birch.id, world.now())
    code = make_code(["ASH"], "kiosk", world.now())
    new = enrol(Wish(code, bytes(range(32)), ash.id, 2), world.now())
    text = admin_page()
    assert "was enrolled again, under another name" in text
    assert "removed on " in text
    look = text.split("Needs a look")[1].split("How they are now")[0]
    assert new.id[:8] in look
    assert ash.id[:8] not in look
    assert birch.id[:8] not in look


def test_what_a_removed_device_had_not_sent_is_not_forgotten(admin_page, ash):
    from central.devices.removal import remove_device

    ash.last += 7
    heartbeat(ash, unsent=7)
    remove_device(ash.id, world.now())
    told = f"If you have it back: wardvoice-central accept-backlog {ash.id}"
    assert f"7 rows had not come when it was removed. {told}" in admin_page()


# ── nobody's words, and days that are over ───────────────────────────────────


def test_it_holds_no_words_and_no_figures_of_what_was_said(client, admin_page, ash):
    from tests.web.test_doors import without_token

    ash.write("Cold food", fft="very_poor")
    heartbeat(ash)
    before = without_token(client.get("/devices/"))
    assert b"Cold food" not in before
    assert b"poor" not in before

    from central.comments.models import Comment
    from central.intake.models import Answer as Stored

    assert Comment.objects.exists()
    Stored.objects.filter(question="fft").update(value="very_good")
    from central import deriving

    deriving.rebuild_standing()
    assert without_token(client.get("/devices/")) == before
    assert b"Cold food" not in client.get(f"/devices/{ash.id}/").content


def test_a_day_that_is_over_has_its_own_ledger(admin_page, ash):
    ash.send([row(ash)], at=world.days_ago(2))
    ash.say({"fft": "good"})
    yesterday = admin_page(f"/devices/{world.today() - timedelta(days=1)}/")
    assert "at the end of " in yesterday
    ledger = yesterday.split("What is left over is missing.")[1]
    assert "Rows 1 " in ledger
    long_ago = admin_page(f"/devices/{world.today() - timedelta(days=9)}/")
    assert "Nothing had been heard by then." in long_ago


def test_one_device_says_what_became_of_each_of_its_rows(client, admin_page, ash):
    response = ash.say({"fft": "good", "_who": "patient"})
    ash.say({"fft": "poor"}, response=response)
    text = admin_page(f"/devices/{ash.id}/")
    ledger = text.split("What is left over is missing.")[1]
    for words in ("Rows 3 ", "Standing 2 ", "Superseded 1 ", "Missing 0 "):
        assert words in ledger, ledger
    assert client.get(f"/devices/{ash.id}/{world.today()}/").status_code == 200
    assert client.get(f"/devices/{'0' * 32}/").status_code == 404


def test_a_day_to_come_is_no_page(client, admin_page):
    assert client.get(f"/devices/{world.today() + timedelta(1)}/").status_code == 404


# ── in a browser ─────────────────────────────────────────────────────────────


@pytest.fixture
def troubled(transactional_db):
    """A trust with devices that have all that can be wrong."""
    from central.devices.models import Device
    from central.devices.removal import remove_device
    from central.intake.models import Answer as Stored

    world.found_a_trust()
    world.new_user("ash.manager", "ASH")
    new_administrator()
    several = [world.new_tablet("ASH") for _ in range(5)]
    for number, tablet in enumerate(several):
        with tablet.at_once():
            for _ in range(30 + number):
                tablet.say({"fft": "good", "_who": "patient"})
        clock = utc_text(world.now() - timedelta(minutes=9 * number))
        heartbeat(
            tablet, versions={"wardvoice": "0.4.0"}, clock=clock,
            disk_free_bytes=number * 10**9,
        )  # fmt: skip
    several[1].send([row(several[1], "GONE"), row(several[1], "OLD")])
    Stored.objects.filter(device=several[2].id, seq__lte=3).delete()
    several[3].fork(0, {"unsent": 12})
    remove_device(several[4].id, world.now())
    Device.objects.filter(id=several[1].id).update(name="Bluebell bay three, window")
    world.new_tablet("BIRCH", heard=world.now() - timedelta(days=2))
    return several


def test_it_is_for_all_to_read(open_page, troubled):  # noqa: F811
    page = open_page("/devices/", user="admin")
    assert page.locator("h1").inner_text() == "Devices"
    for name in ("all devices", "one device"):
        looked_at_everywhere(page, name)
        follow(page, "tbody a >> nth=0")
    twice_the_text_everywhere(page, "one device")
