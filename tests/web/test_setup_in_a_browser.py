"""Set-up in a real Chromium: from nothing to a ward with a tablet; for all to use."""

import os
import subprocess
import sys

import pytest
from django.utils import timezone

from tests.web import world
from tests.web.browser import DESKTOP, PHONE, follow, log_in, press
from tests.web.looking import (
    enter,
    looked_at,
    looked_at_everywhere,
    tab_to,
    twice_the_text,
)
from tests.web.test_fleet import new_administrator
from tests.web.test_in_a_browser import browser, open_page  # noqa: F401, fixtures

PEOPLE = """username,name,email,wards,administrator
sam.patel,Sam Patel,sam.patel@example.org,ELM,no
"""


@pytest.fixture
def fresh(browser, live_server, transactional_db):  # noqa: F811
    """A browser at a server that nobody has set up, without scripts."""
    context = browser.new_context(viewport=DESKTOP, java_script_enabled=False)
    page = context.new_page()
    page.set_default_timeout(10_000)
    yield page
    context.close()


def heading(page):
    return page.locator("h1").inner_text().split("\n")[0]


# ── from nothing to a ward that hears its patients ───────────────────────────


def test_from_an_empty_database_to_a_ward_with_a_tablet(fresh, live_server, tmp_path):
    page, url = fresh, live_server.url
    become_administrator(page, url)
    make_places(page)
    publish_a_survey(page)
    link = add_a_reader(page)
    command = make_a_code(page)
    words = really_enrol(command, tmp_path)
    follow(page, "nav a:text-is('Set-up')")
    follow(page, "main a:text-is('Devices')")
    assert words in page.inner_text("main")
    follow(page, "text=/Tablet [0-9a-f]{4}/")
    page.fill("#id_name", "Bay 3, window")
    press(page, "Keep the changes")
    assert "Tablet Bay 3, window" in page.inner_text("main")
    follow(page, "nav a:text-is('Set-up')")
    assert "Everything that a ward needs is there." in page.inner_text("main")
    follow(page, "text=Log out")
    the_reader_reads(page, url, link)


def become_administrator(page, url):
    from central.people.first import new_first_code

    page.goto(f"{url}/")
    follow(page, "text=Make the first administrator")
    page.fill("#id_code", new_first_code(timezone.now()))
    page.fill("#id_username", "alex.jones")
    page.fill("#id_password", world.PASSWORD)
    press(page, "Make the account")
    assert heading(page) == "Set-up"
    assert "Next: trust." in page.inner_text("main").replace("\n", " ")


def make_places(page):
    follow(page, "main a:text-is('Trust')")
    page.fill("#id_name", "Elm Hospitals NHS Trust")
    press(page, "Add the trust")
    assert heading(page) == "Sites"
    page.fill("#id_name", "Elm Hospital")
    press(page, "Add the site")
    follow(page, "main a:text-is('Wards')")
    follow(page, "text=Add a ward")
    page.fill("#id_code", "ELM")
    page.fill("#id_name", "Elm ward")
    press(page, "Add the ward")
    assert "Elm ward (ELM) is added" in page.inner_text("main")


def publish_a_survey(page):
    follow(page, "nav a:text-is('Set-up')")
    follow(page, "main a:text-is('Surveys')")
    follow(page, "text=Publish a survey")
    page.check("input[value='inpatient@2']")
    press(page, "Look at it")
    assert "Publish inpatient@2?" in heading(page)
    press(page, "Arabic")
    assert page.locator(".wv-kiosk").first.get_attribute("dir") == "rtl"
    press(page, "Publish it")
    assert "inpatient@2 is published" in page.inner_text("main")
    assert "tablets ask it; text lines ask it" in page.inner_text("main")


def add_a_reader(page):
    follow(page, "nav a:text-is('Set-up')")
    follow(page, "text=People from a CSV file")
    file = {"name": "people.csv", "mimeType": "text/csv", "buffer": PEOPLE.encode()}
    page.set_input_files("#id_file", file)
    press(page, "Look at it")
    assert "Take in 1 of 1 row?" in heading(page)
    press(page, "Take all of it in")
    return page.locator("code.wv-link").inner_text()


def make_a_code(page):
    follow(page, "nav a:text-is('Set-up')")
    follow(page, "main a:text-is('Devices')")
    follow(page, "text=Enrol a device")
    page.check("input[value='ELM']")
    press(page, "Make a code")
    assert page.locator("svg.wv-qr").is_visible()
    return page.locator("code:has-text('sync enrol')").inner_text()


