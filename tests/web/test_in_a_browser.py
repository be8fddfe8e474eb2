"""The pages in a real Chromium: for all to read, without scripts, on one A4 page."""

import os
from datetime import timedelta
from random import Random

import pytest
from axe_playwright_python.sync_playwright import Axe

from feedback.seal import new_key_pair
from feedback.survey import FFT_VALUES
from tests.web import world
from tests.web.browser import (
    DESKTOP,
    PHONE,
    chromium,
    come_in,
    follow,
    pdf_pages,
    pdf_text,
)
from tests.web.looking import looked_at_everywhere, open_all

STEPS = ("arrival", "staff", "night")
WORDS = ("safe", "worried", "valued", "ignored", "supported", "in_pain own")


@pytest.fixture(scope="module")
def browser():
    # Playwright keeps an event loop in this thread, and Django would refuse its
    # database there. The pages themselves are served by another thread.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with chromium() as started:
        yield started
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def ward(transactional_db):
    """Ash ward with a tablet, a manager, and a week of a few people a day."""
    world.found_a_trust()
    world.new_user("ash.manager", "ASH")
    tablet = world.new_tablet("ASH")
    random = Random(4)
    with tablet.at_once():
        for back in range(6, 0, -1):
            for _ in range(3):
                tablet.say(visit(random), at=world.days_ago(back))
    return tablet


def visit(random):
    answers = {"_language": "en", "_who": "patient", "fft": random.choice(FFT_VALUES)}
    for step in STEPS:
        answers[step] = str(random.randint(-2, 2))
        answers[f"{step}_feelings"] = random.choice(WORDS)
    return answers


def a_normal_day(tablet):
    random = Random(9)
    with tablet.at_once():
        for _ in range(14):
            tablet.say(visit(random))
        for text in ("Cold food.", "Nobody said when I could go home. " * 3):
            tablet.write(text, fft="poor")
        for _ in range(6):
            tablet.write(
                "Every nurse told me their name.", question="good", fft="very_good"
            )


def a_busy_day(tablet):
    random = Random(10)
    with tablet.at_once():
        for _ in range(60):
            tablet.say(visit(random))
        for number in range(40):
            fft = random.choice(FFT_VALUES)
            tablet.write(f"{number} " + "I waited and waited. " * 30, fft=fft)


def a_strange_day(tablet):
    with tablet.at_once():
        for text in (
            "الممرضات لطيفات جداً لكن الانتظار كان طويلاً",
            "👩‍⚕️🙂 " * 300,
            "W" * 3000,
            "one\n" * 200,
            "<script>document.title = 'broken'</script>",
        ):
            tablet.write(text, fft="very_poor", language="ar")


def an_empty_day(tablet):
    pass


def a_day_of_trouble(tablet):
    """All that the page can warn of at once, on a busy day."""
    from central.devices.models import Device
    from central.intake.models import Held

    a_day_with_long_cards(tablet)
    tomorrow = world.now() + timedelta(days=1)
    with tablet.at_once():
        for _ in range(4):
            tablet.write("My clock was wrong. " * 9, fft="very_poor", at=tomorrow)
        tablet.say({"fft": "poor", "_talk": "yes"})
        closed = ("c99", new_key_pair()[0])
        tablet.write("nobody can read this", fft="very_poor", key=closed)
    Device.objects.update(name="Bluebell bay three, by the window")
    tablet.fork(3, {"unsent": 40})
    world.new_tablet("ASH", heard=world.now() - timedelta(hours=26))
    Held.objects.create(
        device=tablet.id, seq=10**6, reason="ward", body="{}", digest="",
        arrived_at=world.now(),
    )  # fmt: skip


def a_day_with_long_cards(tablet):
    from central.actions.models import Card

    a_busy_day(tablet)
    for _ in range(2):
        Card.objects.create(
            ward_id="ASH", said="It is loud. " * 20, did="We listened. " * 20,
            on=world.today(),
        )  # fmt: skip


def a_day_with_many_tablets(tablet):
    """Five that went silent together, and five more at a time of their own, with names
    that take two lines whatever the time is."""
    from central.devices.models import Device

    a_busy_day(tablet)
    for hours in (26, 26, 26, 26, 26, 40, 55, 75, 100, 125):
        heard = world.now() - timedelta(hours=hours)
        silent = world.new_tablet("ASH", heard=heard)
        name = f"Bluebell bay {hours}, by the window"
        Device.objects.filter(id=silent.id).update(name=name)


MAP = ("arrival", "settling", "meals", "tests", "medicines", "staff", "night",
       "going_home", "other")  # fmt: skip
