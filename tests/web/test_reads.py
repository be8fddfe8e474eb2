"""Who read patients' words is written down: who, which page, how many, and no word."""

import re
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, models, transaction

from central.audit.models import Read
from central.audit.reading import note_reading
from central.logs import central_logger
from tests.central.setup.conftest import Administrator
from tests.web import world
from tests.web.test_periods import then
from tests.web.test_the_days_page import plain

CANARY = "canary"


@pytest.fixture
def ash(ash):
    world.publish_the_map()
    return ash


@pytest.fixture
def opened(manager):
    """Opens a page of Ash ward; what is written down then."""

    def get(path, status=200):
        reply = manager.get(f"/wards/ASH/{path}")
        assert reply.status_code == status
        return written()

    return get


def written():
    rows = Read.objects.order_by("id")
    return list(rows.values_list("who", "ward", "page", "chosen", "words"))


def written_on(reply):
    is_page = reply["Content-Type"].startswith("text/html")
    return plain(reply.content.decode()) if is_page else ""


def day(days=0):
    return world.today() - timedelta(days)


def period(rest=""):
    return f"{day(13)}/{day(0)}/{rest}"


def row(page, words, chosen=""):
    return ("ash.manager", "ASH", page, chosen, words)


def test_a_days_page_counts_each_text_that_can_be_read_there(opened, ash):
    said = {"better": (f"The {CANARY}.",), "good": ("Tea.",), "night_own": ("dark",)}
    ash.tell({"fft": "poor", "night": "-1", **said}, survey="inpatient@2")
    ash.tell({"_talk": "yes", "talk_where": ("Bed 4",)}, survey="inpatient@2")
    ash.write("The nurse hit me.")
    assert opened(f"{day()}/") == [row("day", 5)]
    read = Read.objects.get()
    assert (read.first, read.last) == (day(), day())


def test_a_page_without_words_is_not_written_down(opened, ash):
    ash.say({"fft": "good", "_talk": "yes"})
    for path in (f"{day()}/", period(), period("charts/"), period("steps/night/")):
        assert opened(path) == []


def test_opened_again_in_the_same_quarter_of_an_hour_it_is_one_row(ash):
    ash.write("Tea.")
    now = world.now().replace(minute=17)
    for minutes in (0, 3, 12.9, 13, 27, 30):
        at = now + timedelta(minutes=minutes)
        note_reading("ash.manager", "ASH", "day", (day(), day()), 1, at)
    assert written() == [row("day", 1)] * 3
    assert [one.minute for one in Read.objects.values_list("quarter", flat=True)] == [
        45, 30, 15,
    ]  # fmt: skip


def test_when_it_shows_more_words_there_is_another_row(opened, ash):
    ash.write("Tea.")
    opened(f"{day()}/")
    ash.write("Toast.")
    assert opened(f"{day()}/")[-1] == row("day", 2)


def test_a_filter_and_a_further_page_are_named(opened, ash, monkeypatch):
    from central.summaries import words as module

    monkeypatch.setattr(module, "PEOPLE_A_PAGE", 1)
    for _ in range(2):
        then(1, {"fft": "poor", "night": "-1", "better": ("Cold",)})
    opened(f"{day(1)}/?step=night&felt=bad&mode=kiosk")
    told = "Night time, felt bad, by tablet"
    opened(period("?felt=bad&page=2"))
    assert written() == [row("day", 2, told), row("period", 1, "felt bad; page 2")]


def test_steps_questions_and_searches_are_written_down_without_what_was_sought(
    opened, ash
):
    then(1, {"fft": "poor", "better": (f"The {CANARY}",), "night_own": ("x" * 40,)})
    opened(period("steps/night/"))
    opened(period("questions/better/"))
    opened(period(f"search/?q={CANARY}"))
    opened(period("search/?q=nobodysaidthis"))
    opened(period("search/"))
    pages = [row("step night", 2), row("question better", 2), row("search", 2)]
    assert written() == [*pages, row("search", 0)]
    assert CANARY not in str(list(Read.objects.values()))


def test_a_sheet_for_the_board_is_written_down_though_it_has_no_words(opened, ash):
    then(1, {"fft": "good"})
    assert opened(f"{day(1)}/board.pdf") == [row("board", 0)]


