"""`make demo-check`: does a tap, and does a text, reach the ward's page?

The programs of the demonstration on free ports, without a display. A scripted patient
taps through the kiosk, a signed text comes in, and a ward manager's browser, so to
speak, reloads the page until both are there.
"""

from __future__ import annotations

import csv
import json
import re
import secrets
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx

from deploy.demo.processes import Processes, ProgramFailed
from deploy.demo.programs import ACCOUNT, KIOSK_WARD, NUMBER, House, Ports
from deploy.demo.trust import (
    MANAGER,
    build_hospital,
    start_central,
    start_collectors,
)
from feedback.text import clean_comment
from smsgateway.twilio import Account, signed_webhook

TAPPED = "The nurse at night sat with me when I was scared"
PHONE = "+447700900201"
TEXTED = "The tea was cold twice but the staff were lovely"
ONE_IN_TEN = 10  # of the comments of a file, so many are tapped; the others are texted
LONDON = ZoneInfo("Europe/London")
WORDS_CLASS = "words"  # of the elements that hold what a patient said


def check(comments: Path | None, patience_s: float) -> int:
    """0 when everything said came to the ward's page within `patience_s` of the last
    word; ProgramFailed says what did not."""
    with tempfile.TemporaryDirectory(prefix="wardvoice-check-") as folder:
        house = House(Path(folder) / "house", Ports())
        running = Processes(Path(folder) / "output")
        try:
            hospital = build_hospital(house, running)
            start_central(house, running)
            start_collectors(house, running, hospital)
            running.run(house.morning())
            page = WardPage(house, hospital.password, patience_s)
            if comments is None:
                return _one_of_each(house, page)
            return _many(house, page, read_comments(comments))
        finally:
            running.stop_all()


def _one_of_each(house: House, page: WardPage) -> int:
    with Patient(house, [TAPPED]) as patient:
        tapped_at = patient.said_at()
        page.wait_for([TAPPED], "tap")
        print(f"tap on the ward's page after {time.monotonic() - tapped_at:.1f} s")
    text_it(house, PHONE, ["hello", "2"])
    texted_at = time.monotonic()
    text_it(house, PHONE, [TEXTED])
    page.wait_for([TEXTED], "text")
    print(f"text on the ward's page after {time.monotonic() - texted_at:.1f} s")
    return 0


def _many(house: House, page: WardPage, comments: Sequence[str]) -> int:
    tapped = comments[::ONE_IN_TEN]
    texted = [one for n, one in enumerate(comments) if n % ONE_IN_TEN]
    for n, one in enumerate(texted):
        text_it(house, f"+447700900{n % 700 + 300}", ["hello", "2", one])
    with Patient(house, tapped, quick=True):
        pass  # until all are thanked
    said_at = time.monotonic()
    page.wait_for(comments, "tap or text")
    print(
        f"{len(texted)} comments by text and {len(tapped)} by tap on the ward's page, "
        f"word for word, {time.monotonic() - said_at:.1f} s after the last"
    )
    return 0


