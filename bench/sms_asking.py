"""How many rows a second does a clerk's file take, and how many texts a second leave?

A CSV of 100,000 rows is read, checked and queued by the gateway's own code, on the
policy that ships (two texts a row), on a disk that is told to keep it (WAL +
synchronous=FULL). The limit is SQLite inserting the rows that came of it, as many to a
commit, with nothing to read, check, lock or compare.

Then the real sender and writer, which write each text before and after the call, hand
texts to `wardvoice-sms phone`, a process of its own that stands in for Twilio's REST
API. Its own limit is a bare loop that posts the same texts over one connection, one
after another. The sender's rate is set so that it does not limit; Twilio's own is about
one segment a second. What becomes of the texts is told to an address where nobody
listens, of ours as of the loop's.

Medians of three runs, in turns.
"""

from __future__ import annotations

import asyncio
import csv
import io
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from typing import Any

import httpx

from bench.figures import Figure
from bench.sms_inbound import DISK, RUNS, enrol
from bench.sms_limit import copy
from deploy.demo.processes import Processes, listens
from deploy.demo.programs import NUMBERS, House, Ports
from feedback.assets import assets_folder
from feedback.disk import connect
from smsgateway.asking.invite import AT_ONCE, read_for, take
from smsgateway.asking.policy import Hours, Policy, read_policy
from smsgateway.asking.request import Request
from smsgateway.asking.sender import Sender
from smsgateway.clock import utc_now
from smsgateway.desk import Desk
from smsgateway.opening import open_desk
from smsgateway.settings import Settings, read_settings
from smsgateway.twilio.rest import VERSION, Rest, Sent
from smsgateway.writer import Writer

ROWS = 100_000
TEXTS = 2_000
STAND_IN, LIMIT = "stand-in, bare loop", "SQLite inserts"
NO_RATE = 100_000.0  # segments a second
LANGUAGES = ("en", "", "cy", "pl", "ur")
WARDS = tuple(pair.partition("=")[2] for pair in NUMBERS.split(","))
TIMEOUT_S = 20.0

Row = tuple[Any, ...]
Post = tuple[str, str, str, str]  # our number, theirs, words, who is told


def measure(at: str) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="wardvoice-bench-", dir=DISK) as folder:
        house = House(Path(folder), Ports())
        enrol(house)
        rows = [_rows_per_s(house, run) for run in range(RUNS)]
        texts = [_texts_per_s(house, run) for run in range(RUNS)]
    return [
        _figure("sms.invite_rows_per_s", "rows/s", rows, LIMIT, at),
        _figure("sms.send_per_s", "texts/s", texts, STAND_IN, at),
    ]


def _figure(
    name: str, unit: str, runs: Sequence[tuple[float, float]], beside: str, at: str
) -> Figure:
    mine, its = (statistics.median(side) for side in zip(*runs, strict=True))
    ratio = round(mine / its, 3)
    return Figure(name, _short(mine), unit, at, beside, _short(its), ratio)


def _short(value: float) -> float:
    return float(f"{value:.3g}")


def _settings(house: House, log: Path, **changes: Any) -> Settings:
    environ = {**house.sms("serve").environ, "WARDVOICE_LOG": str(log)}
    policy = read_policy(assets_folder() / "asking" / "policy.toml")
    return replace(read_settings(environ), asking=replace(policy, **changes))


# ── a file ───────────────────────────────────────────────────────────────────


def _rows_per_s(house: House, run: int) -> tuple[float, float]:
    """Ours and the limit's."""
    ours, empty = (house.folder / f"{name}-{run}.db" for name in ("invite", "limit"))
    copy(house.gateway_log, ours)
    settings = _settings(house, ours)
    data = _file(utc_now())
    desk = open_desk(settings, utc_now)
    copy(ours, empty)
    with desk.log:
        began = time.perf_counter()
        _take(desk, data, _policy(settings))
        mine = ROWS / (time.perf_counter() - began)
        written = desk.log.db.conn.execute(
            "SELECT * FROM sms_invitations ORDER BY rowid"
        ).fetchall()
    return mine, ROWS / _inserting_s(empty, written)


def _policy(settings: Settings) -> Policy:
    assert settings.asking is not None, "it was set above"
    return settings.asking


def _take(desk: Desk, data: bytes, policy: Policy) -> None:
    sheet = read_for(desk, data, policy, desk.now())
    assert not sheet.problems, sheet.problems[:3]
    assert len(sheet.requests) == ROWS, f"{len(sheet.skipped)} rows were left out"
    new = take(desk, sheet, desk.now())
    assert new == 2 * ROWS, f"{new} texts of {ROWS} rows"


