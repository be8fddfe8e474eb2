"""Every REST call of ours, held to Twilio's own OpenAPI document by Prism."""

import asyncio
import json
from datetime import UTC, datetime

import httpx
import pytest

from feedback.log import Log
from smsgateway.twilio import Account, rest
from smsgateway.twilio.rest import Rest, RestError, Unwilling
from tests.smsgateway import contract
from tests.smsgateway.conftest import ANN, LINE
from tests.smsgateway.standin import StandIn
from tests.smsgateway.test_reconcile import running
from tests.smsgateway.trust import TOKEN

# The account and the number of the document's own examples.
EXAMPLE = Account("AC" + "a" * 32, TOKEN, "", frozenset())
EXAMPLE_LINE = "+18182008801"
SINCE = datetime(2019, 5, 24, tzinfo=UTC)
SID = "SM" + "0123456789abcdef" * 2
STATUS_URL = "https://sms.example.org/sms/status?id=" + "a" * 32


@pytest.fixture(scope="module")
def mock(tmp_path_factory):
    with contract.serving("mock", folder=tmp_path_factory.mktemp("mock")) as url:
        yield url


@pytest.fixture
def twilio():
    with StandIn() as started:
        yield started


@pytest.fixture
def proxy(twilio, tmp_path_factory):
    folder = tmp_path_factory.mktemp("proxy")
    with contract.serving("proxy", twilio.url, folder=folder) as url:
        twilio.requests.clear()  # the one that asked whether Prism listens
        yield url


def ask(url, call):
    """What one call gives, at this address."""

    async def asked():
        async with httpx.AsyncClient(timeout=20) as client:
            return await call(Rest(EXAMPLE, url, client))

    return asyncio.run(asked())


def test_twilios_own_example_of_a_list_is_read(mock):
    page = ask(mock, lambda api: api.received(EXAMPLE_LINE, SINCE))

    (message,) = page.messages  # the other one of the example is outbound
    assert message.text.words == "look mom I have media!"
    assert message.text.pictures
    assert message.text.sender == "+12019235161"
    assert message.at == datetime(2019, 5, 24, 17, 44, 49, tzinfo=UTC)
    assert "PageToken=" in page.next


def test_its_next_page_is_asked_for_as_twilio_gave_it(mock):
    async def two(api):
        page = await api.received(EXAMPLE_LINE, SINCE)
        return await api.page(EXAMPLE_LINE, page.next)

    assert len(ask(mock, two).messages) == 1


def test_one_message_is_fetched(mock):
    assert ask(mock, lambda api: api.fetch(SID, EXAMPLE_LINE)) is None  # outbound


def test_one_message_is_deleted(mock):
    ask(mock, lambda api: api.delete(SID))


def test_one_text_is_sent(mock):
    sent = ask(mock, lambda api: api.send(EXAMPLE_LINE, ANN, "How was it?", STATUS_URL))
    assert sent.id.startswith(("SM", "MM"))


def test_those_that_were_sent_to_somebody_are_listed(mock):
    sent = ask(mock, lambda api: api.sent_to("+14155552345", "+14155552345"))
    assert all(one.id for one in sent)


@pytest.mark.parametrize(
    "call",
    [
        lambda api: api.delete("SM123"),
        lambda api: api.send(EXAMPLE_LINE, ANN, "Hello", "no address"),
        lambda api: api.fetch("XX" + "0" * 32, EXAMPLE_LINE),
        lambda api: Rest(
            Account("AC1", TOKEN, "", frozenset()), api._url, api._client
        ).received(EXAMPLE_LINE, SINCE),
    ],
)
def test_a_call_that_breaks_the_document_is_refused(mock, call):
    """The control: Prism looks, and would see a wrong call of ours."""
    with pytest.raises(RestError, match="http_4"):
        ask(mock, call)


def test_a_page_size_that_twilio_does_not_know_is_refused(mock, monkeypatch):
    monkeypatch.setattr(rest, "PAGE_MESSAGES", 5_000)
    with pytest.raises(Unwilling, match="http_422"):
        ask(mock, lambda api: api.received(EXAMPLE_LINE, SINCE))


# ── with a state behind it ───────────────────────────────────────────────────


# Twilio's document says of its page addresses that they are whole ones, and gives
# examples that are not, as Twilio's own answers are not.
NOT_WHOLE = ("uri", "first_page_uri", "next_page_uri", "previous_page_uri")
KNOWN = [(["response", "body", name], "format") for name in NOT_WHOLE]


def broken_rules(answers) -> list[str]:
    """What Prism found in our calls and in the stand-in's answers."""
    return [
        one["message"]
        for answer in answers
        for one in json.loads(answer.headers.get(contract.VIOLATIONS, "[]"))
        if (one["location"], one["code"]) not in KNOWN
    ]


def through(proxy, twilio, tmp_path, clock, trust):
    """A gateway that reaches its Twilio through Prism, and the answers that it got."""
    with Log.open(tmp_path / "sms.db") as log:
        trust.send_bundle(log)
    url = {"WARDVOICE_SMS_REST_URL": proxy}
    line = running(twilio, tmp_path, clock, trust, **url)
    answers = []

    async def heard(answer):
        answers.append(answer)

    client = line.client.app.state.reconciler._rest._client
    client.event_hooks = {"response": [heard]}
    return line, answers


def test_a_whole_reconciliation_keeps_to_the_document(
    proxy, twilio, tmp_path, clock, trust
):
    line, answers = through(proxy, twilio, tmp_path, clock, trust)
    with line.client:
        for n in range(7):  # two pages
            line.missed(f"cold soup number {n}")
        line.missed(None, status="receiving")  # fetched by itself
        line.reconcile(minutes=10)
        line.reconcile(minutes=180)
        assert len(line.taken()) == 7
        assert list(line.lost().values()) == ["receiving"]

    assert len(twilio.messages) == 1
    assert {method for method, _ in twilio.requests} == {"GET", "DELETE"}
    assert any("PageToken=" in path for _, path in twilio.requests)
    assert len(answers) == len(twilio.requests)
    assert broken_rules(answers) == []


def test_an_answer_that_breaks_the_document_would_be_seen(
    proxy, twilio, tmp_path, clock, trust
):
    """The control: a stand-in in another shape than Twilio's proves nothing."""
    line, answers = through(proxy, twilio, tmp_path, clock, trust)
    with line.client:
        twilio.receive("cold soup", ANN, LINE, clock(), status="arrived")
        line.reconcile()

    assert any("status" in one for one in broken_rules(answers))