CHILDREN = ("staff", "tests", "play", "meals", "night")


def placed(random, steps):
    """Some steps of the map, in any order, each with words."""
    answers = {}
    for step in random.sample(steps, random.randint(0, len(steps))):
        answers[step] = str(random.randint(-2, 2))
        answers[f"{step}_feelings"] = random.choice(("safe", "comfortable in_pain"))
    return answers


def a_day_on_the_map(tablet):
    """Nine steps, a request, and children, as on most days."""
    world.publish_the_map()
    random = Random(11)
    with tablet.at_once():
        for number in range(16):
            answers = {"_who": "patient", "fft": random.choice(FFT_VALUES)}
            answers |= placed(random, MAP)
            if "meals" in answers:
                answers |= {"why_step": "meals", "why": (f"{number}: cold soup",)}
            tablet.tell(answers, survey="inpatient@2")
        tablet.tell(
            {"fft": "poor", "_talk": "yes", "talk_where": ("Joan, bed 4",)},
            survey="inpatient@2",
        )
        for _ in range(5):
            answers = {"_who": "young_person", "overall": "good"} | placed(
                random, CHILDREN
            )
            tablet.tell({**answers, "good": ("fish",)}, survey="children@1")


def a_busy_day_on_the_map(tablet):
    """The same with many people, many words of their own, and all that can go wrong."""
    random = Random(12)
    a_day_on_the_map(tablet)
    with tablet.at_once():
        for number in range(25):
            answers = {"fft": random.choice(FFT_VALUES)} | placed(random, MAP)
            own = {f"{step}_own": (f"w{number} {step}"[:24],) for step in MAP[::3]}
            tablet.tell({**answers, **own, "_talk": "yes"}, survey="inpatient@2")
    a_day_of_trouble(tablet)


DAYS = [
    a_day_on_the_map,
    a_busy_day_on_the_map,
    a_normal_day,
    a_busy_day,
    a_strange_day,
    an_empty_day,
    a_day_with_long_cards,
    a_day_with_many_tablets,
    a_day_of_trouble,
]


@pytest.fixture
def open_page(browser, live_server):
    """Opens a path as Ash ward's manager, or as `user`; contexts are closed after."""
    contexts = []

    def open_(path, viewport=DESKTOP, scripts=True, login=True, user="ash.manager"):
        context = browser.new_context(viewport=viewport, java_script_enabled=scripts)
        contexts.append(context)
        page = context.new_page()
        if login:
            come_in(context, live_server.url, user)
        page.goto(f"{live_server.url}{path}")
        return page

    yield open_
    for context in contexts:
        context.close()


def today_path():
    return f"/wards/ASH/{world.today()}/"


def test_axe_finds_nothing_on_any_page(open_page, ward):
    a_strange_day(ward)
    a_busy_day_on_the_map(ward)
    pages = {
        "login": open_page("/login/", login=False),
        "wards": open_page("/"),
        "day": open_page(today_path()),
        "cards": open_page("/wards/ASH/cards/"),
        "404": open_page("/wards/BIRCH/"),
    }
    open_all(pages["day"])
    for name, page in pages.items():
        looked_at_everywhere(page, name)


def test_axe_would_find_something(open_page, ward):
    page = open_page(today_path())
    page.evaluate("document.querySelector('h1').innerHTML += '<img src=\"/x\">'")
    assert Axe().run(page).violations_count > 0


@pytest.mark.parametrize("fill", DAYS, ids=lambda fill: fill.__name__)
def test_a_day_prints_on_one_a4_page_and_is_no_wider_than_a_phone(
    open_page, ward, fill
):
    fill(ward)
    page = open_page(today_path(), PHONE)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"]
    page.set_viewport_size(DESKTOP)
    pdf = page.pdf(prefer_css_page_size=True)
    text = pdf_text(pdf)
    assert pdf_pages(pdf) == 1, text
    for heading in ("Ash ward", "Overall experience", "own words", "Tablets and texts"):
        assert heading in text
    assert "do not hang it where others can read it" in " ".join(text.split())
    assert ("wrote something: read it on the screen" in text) != (fill is an_empty_day)
    assert not spoken(text)
    if fill is a_day_with_many_tablets:
        assert "And 3 more: see the screen." in text
        assert "And 8 more: see the screen." in text


# What the days' patients wrote: a bed, a comment, a word of their own for a step.
SPOKEN = ("Joan", "Cold food", "Nobody said", "Every nurse", "I waited", "WWW", "one\n",
          "script", "My clock", "cold soup", "fish", "arrival”")  # fmt: skip


