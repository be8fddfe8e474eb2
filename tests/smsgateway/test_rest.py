"""Whatever Twilio, or something in its place, says: a page, or a refusal with a why."""

import asyncio
import contextlib
import json
import re
from datetime import UTC, datetime

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsgateway.twilio import Account, rest
from smsgateway.twilio.rest import NotNow, Rest, RestError, Unwilling
from tests.smsgateway.conftest import ANN, LINE
from tests.smsgateway.trust import ACCOUNT, TOKEN

SINCE = datetime(2026, 11, 21, tzinfo=UTC)
OURS = Account(ACCOUNT, TOKEN, "", frozenset((LINE,)))
GOOD = {
    "sid": "SM" + "0" * 32,
    "to": LINE,
    "from": ANN,
    "body": "cold soup",
    "direction": "inbound",
    "status": "received",
    "num_media": "0",
    "error_code": None,
    "date_sent": "Sun, 22 Nov 2026 08:00:00 +0000",
    "date_created": "Sun, 22 Nov 2026 08:00:00 +0000",
}

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda some: (
        st.lists(some, max_size=3)
        | st.dictionaries(st.text(max_size=9), some, max_size=3)
    ),
    max_leaves=6,
)


def answered(answer):
    """What a list of our messages is, if this is the answer to every request."""

    async def asked():
        transport = httpx.MockTransport(lambda request: answer)
        async with httpx.AsyncClient(transport=transport) as client:
            return await Rest(OURS, "https://twilio.example", client).received(
                LINE, SINCE
            )

    return asyncio.run(asked())


def page_of(*messages):
    body = json.dumps({"messages": messages, "next_page_uri": None})
    return answered(httpx.Response(200, content=body))


def test_a_message_is_read_as_a_webhooks_text_is():
    (found,) = page_of(GOOD).messages

    assert (found.text.words, found.text.sender) == ("cold soup", ANN)
    assert found.text.late_at == found.at == datetime(2026, 11, 22, 8, tzinfo=UTC)


@given(st.dictionaries(st.sampled_from(sorted(GOOD)), anything))
def test_a_message_with_anything_in_its_fields_is_taken_or_has_a_why(changes):
    for found in page_of({**GOOD, **changes}).messages:
        assert found.text is not None or found.why
        assert found.text is None or found.at is not None


@given(st.lists(anything, max_size=3))
def test_anything_in_a_list_is_taken_or_has_a_why(messages):
    for found in page_of(*messages).messages:
        assert found.text is not None or found.why


@given(anything)
def test_any_page_is_one_or_is_refused(page):
    is_page = isinstance(page, dict) and isinstance(page.get("messages"), list)
    with contextlib.nullcontext() if is_page else pytest.raises(Unwilling):
        answered(httpx.Response(200, content=json.dumps(page)))


@pytest.mark.parametrize(
    "date", ["", "soon", "Sun, 99 Nov 2026", "1 Jan 0001 00:00", 7]
)
def test_a_message_without_a_time_is_unreadable(date):
    (found,) = page_of({**GOOD, "date_sent": date, "date_created": date}).messages

    assert (found.text, found.why) == (None, "unreadable")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        *((code, NotNow) for code in (408, 429, 500, 502, 503, 599)),
        *((code, Unwilling) for code in (301, 302, 307, 400, 401, 403, 404, 410, 422)),
    ],
)
def test_only_what_may_pass_is_asked_again(status, kind):
    elsewhere = {"Location": "https://evil.example/"}
    with pytest.raises(kind, match=f"http_{status}"):
        answered(httpx.Response(status, headers=elsewhere))


def test_an_endless_answer_ends(monkeypatch):
    monkeypatch.setattr(rest, "ANSWER_BYTES", 1_000)
    with pytest.raises(Unwilling, match="too_large"):
        answered(httpx.Response(200, content=b'"' + b"x" * 2_000 + b'"'))


def test_an_answer_nested_a_hundred_thousand_deep_is_none():
    with pytest.raises(NotNow, match="half_answer"):
        answered(httpx.Response(200, content=b"[" * 100_000))


def test_a_refusal_says_nothing_of_what_was_asked_or_answered():
    with pytest.raises(RestError) as refused:
        answered(httpx.Response(422, content=f"{ANN} cold soup {TOKEN}"))

    assert re.fullmatch(r"[a-z0-9_]+", str(refused.value))
