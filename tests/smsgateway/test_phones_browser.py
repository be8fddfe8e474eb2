"""The simulated phones in a real Chromium, before a real gateway, as staff use them."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.smsgateway.process import Gateway, PhonesProgram
from tests.web.browser import chromium

DESKTOP = {"width": 1280, "height": 800}
WIDE = {"width": 1920, "height": 1080}
PHONE = {"width": 390, "height": 844}
NARROW = {"width": 320, "height": 640}

URDU = "نرسیں بہت مہربان تھیں، مگر انتظار بہت لمبا تھا۔"
CHINESE = "护士很亲切，但是等候时间太长了。"
LONG_WORD = "Donaudampfschifffahrtsgesellschaftskapitän" * 6


@pytest.fixture(scope="module")
def browser():
    with chromium() as started:
        yield started


@pytest.fixture
def programs(tmp_path):
    gateway = Gateway(tmp_path)
    clock = {"WARDVOICE_SMS_TRAINING_CLOCK": str(tmp_path / "clock")}
    gateway.environ |= {"WARDVOICE_SMS_PRACTICE": "yes", **clock}
    with gateway, PhonesProgram(gateway) as phones:
        gateway.start()
        phones.start()
        yield gateway, phones


@pytest.fixture
def open_page(browser, programs):
    """Opens the page; what its console says wrongly fails the test at its end."""
    contexts, trouble = [], []
    away = "net::ERR_CONNECTION_REFUSED"  # the browser's own words for a test of that

    def open_(viewport=DESKTOP, scripts=True):
        context = browser.new_context(viewport=viewport, java_script_enabled=scripts)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda line: away in line.text or trouble.append(line.text))
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.goto(programs[1].url)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert trouble == []


def send(page, words, phone=1):
    page.fill(f"#words-{phone}", words)
    page.press(f"#words-{phone}", "Enter")
    box = page.locator(f"#phone-{phone} .mine .words", has_text=words)
    expect(box.last).to_be_visible()


def send_at_once(page, words):
    """Without waiting until the page shows it."""
    page.fill("#words-1", words)
    page.click("#write-1 button")
    expect(page.locator("#words-1")).to_have_value("")


def theirs(page, phone=1):
    return page.locator(f"#phone-{phone} .theirs .words")


def notes(page, phone=1):
    return page.locator(f"#phone-{phone} .note")


def ticks(page, phone=1):
    return page.locator(f"#phone-{phone} .tick")


# ── texting ──────────────────────────────────────────────────────────────────


def test_two_phones_text_at_once_and_nothing_is_loaded_again(open_page):
    page = open_page()
    page.evaluate("window.stayed = true")
    page.fill("#words-1", "Hello")
    page.fill("#words-2", "Hello")
    page.evaluate(
        "for (const n of [1, 2]) document.forms[`write-${n}`].requestSubmit()"
    )
    for phone in (1, 2):
        expect(theirs(page, phone)).to_have_count(1)
        expect(ticks(page, phone)).to_contain_text("Answered")
    send(page, "1", phone=1)
    send(page, "5", phone=2)
    expect(theirs(page, 1).last).to_contain_text("What was good?")
    expect(theirs(page, 2).last).to_contain_text("What could be better?")
    expect(theirs(page, 3)).to_have_count(0)
    assert page.evaluate("window.stayed") is True


def test_what_is_being_typed_stays_while_others_text(open_page):
    one, other = open_page(), open_page()
    one.focus("#words-1")
    one.keyboard.type("half a ")
    send(other, "Hello", phone=1)
    expect(theirs(one, 1)).to_have_count(1)
    one.keyboard.type("word")
    expect(one.locator("#words-1")).to_have_value("half a word")
    expect(one.locator("#words-1")).to_be_focused()


def test_a_ward_is_chosen_on_the_phone_itself(open_page):
    page = open_page()
    page.select_option("#line-2", label="To BIRCH · 07700 900501")
    expect(page.locator("#thread-2-2")).to_be_visible()
    send(page, "Hello", phone=2)
    expect(theirs(page, 2)).to_contain_text("Birch Ward")


def test_a_thread_stays_at_its_end(open_page):
    page = open_page()
    for words in ("Hello", "5", "one\n" * 40, "the last of all"):
        send_at_once(page, words)
    last = page.locator("#phone-1 .mine .words", has_text="the last of all")
    expect(last).to_be_in_viewport()


def test_texts_leave_a_phone_in_the_order_in_which_they_were_typed(open_page):
    page = open_page()
    # The network holds the first one up, and no later one may pass it.
    page.route("**/text", lambda route: (page.wait_for_timeout(700), route.continue_()),
               times=1)  # fmt: skip
    typed = [f"text number {n}" for n in range(5)]
    for words in typed:
        send_at_once(page, words)
    mine = page.locator("#phone-1 .mine .words")
    expect(mine).to_have_text(typed)


# ── what goes wrong ──────────────────────────────────────────────────────────


def test_the_switch_loses_a_text_says_so_and_is_turned_back(open_page):
    page = open_page()
    page.click("text=Get lost")
    expect(page.locator("#sentence")).to_contain_text("Texts get lost")
    expect(page.locator("button[value=lost]")).to_have_attribute("aria-pressed", "true")
    send(page, "Hello")
    expect(ticks(page)).to_contain_text("not delivered to the gateway")
    expect(notes(page)).to_contain_text("Lost: the gateway was not told")
    expect(theirs(page)).to_have_count(0)
    page.click("text=Back to normal")
    expect(page.locator("#sentence")).to_contain_text("All is well")
    send(page, "Hello again")
    expect(theirs(page)).to_have_count(1)


def test_a_doubled_text_gets_one_reply(open_page):
    page = open_page()
    page.click("text=Arrive twice")
    send(page, "Hello")
    expect(theirs(page)).to_have_count(1)
    expect(notes(page)).to_have_text(["The gateway was told of this text twice"])
    send(page, "2")
    expect(theirs(page)).to_have_count(2)
    expect(theirs(page).last).to_contain_text("Thank you.")


def test_stop_blocks_and_start_resumes(open_page):
    page = open_page()
    send(page, "STOP")
    expect(page.locator("#foot-1")).to_contain_text("This phone has said STOP")
    expect(notes(page).first).to_have_text("The phone company's own answer")
    send(page, "Are you there?")
    expect(notes(page).last).to_have_text("No reply")
    expect(theirs(page)).to_have_count(1)
    send(page, "START")
    expect(page.locator("#foot-1")).to_be_empty()
    send(page, "Hello")
    expect(theirs(page)).to_have_count(3)


def test_the_clock_moves_and_the_gateways_with_it(open_page):
    page = open_page()
    for words in ("Hello", "1", "The staff", "Thanks"):
        send(page, words)
    expect(ticks(page).last).to_contain_text("Delivered")
    before = theirs(page).count()
    page.click("text=+1 day")
    page.click("text=+1 hour")
    expect(page.locator("#clock")).to_contain_text("1 day and 1 hour ahead")
    send(page, "Thanks")  # a day later it opens a conversation
    expect(theirs(page)).to_have_count(before + 1)
    expect(theirs(page).last).to_contain_text("Reply with a number")
    expect(page.locator("#phone-1 .day")).to_have_count(2)
    page.click("#desk >> text=Real time >> nth=-1")
    expect(page.locator("#clock span")).to_have_text("Real time")


def test_a_simulator_that_is_away_is_said_so_and_comes_back(open_page, programs):
    page = open_page()
    programs[1].stop()
    expect(page.locator("#away")).to_contain_text("does not answer")
    page.fill("#words-1", "Hello")
    page.press("#words-1", "Enter")
    expect(page.locator("#words-1")).to_have_value("Hello")  # not lost
    programs[1].start()
    expect(page.locator("#away")).to_be_hidden(timeout=10_000)


# ── for everyone ─────────────────────────────────────────────────────────────


def fill(page):
    """Words of every kind on three phones, and every kind of note."""
    for phone, first in ((1, "Hello"), (2, URDU), (3, CHINESE)):
        send(page, first, phone)
        expect(theirs(page, phone)).to_have_count(1)
    send(page, LONG_WORD, 1)
    send(page, "STOP", 3)
    page.click("text=Get lost")
    send(page, "HELP", 2)
    send(page, "x" * 300, 2)
    expect(ticks(page, 2).last).to_contain_text("not delivered")


def test_axe_finds_nothing_and_nothing_is_too_wide(open_page):
    page = open_page()
    fill(page)
    for viewport in (DESKTOP, PHONE, NARROW, WIDE):
        page.set_viewport_size(viewport)
        found = Axe().run(page)
        assert found.violations_count == 0, (viewport, found.generate_report())
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= viewport["width"]
        for box in page.locator(".thread").all():
            assert box.evaluate("e => e.scrollWidth <= e.clientWidth"), viewport


def test_axe_would_find_something(open_page):
    page = open_page()
    # Not in what the page mends by itself when it looks for what is new.
    page.evaluate("document.documentElement.removeAttribute('lang')")
    assert Axe().run(page).violations_count > 0


def test_three_phones_stand_side_by_side_on_a_desk_and_below_one_another(open_page):
    def tops(page):
        boxes = [page.locator(f"#phone-{n}").bounding_box() for n in (1, 2, 3)]
        return [round(box["y"]) for box in boxes]

    assert len(set(tops(open_page(DESKTOP)))) == 1
    assert len(set(tops(open_page(PHONE)))) == 3


def test_right_to_left_words_stay_in_their_own_bubble(open_page):
    page = open_page()
    send(page, URDU)
    words = page.locator("#phone-1 .mine .words")
    assert words.evaluate("e => getComputedStyle(e).direction") == "rtl"
    assert page.evaluate("getComputedStyle(document.body).direction") == "ltr"
    page.fill("#words-1", URDU)
    typed = page.locator("#words-1")
    assert typed.evaluate("e => getComputedStyle(e).direction") == "rtl"


def test_all_of_it_is_done_by_keyboard(open_page):
    page = open_page()
    names = "[...document.querySelectorAll('a, button, select, textarea, .thread')]"
    wanted = page.evaluate(f"{names}.filter(e => e.checkVisibility()).length")
    reached = set()
    for _ in range(wanted):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.outerHTML"))
        style = "getComputedStyle(document.activeElement).outlineStyle"
        assert page.evaluate(style) != "none"
    assert len(reached) == wanted
    page.focus("button[value=lost]")
    page.keyboard.press("Space")
    expect(page.locator("#sentence")).to_contain_text("Texts get lost")
    expect(page.locator("button[value=lost]")).to_be_focused()


def test_new_texts_are_announced_and_old_ones_are_not_again(open_page):
    page = open_page()
    log = page.locator("#thread-1-1")
    assert log.get_attribute("role") == "log"
    send(page, "Hello")
    expect(theirs(page)).to_have_count(1)
    page.evaluate(
        """() => {
          window.added = [];
          new MutationObserver((all) => all.forEach((one) => one.addedNodes.forEach(
            (node) => node.nodeType === 1 && node.matches("li")
              && window.added.push(node.className))))
            .observe(document.getElementById("thread-1-1"),
                     {childList: true, subtree: true});
        }"""
    )
    send(page, "2")
    expect(theirs(page)).to_have_count(2)
    assert page.evaluate("window.added") == ["mine", "theirs"]


def test_all_of_it_works_without_scripts(open_page):
    page = open_page(scripts=False)
    page.fill("#words-2", "Hello")
    page.click("#write-2 button")
    assert page.url.endswith("/#phone-2")
    assert theirs(page, 2).count() == 1
    page.select_option("#line-2", "2")
    page.click("#phone-2 >> text=Show")
    assert theirs(page, 2).count() == 0
    page.click("text=Get lost")
    assert "Texts get lost" in page.inner_text("#sentence")
    page.click("text=Back to normal")
    page.click("text=+1 day")
    assert "1 day ahead" in page.inner_text("#clock")
    page.click("text=One more")
    assert page.locator(".phone").count() == 4
    page.click("text=Show what is new")


def test_what_is_typed_never_runs(open_page):
    page = open_page()
    send(page, "<img src=x onerror=\"document.title='broken'\">")
    expect(theirs(page)).to_have_count(1)
    assert page.locator(".thread img").count() == 0
    assert "broken" not in page.title()
