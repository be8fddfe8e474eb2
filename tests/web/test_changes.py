"""A ward's dated changes: written, marked on its charts, undone, put back."""

from datetime import timedelta

import pytest

from central.web.periods import week_of
from tests.web import world
from tests.web.test_periods import then, twenty_weeks
from tests.web.test_the_days_page import plain


@pytest.fixture
def ash(ash):
    world.publish_the_map()
    return ash


GOOD = {"note": "New night lamps", "on": "", "step": "", "limits": "keep"}


@pytest.fixture
def write(manager):
    """Posts a change of so many days ago; returns the page's text."""

    def post(days=0, **words):
        on = (world.today() - timedelta(days)).strftime("%d/%m/%Y")
        sent = GOOD | {"on": on} | words
        reply = manager.post("/wards/ASH/changes/", sent, follow=True)
        assert reply.status_code == 200
        return reply.content.decode()

    return post


def charts(manager):
    first, last = world.today() - timedelta(27), world.today()
    reply = manager.get(f"/wards/ASH/{first}/{last}/charts/")
    return plain(reply.content.decode())


def test_a_change_is_listed_with_its_day_and_who_wrote_it(write, trust):
    text = plain(write(3))
    day = world.today() - timedelta(3)
    assert f"{day.day} {day:%B %Y}: New night lamps" in text
    assert "written by ash.manager" in text


def test_a_change_is_marked_on_every_chart_with_what_it_does(manager, write, ash):
    twenty_weeks()
    write(20)
    text = charts(manager)
    marked = "“New night lamps” (ash.manager) The limits are those of the weeks before"
    assert text.count(marked) == 3  # positive, answers, and the night


def test_with_a_step_it_is_on_that_steps_chart_alone(manager, write, ash):
    twenty_weeks()
    write(20, step="night")
    assert charts(manager).count("“New night lamps”") == 1


def test_new_limits_begin_and_take_thirteen_weeks(manager, write, ash):
    twenty_weeks()
    write(30, limits="anew")
    text = charts(manager)
    assert "New limits begin here." in text
    assert "Not enough weeks yet since “New night lamps”" in text


def test_with_too_few_weeks_before_it_is_only_a_mark(manager, write, ash):
    twenty_weeks()
    write(100)
    assert "Only a mark: there are too few weeks before it" in charts(manager)


def test_its_limits_stay_while_it_is_on_the_chart(manager, write, ash):
    """Of 26 weeks there were too few before a change of 16 weeks ago: its limits were
    gone, and the chart called it only a mark."""
    twenty_weeks(lambda week: (6, 7, 8)[week % 3] if week > 16 else 3, weeks=32)
    write(7 * 16)
    text = charts(manager)
    assert "Only a mark" not in text
    assert text.count("The limits are those of the weeks before it.") == 3
    assert "The newest weeks are special" in text
    assert "less positive than chance alone explains here" in text


def test_undone_it_leaves_the_charts_and_can_be_put_back(manager, write, ash):
    from central.actions.models import Change

    twenty_weeks()
    write(20)
    number = Change.objects.get().pk
    manager.post("/wards/ASH/changes/", {"undo": number})
    assert "New night lamps" not in charts(manager)
    text = plain(manager.get("/wards/ASH/changes/").content.decode())
    assert "undone by ash.manager" in text
    change = Change.objects.get()
    assert (change.undone_by.username, change.undone_at is None) == (
        "ash.manager", False,
    )  # fmt: skip
    manager.post("/wards/ASH/changes/", {"put_back": number})
    assert "New night lamps" in charts(manager)
    assert Change.objects.get().undone_by is None


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"note": ""}, "Write what changed"),
        ({"note": "x" * 201}, "Write what changed in 200 characters or fewer"),
        ({"note": "a\0b"}, "Null characters are not allowed"),
        ({"on": "soon"}, "Write the day like 29/11/2026"),
        ({"on": "1/1/2090"}, "The day is still to come"),
        ({"on": "1/1/1990"}, "The day cannot be before 30/03/2020"),
        ({"step": "nothing"}, "Choose a step from the list"),
        ({"limits": "both"}, "Choose what becomes of the limits"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(write, trust, words, said):
    from central.actions.models import Change

    page = write(**words)
    assert said in plain(page)
    assert "<title>Error: " in page
    note = words.get("note", "New night lamps")
    assert f'value="{note}"' in page or "\0" in note
    assert not Change.objects.exists()


def test_a_double_click_adds_one_change_and_finds_its_undoing_done(
    manager, write, trust
):
    from central.actions.models import Change

    write(3)
    write(3)
    number = Change.objects.get().pk
    for act, is_undone in (("undo", True), ("put_back", False)):
        for _ in range(2):
            reply = manager.post("/wards/ASH/changes/", {act: number})
            assert reply.status_code == 302
        assert (Change.objects.get().undone_at is not None) is is_undone
    write(4)
    manager.post("/wards/ASH/changes/", {"undo": number})
    write(3)  # what was undone can be written anew
    assert Change.objects.count() == 3


def test_another_wards_change_is_not_found(manager, trust):
    from central.actions.models import Change
    from central.people.models import User

    other = Change.objects.create(
        ward_id="BIRCH", on=world.today(), note="Birch lamps",
        written_by=User.objects.get(username="birch.manager"), written_at=world.now(),
    )  # fmt: skip
    for number in (other.pk, 0, "x", "9" * 30, "²", ""):
        for act in ("undo", "put_back"):
            reply = manager.post("/wards/ASH/changes/", {act: number})
            assert reply.status_code == 404
    assert "Birch lamps" not in manager.get("/wards/ASH/changes/").content.decode()
    assert Change.objects.get().undone_at is None
    assert manager.post("/wards/BIRCH/changes/", GOOD).status_code == 404


def test_who_has_left_stays_named(manager, write, ash):
    from central.people.models import User

    then(20, {"fft": "good"})
    write(9)
    User.objects.filter(username="ash.manager").update(is_active=False)
    from central.actions.models import Change

    assert str(Change.objects.get().written_by) == "ash.manager"


def test_a_slide_over_the_weeks_is_told_on_a_usual_day(page, ash):
    """Each of its days was a usual one: the 28 days before it had slid as well."""
    twenty_weeks(lambda week: 9 - week % 2 if week > 7 else week)
    text = plain(page())
    assert "Per cent positive over the weeks, for the worse: Weeks of" in text
    week = week_of(world.today()).previous.first
    assert f"{week.day} {week:%B}" in text


def test_of_weeks_within_chance_a_day_says_nothing(page, ash):
    twenty_weeks(lambda week: (6, 7, 8)[week % 3])
    assert "over the weeks" not in plain(page())


def test_of_a_last_week_without_answers_a_day_says_nothing(page, ash):
    from central.summaries.models import Standing

    twenty_weeks(lambda week: 9 - week % 2 if week > 7 else week)
    last = week_of(world.today()).previous
    Standing.objects.filter(day__range=(last.first, last.last)).delete()
    assert "over the weeks" not in plain(page())
