"""The team's pages in a real Chromium, as somebody of the team uses them."""

import asyncio
import threading
from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from granian.constants import Interfaces
from granian.server.embed import Server
from playwright.sync_api import expect

from smsgateway.asking.refusals import Refusal
from smsgateway.settings import read_settings
from tests.smsgateway.asking.team_world import NAME, PASSWORD, Book, Pages, overview
from tests.smsgateway.process import free_port
from tests.smsgateway.trust import Trust, environ_for
from tests.web.browser import chromium, pdf_text

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
NARROW = {"width": 320, "height": 640}
INSIDE = ("", "refused", "reviews", "exclusions", "texts")
WARDS = {
    "ROWAN": "Rowan Ward",
    "LONG": "Ward 12: Older people's medicine and rehabilitation, Northmoor site",
    "WORD": "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch",
}
URDU = "بس کرو، مزید پیغام نہ بھیجیں"
TEXTS = (
    "Please stop asking me, my husband died with you",
    URDU,
    "stop" * 300,
    "<img src=x onerror=\"document.title='broken'\"> stop",
)


class Served:
    """The pages behind a port, in a thread with a loop of its own."""

    def __init__(self, folder) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        settings = read_settings(environ_for(folder))
        book = Book(overview(datetime.now(UTC), WARDS), refused=_refused())
        self.pages = Pages(settings, Trust(), lambda: datetime.now(UTC), self.url, book)
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))

    async def _serve(self) -> None:
        self.loop = asyncio.get_running_loop()
        app = self.pages.app
        async with app.router.lifespan_context(app):
            for number, words in enumerate(TEXTS):
                await self.pages.hold(words, f"+44770090012{number}")
            self.server = Server(
                app,
                address="127.0.0.1",
                port=self.port,
                interface=Interfaces.ASGINL,
                websockets=False,
                log_enabled=False,
            )
            self.loop.call_later(0.3, self._ready.set)
            await self.server.serve()

    def __enter__(self):
        self._thread.start()
        assert self._ready.wait(20)
        return self

    def __exit__(self, *_):
        self.loop.call_soon_threadsafe(self.server.stop)
        self._thread.join(10)


def _refused():
    """Two pages of them."""
    now = datetime.now(UTC)
    whys = [
        ("too_old", "soon", "inpatient@2", "daily_cap", 17),
        ("opted_out", "right_time", "", "", 1_204),
        ("excluded", "reminder soon", "inpatient@2", "", 0),
        ("asked_lately", "", "", "", 3),
    ]
    return [
        Refusal(now, ward, why, kind, survey, waited_for, row)
        for ward in (*WARDS, "")
        for why, kind, survey, waited_for, row in whys * 5
    ]


@pytest.fixture(scope="module")
def browser():
    with chromium() as started:
        yield started


@pytest.fixture
def served(tmp_path):
    with Served(tmp_path) as serving:
        yield serving


@pytest.fixture
def open_page(browser, served):
    """Opens the login; what the console says wrongly fails the test at its end."""
    contexts, trouble = [], []
    refused = "the server responded with a status of 4"  # the browser's own words

    def open_(viewport=DESKTOP, login=True):
        context = browser.new_context(viewport=viewport, java_script_enabled=True)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda line: refused in line.text or trouble.append(line))
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.goto(f"{served.url}/team/")
        if login:
            log_in(page)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert trouble == []


def log_in(page):
    page.get_by_label("Name").fill(NAME)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="Invitations", exact=True)).to_be_visible()


