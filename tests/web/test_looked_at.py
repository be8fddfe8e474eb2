"""What no other test looks at in a Chromium: charts with all that they can show, a ward
with the longest name in Wales, mails, and the pages that only a mistake leads to. Every
address has its look in one of these tests."""

from datetime import timedelta

import pytest
from django.urls import resolve

from central.web.words import long_date
from tests.web import charted, world
from tests.web import test_in_a_browser as days
from tests.web import test_over_time_in_a_browser as over
from tests.web import test_setup_in_a_browser as setup
from tests.web.browser import DESKTOP, PHONE, follow, pdf_pages, pdf_text, press
from tests.web.looking import (
    SCREENS,
    enter,
    keep,
    looked_at,
    looked_at_everywhere,
    looked_at_mail,
    open_all,
    tab_to,
    twice_the_text,
    twice_the_text_everywhere,
)
from tests.web.test_doors import routes

browser, open_page, hospital = days.browser, days.open_page, setup.hospital

LONG = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch Assessment Unit"


# ── every address ────────────────────────────────────────────────────────────

# Looked at by the test that this names, or nothing to look at.
ELSEWHERE = {
    "receipt": "test_receipts.py", "device": "test_fleet.py",
    "device_on": "test_fleet.py", "devices_on": "test_fleet.py",
    "devices": "test_fleet.py", "setup_first": "test_setup_in_a_browser.py",
    "set_password": "test_setup_in_a_browser.py", "board": "here, as a PDF",
    "today": "leads to the day", "logout": "leads to the log-in",
    "seen": "a form of the day's",
}  # fmt: skip


def names(paths):
    return {resolve(path.split("?")[0]).url_name for path in paths}


def test_every_page_is_looked_at_in_a_browser(db):
    world.found_a_trust()
    world.new_user("ash.manager", "ASH")
    tablet = world.new_tablet("ASH")
    every = {one for one in names(all_pages()) if one}
    seen = names(over.paths().values()) | names(setup.paths([tablet] * 3))
    seen |= names(long_named().values()) | names(small_pages())
    seen |= {"login", "cards", "day", "wards"}  # test_in_a_browser.py
    assert every - seen - set(ELSEWHERE) == set()
    assert not set(ELSEWHERE) - every, "a page that is there no more"


def all_pages():
    return [path for path in routes() if not path.startswith(("/api/", "/health"))]


# ── the ward with the longest name, and each special cause ───────────────────


@pytest.fixture
def ward(transactional_db):
    from central.actions.models import Card
    from central.places.models import Ward

    world.found_a_trust()
    world.publish_the_map()
    Ward.objects.filter(code="ASH").update(name=LONG)
    world.new_user("ash.manager", "ASH", "BIRCH")
    world.new_user("deputy", "ASH", "BIRCH")
    tablet = world.new_tablet("ASH", heard=world.now())
    charted.a_chart_of_each_special_cause()
    charted.the_changes()
    for back in (1, 0):
        words_of_all_kinds(tablet, world.days_ago(back))
    Card.objects.create(ward_id="ASH", said=LONG * 3, did=LONG * 3, on=world.today())
    return tablet


WROTE = (
    ("ar", "الممرضات لطيفات جداً، شكراً لكم (سرير 3)"),
    ("ur", "نرسیں بہت مہربان تھیں، شکریہ۔"),
    ("cy", "Roedd y nyrsys yn garedig iawn. Diolch o galon."),
    ("en", "W" * 400),
)


def words_of_all_kinds(tablet, at):
    with tablet.at_once():
        for language, text in WROTE:
            word, more = (
                text[:20],
                {"_language": language, "fft": "poor", "night": "-1"},
            )
            answers = {**more, "night_own": (word,), "better": (text,)}
            tablet.tell(answers, survey="inpatient@2", at=at)
        for number in range(20):
            answers = {"fft": "good", "night": "1", "night_own": (f"quiet {number}",)}
            tablet.tell(answers, survey="inpatient@2", at=at)


def long_named():
    from central.places.models import Site

    first, last = world.today() - timedelta(120), world.today()
    time = f"/wards/ASH/{first}/{last}/"
    return {
        "first page": "/",
        "long day": f"/wards/ASH/{world.today()}/",
        "long period": time,
        "each special cause": f"{time}charts/",
        "a step with a change": f"{time}steps/night/",
        "search": f"{time}search/?q={'y' * 90}",
        "long side by side": f"/sites/{Site.objects.get().pk}/{first}/{last}/",
        "changes of all kinds": "/wards/ASH/changes/",
        "long cards": "/wards/ASH/cards/",
        "away": "/away/",
    }


