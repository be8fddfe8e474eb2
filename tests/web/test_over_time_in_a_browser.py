"""Weeks, months, charts and search in a real Chromium: for all to read, by keyboard,
at twice the text's size, on a phone and on paper."""

from datetime import timedelta

import pytest

from tests.web import test_in_a_browser as days
from tests.web import world
from tests.web.browser import DESKTOP, PHONE, pdf_text
from tests.web.looking import looked_at_everywhere, open_all, tab_to, twice_the_text
from tests.web.test_periods import then, twenty_weeks

browser, open_page = days.browser, days.open_page


@pytest.fixture
def ward(transactional_db):
    """Ash ward with twenty weeks, a change, and words of every kind; Birch beside it,
    which its manager reads too."""
    from central.actions.models import Change
    from central.people.models import User

    world.found_a_trust()
    world.publish_the_map()
    user = world.new_user("ash.manager", "ASH", "BIRCH")
    world.new_tablet("ASH")
    twenty_weeks(lambda week: 2 if week == 1 else (6, 7, 8)[week % 3])
    Change.objects.create(
        ward_id="ASH", on=world.today() - timedelta(30), note="New night lamps",
        written_by=User.objects.get(pk=user.pk), written_at=world.now(),
    )  # fmt: skip
    for number, text in enumerate(
        ("الممرضات لطيفات جداً", "W" * 600, "The bins bang. " * 30, "<b>bins</b>")
    ):
        why = {"why_step": "night", "why": (text,)}
        then(number + 1, {"fft": "poor", "night": "-2", **why})
    then(3, {"overall": "great", "night": "2", "good": ("fish",)}, survey="children@1")


def paths():
    first, last = world.today() - timedelta(90), world.today()
    time = f"/wards/ASH/{first}/{last}/"
    from central.places.models import Site

    return {
        "period": time,
        "charts": f"{time}charts/",
        "charts by day": f"{time}charts/?by=day",
        "step": f"{time}steps/night/",
        "question": f"{time}questions/fft/",
        "choices": f"{time}questions/why_step/",
        "comments": f"{time}questions/why/",
        "search": f"{time}search/?q=bins",
        "found nothing": f"{time}search/?q=zebra",
        "a search gone wrong": f"{time}search/?q=%00",
        "choosing": "/wards/ASH/periods/",
        "a choice gone wrong": "/wards/ASH/periods/?first=x&last=",
        "changes": "/wards/ASH/changes/",
        "side by side": f"/sites/{Site.objects.get().pk}/{first}/{last}/",
        "an empty ward": time.replace("ASH", "BIRCH"),
        "charts of nothing": f"{time}charts/".replace("ASH", "BIRCH"),
    }


def go(page, path):
    page.goto("/".join(page.url.split("/")[:3]) + path)


def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(open_page, ward):
    page = open_page("/")
    for name, path in paths().items():
        go(page, path)
        open_all(page)
        looked_at_everywhere(page, name)


def test_at_twice_the_texts_size_nothing_is_cut_off(open_page, ward):
    page = open_page("/")
    for name, path in paths().items():
        go(page, path)
        twice_the_text(page, name, DESKTOP)


def test_from_the_day_to_a_search_by_keyboard_alone(open_page, ward):
    page = open_page(f"/wards/ASH/{world.today()}/", scripts=False)
    tab_to(page, "Search")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/")
    tab_to(page, name="q")
    page.keyboard.type("BANG")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=BANG**")
    assert page.locator("mark").first.inner_text() == "bang"
    assert page.is_visible("text=1 person wrote “BANG”")


def test_from_the_charts_to_a_step_and_its_table_by_keyboard_alone(open_page, ward):
    page = open_page(paths()["charts"], scripts=False)
    tab_to(page, "Per cent positive: the weeks as a table")
    page.keyboard.press("Enter")
    assert page.is_visible("caption:has-text('Per cent positive') ~ tbody th >> nth=0")
    tab_to(page, "Night time: words, and who felt how")
    page.keyboard.press("Enter")
    page.wait_for_url("**/steps/night/")
    assert page.is_visible("text=In the words of those who wrote about it")


def test_a_change_is_written_and_undone_by_keyboard_alone(open_page, ward):
    page = open_page("/wards/ASH/changes/", scripts=False)
    tab_to(page, name="note")
    page.keyboard.type("Quiet bins")
    tab_to(page, name="on")
    page.keyboard.type(world.today().strftime("%d/%m/%Y"))
    tab_to(page, name="limits")
    tab_to(page, "Add the change")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Quiet bins")
    tab_to(page, "Undo the change: Quiet bins")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=undone by ash.manager")


def test_a_chart_that_is_wider_than_a_phone_begins_at_its_newest_end(open_page, ward):
    page = open_page(paths()["charts"], PHONE)
    box = page.locator(".wv-over__scroll").first
    picture = box.locator("svg")
    assert box.evaluate("e => e.scrollWidth > e.clientWidth")
    right = "e => e.getBoundingClientRect().right"
    assert abs(box.evaluate(right) - picture.evaluate(right)) < 6


@pytest.mark.parametrize("name", ["charts", "step", "period", "side by side"])
def test_on_paper_the_sentences_stand_and_the_buttons_do_not(open_page, ward, name):
    text = pdf_text(open_page(paths()[name]).pdf(prefer_css_page_size=True))
    assert "Ash ward" in text
    for screen in ("Other time", "as a table", "Log out", "Search"):
        assert screen not in text
    if name != "period":
        assert "For the worse" in text


def test_the_control_without_its_style_a_chart_is_wider_than_a_phone(open_page, ward):
    page = open_page(paths()["charts"], PHONE)
    page.evaluate("document.querySelector('link[href*=wardvoice]').remove()")
    page.evaluate("document.querySelector('link[href*=over_time]').remove()")
    assert page.evaluate("document.documentElement.scrollWidth") > PHONE["width"]
