"""No page asks anything of another host, and none carries the NHS logo or its font."""

import re
from pathlib import Path

import pytest

from tests.web import world

WEB = Path(__file__).parents[2] / "central" / "web"
# Names that are not addresses: nothing is fetched from them.
NAMESPACES = {"http://www.w3.org/2000/svg"}
OUTSIDE = re.compile(
    r"(?:https?:)?//[a-z0-9][\w.-]*\.[a-z]{2,}[^\s\"')]*", re.IGNORECASE
)


def shipped():
    kinds = (".css", ".svg", ".html", ".js", ".json")
    files = [path for path in WEB.rglob("*") if path.suffix in kinds]
    return sorted(path for path in files if "__pycache__" not in path.parts)


@pytest.mark.parametrize("path", shipped(), ids=lambda path: path.name)
def test_no_file_names_another_host(path):
    text = path.read_text(encoding="utf-8")
    assert set(OUTSIDE.findall(text)) - NAMESPACES == set()
    if path.suffix == ".css":
        assert not re.search(r"url\(|@import|@font-face|frutiger", text, re.IGNORECASE)


def test_the_search_itself_finds_what_it_should():
    assert OUTSIDE.findall('src="https://assets.nhs.uk/fonts/F.woff2"')
    assert OUTSIDE.findall("@import url(//cdn.example.org/a.css)")


def test_no_page_names_another_host_or_shows_the_nhs_logo(manager, ash):
    ash.write("Cold food.")
    paths = ["/", f"/wards/ASH/{world.today()}/", "/wards/ASH/cards/", "/nowhere/"]
    pages = [manager.get(path) for path in paths]
    manager.logout()
    pages.append(manager.get("/login/"))
    for page in pages:
        text = page.content.decode()
        assert set(OUTSIDE.findall(text)) - NAMESPACES == set()
        assert "nhsuk-header__logo" not in text
        assert not re.search(r"<script|<style|\sstyle=|\son\w+=", text)


def test_every_page_tells_the_browser_to_load_from_here_alone(manager, trust):
    policy = manager.get(f"/wards/ASH/{world.today()}/")["Content-Security-Policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["frame-ancestors"] == "'none'"
    assert rules["style-src"] == "'self'"
    assert "unsafe" not in policy
    assert "http" not in policy