def test_somebody_of_the_team_does_all_of_it(open_page, served):
    page = open_page(login=False)
    page.get_by_label("Name").fill(NAME)
    page.get_by_label("Password").fill("wrong horse battery")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert")).to_contain_text("do not belong together")
    log_in(page)

    page.get_by_text("Rowan Ward", exact=True).last.click()
    expect(page.get_by_role("table", name="Rowan Ward, by day")).to_be_visible()

    page.get_by_role("link", name="Each of them by itself").click()
    expect(page.get_by_role("table")).to_contain_text("row 1,204")
    page.get_by_role("link", name="Older ones").click()
    expect(page.locator("caption")).to_contain_text("51 to 80 of 80")
    page.get_by_label("Reason").select_option("They asked for no more texts")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("caption")).to_contain_text("1 to 20 of 20")

    page.get_by_role("link", name="Reviews").click()
    expect(page.locator(".reviews li")).to_have_count(len(TEXTS))
    expect(page.locator(".words").nth(1)).to_have_text(URDU)
    page.get_by_role("button", name="Stop: never text them again").first.click()
    expect(page.get_by_role("status")).to_contain_text("never texted again")
    expect(page.locator(".reviews li")).to_have_count(len(TEXTS) - 1)
    page.get_by_role("button", name="Not meant").first.click()
    expect(page.get_by_role("status")).to_contain_text("may be texted again")

    page.get_by_role("link", name="Exclusions").click()
    add = page.get_by_label("Mobile number").first
    add.fill("0161 496 0999")
    page.get_by_label("Pregnancy loss").check()
    page.get_by_role("button", name="Put on the list").click()
    page.get_by_role("alert").get_by_role("link").click()
    expect(add).to_be_focused()
    expect(page.get_by_label("Pregnancy loss")).to_be_checked()
    add.fill("07700 900123")
    page.get_by_role("button", name="Put on the list").click()
    expect(page.get_by_role("status")).to_contain_text("is on the list")
    assert [why for _, why, _ in served.pages.book.numbers.values()] == [
        "pregnancy_loss"
    ]

    page.get_by_role("link", name="Our texts").click()
    page.get_by_label("As this ward says them").select_option("Rowan Ward")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".words").first).to_contain_text("Rowan Ward")

    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    page.go_back()
    page.reload()
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()


def pages_of(page, served):
    """Each page in turn, with all of it open; and what each is called."""
    for name in INSIDE:
        page.goto(f"{served.url}/team/{name}")
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = 1)")
        yield name or "invitations"
    page.goto(f"{served.url}/team/exclusions")
    page.get_by_label("Mobile number").last.fill("1")
    page.get_by_role("button", name="Take off the list").click()
    yield "what was wrong"
    page.get_by_role("button", name="Log out").click()
    yield "login"


# A page that stands is the same one at each width, so it is loaded once.


def test_axe_finds_nothing_and_nothing_is_too_wide(open_page, served):
    page = open_page()
    for name in pages_of(page, served):
        for viewport in (DESKTOP, PHONE, NARROW):
            page.set_viewport_size(viewport)
            looked_at(page, f"{name} {viewport}", viewport)


def looked_at(page, name, viewport):
    found = Axe().run(page)
    assert found.violations_count == 0, f"{name}: {found.generate_report()}"
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= viewport["width"], name
    over = page.evaluate(
        """[...document.querySelectorAll("main *")].filter(e =>
             !e.closest(".unseen, thead, caption") && e.checkVisibility() &&
             e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0 &&
             getComputedStyle(e).display !== "inline")
           .map(e => e.outerHTML.slice(0, 200))"""
    )
    assert over == [], name


def test_between_a_phone_and_a_desk_nothing_is_too_wide_either(open_page, served):
    page = open_page()
    for name in pages_of(page, served):
        for width in (1000, 800, 720, 700):
            page.set_viewport_size({"width": width, "height": 800})
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, (name, width)


def test_axe_would_find_something(open_page):
    page = open_page()
    page.evaluate("document.documentElement.removeAttribute('lang')")

    assert Axe().run(page).violations_count > 0


def test_all_of_it_is_reached_by_keyboard_and_seen(open_page, served):
    page = open_page()
    page.goto(f"{served.url}/team/exclusions")
    reached = set()
    for _ in range(12):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.innerText.trim()"))
        style = "getComputedStyle(document.activeElement).outlineStyle"
        assert page.evaluate(style) != "none"
    assert {"Skip to main content", "Log out", "Put on the list"} <= reached
    assert "Take off the list" in reached


def test_on_paper_each_ward_is_open_and_no_button_is_there(open_page, served):
    page = open_page()
    words = pdf_text(page.pdf(format="A4"))

    assert words.count("Opted out") >= len(WARDS) + 2
    assert "Log out" not in words
    page.goto(f"{served.url}/team/reviews")
    words = pdf_text(page.pdf(format="A4"))
    assert "my husband died" in words
    assert "never text them again" not in words


def test_what_a_patient_wrote_never_runs(open_page, served):
    page = open_page()
    page.goto(f"{served.url}/team/reviews")

    expect(page.locator(".words").last).to_contain_text("<img src=x")
    assert page.locator("main img").count() == 0
    assert "broken" not in page.title()
    words = page.locator(".words").nth(1)
    assert words.evaluate("e => getComputedStyle(e).direction") == "rtl"