def really_enrol(command, folder):
    """What a technician types on the tablet; the five words that it answers."""
    program, *words = command.split()
    assert program == "wardvoice-sync"
    log = folder / "tablet.db"
    done = subprocess.run(
        [sys.executable, "-m", "sync", *words],
        env={**os.environ, "WARDVOICE_LOG": str(log)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    from feedback.log import Log
    from feedback.short_words import short_words

    with Log.open(log) as opened:
        words = short_words(opened.public_key)
    assert words in done.stdout
    return words


def the_reader_reads(page, url, link):
    page.goto(link)
    assert "sam.patel" in page.inner_text("main")
    page.fill("#id_new_password1", "three words of mine")
    page.fill("#id_new_password2", "three words of mine")
    press(page, "Keep it")
    log_in(page, url, "sam.patel", "three words of mine")
    assert heading(page).startswith("Elm ward")
    assert "Tablet Bay 3, window" in page.inner_text("main")
    page.goto(f"{url}/setup/")
    assert heading(page) == "Page not found"


# ── every page, for all to use ───────────────────────────────────────────────


@pytest.fixture
def hospital(transactional_db):
    """A trust in the middle of its life: every page has something to show."""
    from central.devices.removal import remove_device
    from central.places.models import Site, Trust, Ward
    from central.setup.closing import merge
    from central.surveys.published import ask_on

    world.found_a_trust()
    new_administrator()
    site = Site.objects.get()
    for number in range(12):
        code = f"W-{number:02}"
        Ward.objects.create(code=code, site=site, name=f"The {number}th ward of Ash",
                            open_days="mon tue wed thu fri", opens_at="08:00",
                            closes_at="18:00")  # fmt: skip
    Site.objects.create(trust=Trust.objects.get(), name="Llandysul Community Hospital")
    world.new_user("ash.manager", "ASH", "BIRCH")
    world.new_user("Aleksandra.Wiśniewska-Nowak.of.the.night", "W-01")
    gone = world.new_user("left", "ASH")
    gone.is_active = False
    gone.save()
    tablets = [world.new_tablet(code) for code in ("ASH", "BIRCH", "W-01")]
    for tablet in tablets:
        with tablet.at_once():
            for _ in range(5):
                tablet.say({"fft": "good"})
    ask_on(Ward.objects.get(code="W-02"), "inpatient@1", "", "inpatient@1")
    merge(Ward.objects.get(code="BIRCH"), Ward.objects.get(code="ASH"), "admin",
          timezone.now())  # fmt: skip
    remove_device(tablets[2].id, timezone.now())
    return tablets


def paths(tablets):
    from central.people.models import User

    manager = User.objects.get(username="ash.manager").pk
    return [
        "/setup/", "/setup/done/", "/setup/reads/", "/setup/trusts/", "/setup/sites/",
        "/setup/wards/", "/setup/wards/add/", "/setup/ward/ASH/",
        "/setup/ward/ASH/asked/",
        "/setup/ward/ASH/close/", "/setup/ward/ASH/merge/", "/setup/ward/BIRCH/",
        "/setup/ward/BIRCH/open/", "/setup/people/", "/setup/people/add/",
        f"/setup/people/{manager}/", f"/setup/people/{manager}/link/",
        f"/setup/people/{manager}/close/", "/setup/devices/", "/setup/devices/code/",
        f"/setup/devices/{tablets[0].id}/", f"/setup/devices/{tablets[0].id}/label/",
        f"/setup/devices/{tablets[0].id}/remove/",
        f"/setup/devices/{tablets[2].id}/",
        f"/setup/devices/{tablets[2].id}/accept/", "/setup/surveys/",
        "/setup/surveys/asked/", "/setup/surveys/publish/",
        "/setup/survey/inpatient@1/?language=cy", "/setup/import/wards/",
        "/setup/import/people/",
    ]  # fmt: skip


def test_every_page_is_for_all_to_read(open_page, hospital, live_server):  # noqa: F811
    page = open_page("/setup/", user="admin")
    for path in paths(hospital):
        page.goto(f"{live_server.url}{path}")
        looked_at_everywhere(page, path.replace(hospital[0].id, "one"))
    a_removal(page, live_server.url, hospital[0])
    forms(page, live_server.url)


def a_removal(page, url, tablet):
    """Nobody said what is left on it; then they do, and another thing later."""
    page.goto(f"{url}/setup/devices/{tablet.id}/remove/")
    press(page, "Remove the device")
    assert "Say what is still on it" in page.inner_text("main")
    looked_at_everywhere(page, "removal-errors")
    page.check("input[value='perhaps']")
    press(page, "Remove the device")
    assert "it may come back" in page.inner_text("main")
    page.goto(f"{url}/setup/devices/{tablet.id}/")
    assert page.is_checked("input[value='perhaps']")
    page.check("input[value='lost']")
    press(page, "Keep the changes")
    assert "what it had not sent is lost" in page.inner_text("main")
    looked_at_everywhere(page, "devices-lost")


def an_old_page(page):
    """Somebody takes a ward away while the page of its reader is open."""
    from central.people.models import Membership

    follow(page, "text=ash.manager >> nth=0")
    page.fill("#id_name", "Ash Manager")
    Membership.objects.filter(user__username="ash.manager", ward="BIRCH").delete()
    press(page, "Keep the changes")
    assert "Somebody has changed this" in page.inner_text("main")
    assert page.input_value("#id_name") == ""
    looked_at_everywhere(page, "old-page")


def forms(page, url):
    """The pages that only a form leads to: errors, codes, links, what a file says."""
    page.goto(f"{url}/setup/wards/add/")
    press(page, "Add the ward")
    looked_at_everywhere(page, "ward-errors")
    page.goto(f"{url}/setup/ward/ASH/merge/")
    page.select_option("#id_into", "W-01")
    press(page, "See what")
    looked_at_everywhere(page, "merge-sure")
    page.goto(f"{url}/setup/devices/code/?ward=ASH")
    press(page, "Make a code")
    looked_at_everywhere(page, "code-made")
    page.goto(f"{url}/setup/surveys/publish/")
    page.check("input[value='inpatient@2']")
    press(page, "Look at it")
    looked_at_everywhere(page, "publish-sure")
    press(page, "Arabic")
    looked_at_everywhere(page, "publish-arabic")
    for name, rows in (("good", "ELM,Elm ward,Ash\n"), ("bad", "ELM\nA B,=x,No\n")):
        page.goto(f"{url}/setup/import/wards/")
        file = {"name": "w.csv", "mimeType": "text/csv",
                "buffer": f"code,name,site\n{rows}".encode()}  # fmt: skip
        page.set_input_files("#id_file", file)
        press(page, "Look at it")
        looked_at_everywhere(page, f"import-{name}")
    page.goto(f"{url}/setup/people/")
    an_old_page(page)
    follow(page, "text=They forgot the password")
    press(page, "Make the link")
    looked_at_everywhere(page, "link-made")
    link = page.locator(".wv-once code").inner_text()
    follow(page, "text=Log out")
    page.goto(link)
    looked_at_everywhere(page, "set-password")
    page.goto(f"{url}/login/")
    for _ in range(6):
        page.fill("#id_username", "ash.manager")
        page.fill("#id_password", "wrong")
        press(page, "Log in")
    assert "Wait 5 minutes" in page.inner_text("main")
    looked_at_everywhere(page, "login-braked")


def test_an_empty_trust_is_taught_what_comes_first(
    browser,  # noqa: F811
    live_server,
    transactional_db,
):
    from central.people.first import new_first_code

    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    page.goto(f"{live_server.url}/setup/first/")
    looked_at(page, "first", PHONE)
    assert new_first_code(timezone.now())
    new_administrator()
    log_in(page, live_server.url, "admin", world.PASSWORD)
    teaches = {
        "trusts": "Begin with the organisation",
        "sites": "Add the trust first",
        "wards": "Add the site first",
        "people": "There is no open ward to give yet",
        "devices": "Add a ward first",
        "surveys": "No survey is published yet",
        "done": "Nothing yet",
        "reads": "Nothing yet",
    }
    for name, words in teaches.items():
        page.goto(f"{live_server.url}/setup/{name}/")
        assert words in page.inner_text("main"), name
        looked_at(page, f"empty-{name}", PHONE)
    context.close()


def test_all_of_it_fits_at_twice_the_text(open_page, hospital, live_server):  # noqa: F811
    """A browser at 200%: half the room for each letter."""
    half = {"width": DESKTOP["width"] // 2, "height": DESKTOP["height"] // 2}
    page = open_page("/setup/", half, user="admin")
    for path in paths(hospital):
        page.goto(f"{live_server.url}{path}")
        twice_the_text(page, path, half)


def test_a_ward_is_closed_by_keyboard_alone(open_page, hospital):  # noqa: F811
    from central.places.models import Ward

    page = open_page("/setup/", user="admin")
    for words in ("Wards", "The 3th ward of Ash", "Close it", "Close the ward"):
        enter(page, words)
    assert Ward.objects.get(code="W-03").closed_on is not None


def test_a_ward_is_added_by_keyboard_alone(open_page, hospital):  # noqa: F811
    from central.places.models import Ward

    page = open_page("/setup/wards/add/", user="admin")
    tab_to(page, name="id_code")
    page.keyboard.type("OAK")
    tab_to(page, name="id_name")
    page.keyboard.type("Oak ward")
    tab_to(page, name="id_site")
    page.keyboard.press("ArrowDown")
    tab_to(page, name="id_open_days")
    page.keyboard.press("Space")
    enter(page, "Add the ward")
    assert Ward.objects.get(code="OAK").open_days == "mon"


def test_a_browser_asks_no_other_host_and_nothing_is_refused(
    open_page,  # noqa: F811
    hospital,
    live_server,
):
    page = open_page("/setup/", user="admin")
    page.wait_for_load_state("networkidle")
    asked, trouble = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda line: trouble.append(line.text))
    page.on("requestfailed", lambda request: trouble.append(request.url))
    page.on("response", lambda reply: reply.ok or trouble.append(reply.url))
    for path in ("/setup/survey/inpatient@1/", "/setup/devices/code/?ward=ASH"):
        page.goto(f"{live_server.url}{path}", wait_until="networkidle")
    press(page, "Make a code")
    page.wait_for_load_state("networkidle")
    assert any("/static/faces/" in url for url in asked)
    assert {url for url in asked if not url.startswith(live_server.url)} == set()
    assert trouble == []