def _file(now: datetime) -> bytes:
    """Everybody once, in all our wards, home within the last five days."""
    file = io.StringIO()
    rows = csv.writer(file)
    rows.writerow(("number", "ward", "discharged", "language", "episode"))
    for n in range(ROWS):
        home = now - timedelta(minutes=n % 7_200)
        rows.writerow(
            (
                f"074{n // 1_000 % 100:02d} {n:06d}",
                WARDS[n % len(WARDS)],
                home.strftime("%Y-%m-%dT%H:%M:%SZ"),
                LANGUAGES[n % len(LANGUAGES)],
                f"E{n:08d}",
            )
        )
    return file.getvalue().encode()


def _inserting_s(path: Path, rows: Sequence[Row]) -> float:
    places = ", ".join("?" * len(rows[0]))
    sql = f"INSERT INTO sms_invitations VALUES ({places})"
    many = 2 * AT_ONCE  # texts of as many rows as one of ours commits
    with closing(connect(path).conn) as connection:
        began = time.perf_counter()
        for start in range(0, len(rows), many):
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(sql, rows[start : start + many])
            connection.execute("COMMIT")
        return time.perf_counter() - began


# ── texts that leave ─────────────────────────────────────────────────────────


def _texts_per_s(house: House, run: int) -> tuple[float, float]:
    """Ours and the stand-in's own, which begins each time with no books."""
    log = house.folder / f"send-{run}.db"
    copy(house.gateway_log, log)
    all_day = Hours(clock_time(0), clock_time(23, 59), on_holidays=True)
    settings = _settings(
        house,
        log,
        hours=all_day,
        daily_segments=1_000_000,
        month_pence=100_000_000,
        right_time=None,
    )
    now = _noon()
    _queue(settings, now)
    with _standing_in(house):
        mine, posts = asyncio.run(_ours(settings, now))
    _check_kept(log)
    with _standing_in(house):
        its = asyncio.run(_bare(settings, posts))
    return mine, its


def _noon() -> Callable[[], datetime]:
    """A clock that showed noon when the run began: no run meets the night's minute in
    which nothing leaves."""
    began = utc_now()
    ahead = began.replace(hour=12, minute=0) - began
    return lambda: utc_now() + ahead


def _queue(settings: Settings, now: Callable[[], datetime]) -> None:
    home = now() - timedelta(hours=30)
    people = [
        Request(f"+4474{n:08d}", WARDS[n % len(WARDS)], home) for n in range(TEXTS)
    ]
    desk = open_desk(settings, now)
    assert desk.asking is not None, "its policy was set"
    asker = desk.asking.asker
    with desk.log, desk.log.transaction():
        batch = asker.book.begin(now())
        new = asker.take(batch, people, now())
        asker.release(batch)
    assert new == TEXTS, f"{new} texts of {TEXTS} people"


@contextmanager
def _standing_in(house: House) -> Iterator[None]:
    """Twilio's stand-in. It tells of statuses where nobody listens."""
    phone = house.sms("phone", name="phone")
    running = Processes(house.folder / "output")
    running.start(phone)
    try:
        running.wait_for("phone", lambda: listens(house.ports.phone))
        yield
    finally:
        running.stop_all()


def _check_kept(log: Path) -> None:
    """The disk knows of each that it went."""
    with closing(connect(log).conn) as connection:
        sql = "SELECT count(*) FROM sms_sends WHERE state = 'taken'"
        kept = connection.execute(sql).fetchone()[0]
    assert kept == TEXTS, f"{TEXTS} sent, {kept} kept"


class _Noting(Rest):
    """Notes down what it is to send."""

    posts: list[Post]

    async def send(self, line: str, to: str, words: str, status_url: str) -> Sent:
        self.posts.append((line, to, words, status_url))
        return await super().send(line, to, words, status_url)


async def _ours(
    settings: Settings, now: Callable[[], datetime]
) -> tuple[float, list[Post]]:
    """Texts a second from the first to the last, and what was sent."""
    client = httpx.AsyncClient(timeout=TIMEOUT_S)
    rest = _Noting(settings.account, settings.rest_url, client)
    rest.posts = []
    writer = Writer(lambda: open_desk(settings, now))
    writer.start()
    sender = Sender(rest, writer, settings.account, NO_RATE, now)
    try:
        began = time.perf_counter()
        while len(rest.posts) < TEXTS:
            wait_s = await sender.step()
            assert not wait_s, f"it waits after {len(rest.posts)} texts"
        return TEXTS / (time.perf_counter() - began), rest.posts
    finally:
        await sender.close()
        writer.close()


async def _bare(settings: Settings, posts: Sequence[Post]) -> float:
    account = settings.account
    url = f"{settings.rest_url}/{VERSION}/Accounts/{account.sid}/Messages.json"
    auth = (account.sid, account.token)
    async with httpx.AsyncClient(timeout=TIMEOUT_S, auth=auth) as client:
        began = time.perf_counter()
        for line, to, words, told in posts:
            form = {"From": line, "To": to, "Body": words, "StatusCallback": told}
            answer = await client.post(url, data=form)
            assert answer.status_code == 201, answer.text
        return len(posts) / (time.perf_counter() - began)