def read_comments(path: Path) -> list[str]:
    """The column `comment` of a CSV, as far as there are words in it."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        if "comment" not in (rows.fieldnames or []):
            raise ProgramFailed(f"{path} has no column 'comment'")
        return [row["comment"] for row in rows if clean_comment(row["comment"] or "")]


# ── saying ───────────────────────────────────────────────────────────────────


class Patient:
    """A scripted patient says each of these at the real kiosk, in a process of its
    own. Leaving the block waits until all were thanked; ProgramFailed if not."""

    def __init__(
        self, house: House, comments: Sequence[str], quick: bool = False
    ) -> None:
        program = house.kiosk()
        command = [program.command[0], "-m", "deploy.demo.patient"]
        self._process = subprocess.Popen(
            [*command, "--quick"] if quick else command,
            env={**program.environ, "SDL_VIDEODRIVER": "offscreen"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(list(comments)))
        self._process.stdin.close()
        self._wanted = len(comments)
        self._thanked = 0

    def said_at(self) -> float:
        """When the next comment was tapped away, by the monotonic clock."""
        for event, moment in self._lines():
            if event == "said":
                return float(moment)
        raise self._failed()

    def __enter__(self) -> Patient:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is not None:
            self._process.kill()
        for event, _moment in self._lines():
            self._thanked += event == "done"
        if self._process.wait() != 0 or self._thanked != self._wanted:
            raise self._failed()

    def _lines(self) -> Iterator[tuple[str, str]]:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            event, _, moment = line.strip().partition(" ")
            yield event, moment

    def _failed(self) -> ProgramFailed:
        return ProgramFailed(
            f"the kiosk thanked {self._thanked} of {self._wanted} patients"
        )


def text_it(house: House, phone: str, texts: Sequence[str]) -> None:
    """These texts come in from one phone, signed as Twilio signs them."""
    account = Account(
        sid=ACCOUNT,
        token=house.secret("twilio").read_text(),
        url=f"{house.sms_url}/sms",
        lines=frozenset({NUMBER}),
    )
    for words in texts:
        hook = signed_webhook(
            account, phone, NUMBER, words, "SM" + secrets.token_hex(16)
        )
        reply = httpx.post(
            account.url, headers=dict(hook.headers), content=hook.content, timeout=10
        )
        if reply.status_code != 200:
            raise ProgramFailed(f"the gateway answered a text with {reply.status_code}")


# ── reading ──────────────────────────────────────────────────────────────────


class WardPage:
    """The ward's day as its manager's browser gets it."""

    def __init__(self, house: House, password: str, patience_s: float) -> None:
        self._patience_s = patience_s
        self._browser = httpx.Client(
            base_url=house.central_url, follow_redirects=True, timeout=20
        )
        self._log_in(house, password)

    def _log_in(self, house: House, password: str) -> None:
        form = self._browser.get("/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form.text)
        if token is None:
            raise ProgramFailed(f"no log-in form: {form.status_code}")
        page = self._browser.post(
            "/login/",
            data={
                "username": MANAGER,
                "password": password,
                "csrfmiddlewaretoken": token.group(1),
            },
            headers={"Referer": house.central_url},
        )
        if page.status_code != 200 or page.url.path == "/login/":
            raise ProgramFailed(
                f"the ward manager could not log in: {page.status_code}"
            )

    def wait_for(self, comments: Sequence[str], how: str) -> None:
        """Reload until the page shows each of these as often as it was said, word for
        word; ProgramFailed if that does not come about."""
        wanted = Counter(as_read(clean_comment(one)) for one in comments)
        end = time.monotonic() + self._patience_s
        while missing := wanted - self.comments():
            if time.monotonic() > end:
                raise ProgramFailed(
                    f"{missing.total()} of {wanted.total()} comments by {how} are not "
                    f"on {self.address}; one of them: {min(missing)[:80]!r}"
                )
            time.sleep(0.2)

    @property
    def address(self) -> str:
        today = datetime.now(LONDON).date()
        return f"/wards/{KIOSK_WARD}/{today}/"

    def comments(self) -> Counter[str]:
        """What patients said, as the page shows it, and how often."""
        page = self._browser.get(self.address)
        if page.status_code != 200:
            raise ProgramFailed(f"{self.address} answered {page.status_code}")
        reader = CommentReader()
        reader.feed(page.text)
        return Counter(as_read(one) for one in reader.comments)


class CommentReader(HTMLParser):
    """Collects the text of each element of the class that holds a patient's words."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.comments: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if WORDS_CLASS in (dict(attrs).get("class") or "").split():
            self._inside = tag
            self.comments.append("")

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.comments[-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == self._inside:
            self._inside = ""


def as_read(text: str) -> str:
    """As an eye reads it: any white space is one space."""
    return " ".join(text.split())
