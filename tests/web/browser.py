"""Debian's Chromium, driven by Playwright: no network of its own, scripts off or on."""

import shutil
import subprocess
from contextlib import contextmanager

from django.test import Client
from playwright.sync_api import sync_playwright

ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    # Where only the loopback is there it takes the network for a slow one, and says so.
    "--force-effective-connection-type=4G",
]
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


@contextmanager
def chromium():
    path = shutil.which("chromium")
    assert path, "install Debian's package chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


def follow(page, selector):
    """Click, and come back when the page that it leads to stands whole.

    A click alone comes back as soon as the browser sets out for the next page: what is
    read then may be the old one, or one that is torn down in the middle of a question.
    """
    with page.expect_navigation():
        page.click(selector)


def press(page, words):
    follow(page, f"main button:has-text('{words}')")


def log_in(page, address, name, password):
    page.goto(f"{address}/login/")
    page.fill("#id_username", name)
    page.fill("#id_password", password)
    follow(page, "main button")
    assert "/login/" not in page.url


def come_in(context, address, name):
    """Have logged in, as a browser that is open all day: without the three pages that
    it takes to do so."""
    from central.people.models import User

    client = Client()
    client.force_login(User.objects.get(username=name))
    [(cookie, held)] = client.cookies.items()
    context.add_cookies([{"name": cookie, "value": held.value, "url": address}])


def pdf_pages(pdf):
    """How many pages Poppler counts."""
    told = subprocess.run(
        ["pdfinfo", "-"], input=pdf, capture_output=True, check=True
    ).stdout.decode()
    return int(told.split("Pages:")[1].split()[0])


def pdf_text(pdf):
    return subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True
    ).stdout.decode()