def test_a_long_name_and_each_special_cause_are_for_all_to_read(open_page, ward):
    from central.places.models import Ward

    Ward.objects.filter(code="BIRCH").update(name=LONG)  # side by side with itself
    page = open_page("/")
    for name, path in long_named().items():
        over.go(page, path)
        open_all(page)
        looked_at_everywhere(page, name)
        twice_the_text_everywhere(page, name)
    mistakes(page)


def mistakes(page):
    """What the pages say when something is missing."""
    for name, path, words in (
        ("away gone wrong", "/away/", "Save"),
        ("change gone wrong", "/wards/ASH/changes/", "Add the change"),
        ("card gone wrong", "/wards/ASH/cards/", "Add the card"),
    ):
        over.go(page, path)
        press(page, words)
        assert page.is_visible("text=There is a problem"), name
        looked_at_everywhere(page, name)
    follow(page, "text=Log out")
    follow(page, "main button")
    assert page.is_visible("text=There is a problem")
    looked_at_everywhere(page, "a wrong log-in")


def test_the_names_of_a_long_ward_stay_on_the_sheet(ward, client):
    assert client.login(username="ash.manager", password=world.PASSWORD)
    day = world.today() - timedelta(1)
    sheet = client.get(f"/wards/ASH/{day}/board.pdf").content
    text = "".join(pdf_text(sheet).split())
    assert LONG.replace(" ", "") in text
    assert pdf_pages(sheet) == 1


def removed(word):
    """Another tablet of the ward, last heard three days ago, and removed today."""
    from central.devices.models import Device, Stint
    from central.devices.removal import remove_device

    tablet = world.new_tablet("ASH")
    Device.objects.filter(id=tablet.id).update(name=f"Bay {len(word)}")
    Stint.objects.filter(device=tablet.id).update(since=world.days_ago(9))
    tablet.send([], at=world.days_ago(3))
    remove_device(tablet.id, world.now(), word)


@pytest.mark.parametrize("words", [["lost"], ["lost", "perhaps"]])
def test_days_of_a_removed_tablet_are_for_all_to_read(open_page, ward, words):
    for word in words:
        removed(word)
    page = open_page("/")
    day, first = world.today() - timedelta(1), world.today() - timedelta(6)
    for path in (f"/wards/ASH/{day}/", f"/wards/ASH/{first}/{world.today()}/"):
        over.go(page, path)
        assert page.locator("text=/is lost|Not complete/").first.is_visible()
        looked_at_everywhere(page, f"{' '.join(words)} {path}")
        twice_the_text_everywhere(page, path)
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)
        looked_at_mail(page, mail(), f"mail of {' '.join(words)}", size)


# ── set-up's smaller pages, and mails ────────────────────────────────────────


def small_pages():
    from central.people.models import User
    from central.places.models import Site, Trust

    site = Site.objects.order_by("-id")[0].pk
    person = User.objects.order_by("is_active", "id")[0].pk
    return (
        f"/setup/trusts/{Trust.objects.get().pk}/",
        f"/setup/sites/{site}/",
        f"/setup/sites/{site}/remove/",
        f"/setup/people/{person}/open/",
    )


@pytest.mark.parametrize("kind", ["quiet", "loud"])
def test_a_mail_is_for_all_to_read(open_page, ward, kind):
    from central.devices.models import Device
    from central.morning.models import WardMail

    if kind == "loud":
        WardMail.objects.create(ward_id="ASH", words=True)
        Device.objects.update(last_heard=world.days_ago(1))
        world.new_tablet("ASH")
    page = open_page("/login/", login=False)
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)
        for colours in ("light", "dark"):
            page.emulate_media(color_scheme=colours)
            looked_at_mail(page, mail(), f"{kind} mail {colours}", size)
        assert page.evaluate(BROKEN) == [], size
    if kind == "loud":  # Arabic begins on the right
        arabic = page.locator("[lang=ar]").first
        assert arabic.evaluate("e => getComputedStyle(e).direction") == "rtl"


# Words of the table's left column that go on in a second line.
BROKEN = """() => [...document.querySelectorAll('th')].flatMap(th => {
  const text = th.firstChild, range = document.createRange();
  return [...text.data.matchAll(/\\S+/g)].filter(word => {
    range.setStart(text, word.index);
    range.setEnd(text, word.index + word[0].length);
    return range.getClientRects().length > 1;
  }).map(word => word[0]);
})"""


