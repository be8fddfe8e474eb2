"""What holds of every page that people look at, and a picture of it for people.

With `WARDVOICE_SCREENSHOTS=FOLDER` the browser's tests leave there each page that they
look at: on a desktop, on a phone, and as paper in black and white.
"""

import os
import re
import subprocess

from axe_playwright_python.sync_playwright import Axe

from tests.web.browser import DESKTOP, PHONE

SCREENS = os.environ.get("WARDVOICE_SCREENSHOTS")


def open_all(page):
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = 1)")


def looked_at(page, name, size, rules=None):
    """axe finds nothing, and nothing is wider than the screen."""
    found = Axe().run(page, options={"rules": rules or {}})
    assert found.violations_count == 0, f"{name}: {found.generate_report()}"
    fits(page, name, size)
    if size == DESKTOP:
        cut = cut_on_paper(page)
        page.emulate_media(media="null")  # as it was
        page.set_viewport_size(size)
        assert not cut, f"{name} on paper: {cut}"
    if SCREENS:
        keep(page, name, size)


def looked_at_everywhere(page, name):
    """A page that stands, on a phone, on a desktop and on paper: it is the same one for
    all of them, so it is loaded once."""
    for size in (PHONE, DESKTOP):
        page.set_viewport_size(size)
        looked_at(page, name, size)


def twice_the_text_everywhere(page, name):
    for size in (PHONE, DESKTOP):
        page.set_viewport_size(size)
        twice_the_text(page, name, size)


def fits(page, name, size):
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= size["width"], f"{name} is {width} wide"


def cut_on_paper(page):
    """What an A4 page has no room for: too wide, or in a box that would scroll."""
    page.emulate_media(media="print")
    page.set_viewport_size({"width": PAPER, "height": 1000})
    return page.evaluate(CUT, PAPER)


PAPER = 710  # px: 210 mm without the margins
CUT = """paper => [...document.querySelectorAll('body *')].filter(e => {
  const hidden = '.nhsuk-u-visually-hidden, svg';
  if (!e.getClientRects().length || e.closest(hidden)) return false;
  const style = getComputedStyle(e);
  const isCut = !style.webkitLineClamp && style.overflowX !== 'visible';
  return e.getBoundingClientRect().right > paper + 2 ||
    isCut && e.scrollWidth > e.clientWidth + 2;
}).map(e => e.tagName + '.' + e.className)"""


# A mail stands within a page that has landmarks of its own.
OF_A_WHOLE_PAGE = {
    "landmark-one-main": {"enabled": False},
    "region": {"enabled": False},
}


def looked_at_mail(page, html, name, size):
    page.goto("about:blank")
    page.set_content(html)
    looked_at(page, name, size, OF_A_WHOLE_PAGE)


def twice_the_text(page, name, size):
    """Letters of twice the size, as people set them, push nothing out of the page."""
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    fits(page, f"{name} at 200%", size)


def tab_to(page, words="", name=""):
    """By the Tab key, to what reads so or has this name; it must be seen there."""
    for _ in range(120):
        page.keyboard.press("Tab")
        here, has = page.evaluate(HERE)
        if has and name in has if name else here == words:
            assert page.evaluate(SEEN), f"{words or name} has the focus out of sight"
            return
    raise AssertionError(f"the Tab key does not come to {words or name}")


def enter(page, words):
    """By keyboard alone, until the page that it leads to stands whole."""
    tab_to(page, words)
    with page.expect_navigation():
        page.keyboard.press("Enter")


HERE = """() => {
  const e = document.activeElement;
  return [e.textContent.trim().replace(/\\s+/g, ' '), [e.id, e.name]];
}"""
# The middle of it is on the screen, and nothing lies over it.
SEEN = """() => {
  const e = document.activeElement, box = e.getClientRects()[0];
  const x = box.x + box.width / 2, y = box.y + box.height / 2;
  const there = document.elementFromPoint(x, y);
  return there !== null && (e.contains(there) || there.contains(e) ||
    [...(e.labels || [])].some(label => label.contains(there)));
}"""


def keep(page, name, size):
    """Its picture; and of a desktop's the paper."""
    page.screenshot(path=_file(name, f"{size['width']}.png"), full_page=True)
    if size == DESKTOP:
        draw(page.pdf(prefer_css_page_size=True), _file(name, "paper"))


def draw(pdf, path):
    """In grey: what most wards' printers make of it."""
    command = ["pdftoppm", "-png", "-gray", "-r", "80", "-", path]
    subprocess.run(command, input=pdf, check=True)


def _file(name, end):
    return f"{SCREENS}/" + re.sub(r"\W+", "-", name).strip("-") + f"-{end}"