def test_a_refused_page_is_not_written_down(opened, ash, birch):
    birch.write("Birch words")
    opened("2019-01-01/", 404)
    opened(period("?page=9"), 404)
    assert written() == []


def test_a_page_is_shown_though_its_reading_cannot_be_written_down(
    manager, ash, monkeypatch, capfd
):
    monkeypatch.setattr("central.audit.reading.logger", central_logger())
    ash.write("I want to die")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_read RENAME TO gone")
    reply = manager.get(f"/wards/ASH/{day()}/")
    assert reply.status_code == 200
    assert "I want to die" in reply.content.decode()
    told = capfd.readouterr().err
    assert "a reading is not written down" in told
    assert "ash.manager" not in told


def test_a_row_is_neither_changed_nor_deleted(opened, ash):
    ash.write("Tea.")
    opened(f"{day()}/")
    read = Read.objects.get()
    for act in (read.delete, read.save, Read.objects.all().delete,
                lambda: Read.objects.update(words=0)):  # fmt: skip
        with pytest.raises(models.ProtectedError):
            act()
    acts = ["UPDATE audit_read SET words = 0"]
    acts += ["DELETE FROM audit_read"] if connection.vendor == "postgresql" else []
    for sql in acts:
        with (
            pytest.raises(DatabaseError, match="stays as it is"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql)
    assert Read.objects.get().words == 1


def test_administrators_see_who_read_and_no_word(opened, ash):
    ash.write(f"The {CANARY}.")
    opened(f"{day()}/?mode=kiosk")
    opened(period(f"search/?q={CANARY}"))
    admin = Administrator()
    text = admin.read("/setup/reads/")
    who = r"Who ash\.manager Ward ASH"
    assert re.search(rf"{who} Page Search, [^–]* Only – Words 1 ", text)
    assert re.search(rf"{who} Page Day, [^–]* Only by tablet Words 1 ", text)
    assert CANARY not in text
    assert "Search" not in admin.read("/setup/reads/?ward=BIRCH")
    assert "Nothing here." in admin.read("/setup/reads/?who=nobody%00")
    assert "Only ward ASH and ash.manager" in admin.read(
        "/setup/reads/?ward=ASH&who=ash.manager"
    )


def test_reading_does_not_drown_what_was_done(opened, ash, manager):
    ash.write("The nurse hit me.")
    text = manager.get(f"/wards/ASH/{day()}/").content.decode()
    key = re.search(r'name="seen" value="([^"]+)"', text)[1]
    manager.post("/wards/ASH/seen/", {"seen": key})
    admin = Administrator()
    assert "Nothing yet." in admin.read("/setup/done/")
    told = admin.read("/setup/done/?by=wards")
    assert "Who ash.manager What marked as seen: ward ASH" in told
    assert "what: concern" in told


# ── the controls ─────────────────────────────────────────────────────────────


def test_the_control_a_page_that_does_not_say_so_is_caught(opened, ash, monkeypatch):
    monkeypatch.setattr("central.web.views.note_day", lambda *_: None)
    with pytest.raises(AssertionError):
        test_a_days_page_counts_each_text_that_can_be_read_there(opened, ash)


def test_every_page_on_which_words_can_stand_is_written_down(manager, ash):
    """Each address of a ward's that shows the words leaves a row; none is forgotten."""
    from tests.web.test_doors import WORDS, routes

    then(1, {"fft": "poor", "better": (f"The {CANARY}",), "night_own": ("x" * 40,)})
    words = {"day": str(day(1)), "first": str(day(9)), "last": str(day())}
    days = {WORDS[name]: value for name, value in words.items()}
    shown = []
    for path in sorted(set(routes())):
        # All at once: a day that was put there may be one of those to be replaced.
        path = re.sub("|".join(days), lambda found: days[found[0]], path)
        for address in (path, path.replace("/questions/night/", "/questions/better/")):
            before = Read.objects.count()
            reply = manager.get(f"{address}?q={CANARY}")
            if reply.status_code == 200 and CANARY in written_on(reply):
                shown.append(address)
                if Read.objects.count() == before:
                    twice = [a for a in shown if a == address]
                    assert len(twice) > 1, address
    assert len(set(shown)) >= 5
