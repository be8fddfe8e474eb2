"""What time it is, in training and otherwise; and that practice never counts."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from feedback.log import Log
from feedback.settings import SettingError
from smsgateway.app import build
from smsgateway.clock import FURTHEST, TrainingClock, read_ahead
from smsgateway.settings import read_phone_settings, read_settings
from tests.smsgateway.asgi import Running
from tests.smsgateway.conftest import Line
from tests.smsgateway.process import Gateway, PhonesProgram
from tests.smsgateway.trust import environ_for

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
CLOCK, PRACTICE = "WARDVOICE_SMS_TRAINING_CLOCK", "WARDVOICE_SMS_PRACTICE"


def real():
    return NOW


# ── the clock ────────────────────────────────────────────────────────────────


def test_two_programs_share_one_moved_clock(tmp_path):
    file = tmp_path / "clock"
    phones, gateway = TrainingClock(file, real), TrainingClock(file, real)
    phones.move(timedelta(hours=1))
    phones.move(timedelta(days=1))

    assert phones() == gateway() == NOW + timedelta(days=1, hours=1)
    phones.to_real_time()
    assert gateway() == NOW


def test_without_a_file_the_clock_moves_in_memory_alone(tmp_path):
    clock = TrainingClock(None, real)
    clock.move(timedelta(days=1))

    assert clock() == NOW + timedelta(days=1)
    assert list(tmp_path.iterdir()) == []


def test_it_moves_no_further_than_it_may(tmp_path):
    clock = TrainingClock(tmp_path / "clock", real)
    for _ in range(500):
        clock.move(timedelta(days=1))

    assert clock.ahead == FURTHEST == read_ahead(tmp_path / "clock")


@pytest.mark.parametrize("odd", ["", "x", "-5", "1.5", "99999999999", "²", "9" * 40])
def test_a_file_that_says_no_time_is_named(tmp_path, odd):
    file = tmp_path / "clock"
    file.write_text(odd, encoding="utf-8")

    with pytest.raises(OSError, match="clock must hold whole seconds"):
        read_ahead(file)


def test_who_waits_for_an_hour_need_not_when_the_clock_is_moved(tmp_path):
    clock = TrainingClock(tmp_path / "clock")

    async def waits(moves):
        began = time.monotonic()
        waiting = asyncio.create_task(clock.sleep(3_600))
        await asyncio.sleep(0.1)
        moves()
        done, _ = await asyncio.wait({waiting}, timeout=2.5)
        waiting.cancel()
        return bool(done), time.monotonic() - began

    done, _ = asyncio.run(waits(lambda: clock.move(timedelta(minutes=59))))
    assert not done
    done, took_s = asyncio.run(waits(lambda: clock.move(timedelta(hours=1))))
    assert done
    assert took_s < 2.4


def test_a_clock_that_is_set_back_makes_nobody_wait_longer(tmp_path):
    clock = TrainingClock(tmp_path / "clock")
    clock.move(timedelta(days=300))

    async def waits():
        waiting = asyncio.create_task(clock.sleep(1.2))
        await asyncio.sleep(0.1)
        clock.to_real_time()
        await asyncio.wait_for(waiting, timeout=3)

    asyncio.run(waits())


# ── the settings ─────────────────────────────────────────────────────────────


def test_a_line_for_patients_has_no_training_clock(tmp_path):
    environ = environ_for(tmp_path, **{CLOCK: str(tmp_path / "clock")})

    with pytest.raises(SettingError, match=f"^{CLOCK} must not be set unless"):
        read_settings(environ)
    assert read_settings({**environ, PRACTICE: "yes"}).clock == tmp_path / "clock"
    assert read_phone_settings(environ).clock == tmp_path / "clock"


@pytest.mark.parametrize("odd", ["true", "1", "YES", "perhaps"])
def test_practice_is_yes_or_no(tmp_path, odd):
    with pytest.raises(SettingError, match=f"^{PRACTICE} must be one of"):
        read_settings(environ_for(tmp_path, **{PRACTICE: odd}))


def test_a_gateway_counts_unless_it_is_told(tmp_path):
    settings = read_settings(environ_for(tmp_path))

    assert (settings.practice, settings.clock) == (False, None)


def test_a_gateway_in_practice_says_so_when_it_starts(tmp_path):
    with Gateway(tmp_path) as gateway:
        gateway.environ[PRACTICE] = "yes"
        gateway.start()
        gateway.stop()
        said = gateway.output.read_text()

    assert "practice: nothing that is texted to this gateway counts" in said


# ── the training set ─────────────────────────────────────────────────────────


def test_a_text_that_got_lost_is_found_when_the_clock_moves_on(tmp_path):
    with Gateway(tmp_path) as gateway, PhonesProgram(gateway) as phones:
        both = {PRACTICE: "yes", CLOCK: str(tmp_path / "clock")}
        for program in (phones, gateway):
            program.environ |= both
        gateway.environ["WARDVOICE_SMS_RECONCILE"] = "yes"
        gateway.environ["WARDVOICE_SMS_REST_URL"] = phones.url
        phones.start()
        gateway.start()
        until(lambda: reconciled(gateway))
        with httpx.Client(base_url=phones.url, timeout=10) as page:
            page.post("/outage", data={"webhooks": "lost"})
            page.post("/text", data={"phone": "1", "words": "The tea was cold today"})
            page.post("/outage", data={"normal": ""})
            assert "better.2" not in questions(gateway)
            for _ in range(2):  # an hour, and what each run waits beside it
                page.post("/clock", data={"move": "hour"})
        until(lambda: "better.2" in questions(gateway))
        assert questions(gateway).count("better.2") == 1
        assert "_practice" in questions(gateway)


def until(is_so) -> None:
    end = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.1)


def reconciled(gateway) -> bool:
    with gateway.client() as client:
        return bool(client.get("/health").json()["reconciliation"]["succeeded_at"])


def questions(gateway) -> list[str]:
    with Log.open(gateway.settings.log) as log:
        return [answer.question for answer in log.after(0, 100)]


# ── the mark ─────────────────────────────────────────────────────────────────


@pytest.fixture
def practice_line(tmp_path, clock, trust):
    settings = read_settings(environ_for(tmp_path, **{PRACTICE: "yes"}))
    with Log.open(settings.log) as log:
        trust.send_bundle(log)
    with Running(build(settings, clock)) as client:
        yield Line(client, settings, clock, trust)


def marks(line) -> list[list[str]]:
    """Of each response, the places of its rows that say practice."""
    answers = line.answers()
    of = [[a for a in answers if a.response == one] for one in line.responses()]
    return [[n for n, a in enumerate(rows) if a.question == "_practice"] for rows in of]


def test_each_response_in_practice_is_marked_once_and_first(practice_line):
    for words in ("Hello", "2", "The night was quiet", "And the tea was hot", "STOP"):
        practice_line.text(words)
    practice_line.text("Hello", sender="+447700900124")
    practice_line.text("Words of nobody we could answer", sender="anonymous")

    assert marks(practice_line) == [[0], [0], [0]]


def test_a_response_that_began_before_practice_is_marked_too(
    line, tmp_path, clock, trust
):
    line.text("Hello")
    settings = read_settings(environ_for(tmp_path, **{PRACTICE: "yes"}))
    with Running(build(settings, clock)) as client:
        Line(client, settings, clock, trust).post("2", sid="SM" + "e" * 32)

    assert len(line.responses()) == 1
    assert len(marks(line)[0]) == 1


def test_the_control_a_line_for_patients_marks_nothing(line):
    line.text("Hello")
    line.text("2")

    assert marks(line) == [[]]