def mail():
    """Yesterday's, as it would go out now."""
    from django.template.loader import render_to_string

    from central.morning.letter import FOOTER, letter_of
    from central.morning.picture import picture_of
    from central.places.models import Ward

    page, ward = "https://wardvoice.example.org/", Ward.objects.get(code="ASH")
    picture = picture_of(ward, world.today() - timedelta(1), world.now())
    words = {"letter": letter_of(picture, page, page), "footer": FOOTER}
    return render_to_string("mail/morning.html", words)


def test_small_pages_of_set_up_are_for_all_to_read(open_page, hospital):
    page = open_page("/setup/", PHONE, user="admin")
    for path in small_pages():
        over.go(page, path)
        looked_at(page, path, PHONE)
        twice_the_text(page, path, PHONE)


NARROW = {"width": 320, "height": 640}  # the narrowest that WCAG asks for (1.4.10)


@pytest.fixture
def long_hospital(hospital):
    """Set-up's hospital, with names as long as they may be, each in one word."""
    from central.audit.reading import note_reading
    from central.devices.models import Device
    from central.people.models import User
    from central.places.models import Site, Trust, Ward

    for kind, chars in ((Trust, 200), (Site, 200), (Ward, 180), (Device, 100)):
        for number, one in enumerate(kind.objects.all()):
            kind.objects.filter(pk=one.pk).update(name=f"{number:w>{chars}}")
    User.objects.filter(username="left").update(username="w" * 150)
    today = world.today()
    note_reading("w" * 150, "ASH", "day", (today, today), 3, world.now())
    return hospital


@pytest.mark.parametrize("size", [DESKTOP, NARROW], ids=["desktop", "narrow"])
def test_names_in_one_long_word_break(open_page, long_hospital, size):
    page = open_page("/setup/", size, user="admin")
    wide = {}
    for path in ("/devices/", *setup.paths(long_hospital), *small_pages()):
        over.go(page, path)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > size["width"]:
            wide[path] = width
        if SCREENS:
            keep(page, f"long {path}", size)
    assert wide == {}


# ── by keyboard, at twice the size ───────────────────────────────────────────

ZOOMED = {"width": DESKTOP["width"] // 2, "height": DESKTOP["height"] // 2}


def write(page, name, text):
    tab_to(page, name=name)
    page.keyboard.type(text)


def tick(page, name):
    tab_to(page, name=name)
    page.keyboard.press("Space")


def test_a_manager_s_tasks_are_done_by_keyboard_at_twice_the_size(open_page, ward):
    ward.tell({"fft": "poor", "_talk": "yes"}, survey="inpatient@2")
    page = open_page("/", ZOOMED, scripts=False)
    enter(page, LONG)
    enter(page, f"Mark as seen what came on {long_date(world.today())}")
    assert page.is_visible("text=Marked as seen.")
    tab_to(page, "Show some of them: by step, feeling or way")
    page.keyboard.press("Enter")
    write(page, "step", "Night")
    enter(page, "Show")
    assert "step=night" in page.url
    assert "Night time: 4 of 4 people who wrote." in page.inner_text("main")
    enter(page, "Search")
    write(page, "q", "diolch")
    enter(page, "Search")
    assert page.locator("mark").first.inner_text() == "Diolch"
    enter(page, "Changes")
    write(page, "note", "Softer bins")
    write(page, "on", world.today().strftime("%d.%m.%Y"))
    enter(page, "Add the change")
    assert page.is_visible("text=Softer bins")
    enter(page, "Wardvoice")
    enter(page, "When you are away, and who reads your morning mail meanwhile")
    write(page, "first", world.today().strftime("%d %B %Y"))
    write(page, "last", world.today().isoformat())
    tick(page, "deputy")
    enter(page, "Save")
    assert page.is_visible("text=deputy reads your mails.")


def test_an_administrator_s_tasks_are_done_by_keyboard_at_twice_the_size(
    open_page, hospital
):
    page = open_page("/setup/", ZOOMED, scripts=False, user="admin")
    enter(page, "Wards")
    enter(page, "Add a ward")
    write(page, "code", "OAK")
    write(page, "name", "Oak ward")
    enter(page, "Add the ward")
    assert page.is_visible("text=Oak ward (OAK) is added")
    enter(page, "Back to Set-up")
    enter(page, "Devices")
    enter(page, "Enrol a device")
    tick(page, "kind")
    tick(page, "wards")
    enter(page, "Make a code")
    assert page.is_visible("svg.wv-qr")
    enter(page, "Back to Devices")
    enter(page, "Back to Set-up")
    enter(page, "Surveys")
    enter(page, "Publish a survey")
    tab_to(page, name="ours")
    page.keyboard.press("ArrowDown")
    enter(page, "Look at it")
    enter(page, "Publish it")
    assert page.is_visible("text=is published")