def spoken(text):
    return [one for one in SPOKEN if one in text]


def test_the_control_without_the_print_rules_a_day_prints_what_patients_wrote(
    open_page, ward
):
    a_busy_day_on_the_map(ward)
    page = open_page(today_path())
    page.evaluate("document.querySelector('link[href*=wardvoice]').remove()")
    found = spoken(pdf_text(page.pdf(format="A4")))
    assert {"Joan", "I waited", "cold soup", "arrival”"} <= set(found)


def test_the_control_a_day_without_the_print_rules_takes_more_pages(open_page, ward):
    a_normal_day(ward)
    page = open_page(today_path())
    page.evaluate("document.querySelector('link[href*=wardvoice]').remove()")
    assert pdf_pages(page.pdf(format="A4")) > 1


def test_a_request_is_marked_as_seen_by_keyboard_and_without_scripts(open_page, ward):
    ward.say({"fft": "poor", "_talk": "yes"})
    ward.write("The nurse hit me.")
    ward.write("Cold food.")
    page = open_page(today_path(), PHONE, scripts=False)
    for left in (1, 0):
        page.focus("text=Mark as seen")
        page.keyboard.press("Enter")
        page.wait_for_selector("text=Marked as seen.")
        assert page.locator("text=Mark as seen").count() == left
    page.click("text=Show some of them")
    page.select_option("#filter-mode", "kiosk")
    follow(page, "form.wv-filter__form button")
    page.wait_for_url("**/?*mode=kiosk*")
    assert "By tablet: 2 of 2 people who wrote." in page.inner_text("main")
    found = Axe().run(open_page(f"{today_path()}?mode=kiosk"))
    assert found.violations_count == 0, found.generate_report()


def test_everything_works_without_scripts(open_page, ward):
    ward.write("Cold food.")
    page = open_page("/", PHONE, scripts=False)
    follow(page, "text=Ash ward")
    assert page.url.endswith(today_path())
    assert page.is_visible("text=Cold food.")
    page.click("text=The 28 days as a table")
    assert page.is_visible("table caption:has-text('by day') ~ tbody th >> nth=0")
    follow(page, "a[rel=prev]")
    assert str(world.today() - timedelta(1)) in page.url
    page.click("text=Add or withdraw a card")
    page.fill("#id_said", "The food is cold")
    page.fill("#id_did", "It now comes in a warm box")
    follow(page, "text=Add the card")
    assert page.is_visible("text=It now comes in a warm box")
    follow(page, "text=Log out")
    assert page.url.split("?")[0].endswith("/login/")


def test_a_browser_asks_no_other_host_and_nothing_is_missing_or_refused(
    open_page, ward, live_server
):
    a_strange_day(ward)
    page = open_page("/")
    page.wait_for_load_state("networkidle")  # what the next click would cut off
    asked, trouble = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda line: trouble.append(line.text))
    page.on("requestfailed", lambda request: trouble.append(request.url))
    page.on("response", lambda reply: reply.ok or trouble.append(reply.url))
    page.goto(f"{live_server.url}{today_path()}", wait_until="networkidle")
    assert len(asked) >= 3
    assert {url for url in asked if not url.startswith(live_server.url)} == set()
    assert trouble == []
    assert "broken" not in page.title()


def test_right_to_left_words_stay_inside_their_own_box(open_page, ward):
    ward.write("الممرضات لطيفات", fft="poor", language="ar")
    page = open_page(today_path())
    words = page.locator("blockquote")
    assert words.evaluate("e => getComputedStyle(e).direction") == "rtl"
    assert page.evaluate("getComputedStyle(document.body).direction") == "ltr"
    assert words.get_attribute("lang") == "ar"


def test_every_space_that_was_written_is_read(open_page, ward):
    text = "two  spaces\n   a step in\n\n\tand a tab"
    ward.write(text)
    ward.write("very  well", question="arrival_own")
    page = open_page(today_path())
    words = page.locator(".words")
    assert sorted(words.all_inner_texts()) == sorted([text, "very  well"])


def test_every_link_and_button_can_be_reached_by_keyboard(open_page, ward):
    a_normal_day(ward)
    page = open_page(today_path())
    wanted = page.locator("a:visible, button:visible, summary:visible").count()
    seen = set()
    for _ in range(wanted + 5):
        page.keyboard.press("Tab")
        seen.add(page.evaluate("document.activeElement.textContent.trim()"))
    for text in ("Log out", "Your wards", "The 28 days as a table"):
        assert any(text in one for one in seen), seen
