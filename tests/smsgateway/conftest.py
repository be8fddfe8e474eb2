"""A gateway on a real log with a real, signed bundle."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from feedback.log import Log
from smsgateway.app import build
from smsgateway.settings import read_settings
from smsgateway.twilio import messages_in, signed_webhook
from tests.smsgateway.asgi import Running
from tests.smsgateway.phones import Heard, Phones, phones_on
from tests.smsgateway.trust import Trust, environ_for

ANN = "+447700900123"
BOB = "+447700900124"
LINE = "+447700900500"
OTHER_LINE = "+447700900501"
UNSET = object()


class Clock:
    """Time that passes when a test says so."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def pass_(self, **how_long: float) -> None:
        self.moment += timedelta(**how_long)


class Line:
    """The text line as the carrier sees it, and its log as an agent sees it."""

    def __init__(self, client, settings, clock, trust) -> None:
        self.client, self.settings = client, settings
        self.clock, self.trust = clock, trust
        self._ids = itertools.count(1)

    def new_id(self) -> str:
        return f"SM{next(self._ids):032x}"

    def post(self, words="", sender=ANN, line=LINE, sid=UNSET, extra=None, **options):
        webhook = signed_webhook(
            self.settings.account,
            sender,
            line,
            words,
            self.new_id() if sid is UNSET else sid,
            extra,
        )
        return self.client.post(
            "/sms", content=webhook.content, headers=webhook.headers, **options
        )

    def text(self, words="", sender=ANN, **rest) -> str:
        """What the person gets back: one text, or nothing."""
        answer = self.post(words, sender, **rest)
        assert answer.status_code == 200, answer.text
        messages = messages_in(answer.content)
        assert len(messages) <= 1
        return messages[0] if messages else ""

    def answers(self):
        with Log.open(self.settings.log) as log:
            return log.after(0, 10_000)

    def responses(self) -> list[str]:
        return list(dict.fromkeys(answer.response for answer in self.answers()))

    def standing(self, response=None) -> dict[str, str]:
        """What stands of the only response (or of this one), comments opened."""
        responses = [response] if response else self.responses()
        assert len(responses) == 1, responses
        with Log.open(self.settings.log) as log:
            rows = log.answers_of(responses[0])
        last = {row.question: self.trust.plain(row) for row in rows}
        return {question: value for question, value in last.items() if value}


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def trust():
    return Trust()


@pytest.fixture
def settings(tmp_path):
    return read_settings(environ_for(tmp_path))


@pytest.fixture
def bare_line(settings, clock, trust):
    """A gateway that has no bundle yet."""
    with Running(build(settings, clock)) as client:
        yield Line(client, settings, clock, trust)


@pytest.fixture
def line(settings, clock, trust):
    with Log.open(settings.log) as log:
        trust.send_bundle(log)
    with Running(build(settings, clock)) as client:
        yield Line(client, settings, clock, trust)


@pytest.fixture
def heard(line, settings, clock):
    # The line fixture leaves a log with a bundle; this gateway opens it too.
    gateway = build(settings, clock)
    with Running(gateway):
        yield Heard(gateway)


@pytest.fixture
def phones(heard, clock, tmp_path):
    with phones_on(heard, environ_for(tmp_path), clock) as running:
        yield Phones(running)
