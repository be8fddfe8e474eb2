"""Is it really Twilio, and what did it say?"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hmac import compare_digest
from urllib.parse import parse_qsl, urlencode, urlparse
from xml.etree import ElementTree

from starlette.datastructures import Headers
from twilio.request_validator import (
    RequestValidator,
    add_port,
    get_signature_algorithm,
    remove_port,
)
from twilio.twiml.messaging_response import MessagingResponse

from smsgateway.text import (
    ARRIVED,
    HELP,
    LEFT_CARRIER,
    NOT_ARRIVED,
    START,
    STOP,
    UNDER_WAY,
    Status,
    Text,
)

SIGNATURE_HEADER = "X-Twilio-Signature"
_SETTINGS_HEADER = "X-Twilio-Webhooks-Signature-Settings"
FORM_TYPE = "application/x-www-form-urlencoded"
REPLY_TYPE = "text/xml"
FIELDS = 200

# The parameters that are read. Twilio adds others without notice: those are part of
# what it signs, and are ignored.
_USED = (
    "MessageSid",
    "AccountSid",
    "From",
    "To",
    "Body",
    "NumMedia",
    "OptOutType",
    "MessageStatus",
)
# Where a text is, by Twilio's words for it. A word that Twilio has since invented says
# no more than that it is under way.
_STAGES = {
    "sent": LEFT_CARRIER,
    "delivered": ARRIVED,
    "read": ARRIVED,
    "undelivered": NOT_ARRIVED,
    "failed": NOT_ARRIVED,
    "canceled": NOT_ARRIVED,
}
OWN_ID = "id"
_OWN_ID = re.compile("[0-9a-f]{32}")
STATUS_CHARS = 32
_BASE64 = re.compile(r"[A-Za-z0-9+/]{27}=|[A-Za-z0-9+/]{43}=")  # SHA-1, SHA-256
MESSAGE_SID = re.compile(r"(?:SM|MM)[0-9a-f]{32}")
ACCOUNT_SID = re.compile(r"AC[0-9a-f]{32}")
NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
# What Twilio puts for a caller that is withheld, unknown or restricted: the letters
# of ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN and UNAVAILABLE on a telephone's keys.
_NOBODY = frozenset(
    ("+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253")
)
# Twilio answers these itself, and only when the text is that one word and no more.
_STOPS = frozenset("STOP STOPALL UNSUBSCRIBE CANCEL END QUIT REVOKE OPTOUT".split())
_STARTS = frozenset("START UNSTOP".split())
_HELPS = frozenset("HELP INFO".split())
_ORDERS = {"STOP": STOP, "START": START, "HELP": HELP}

STOPPED_BY_TWILIO = (
    "You have successfully been unsubscribed. You will not receive any more messages "
    "from this number. Reply START to resubscribe."
)
STARTED_BY_TWILIO = (
    "You have successfully been re-subscribed to messages from this number. Reply "
    "HELP for help. Reply STOP to unsubscribe. Msg&Data Rates May Apply."
)
HELPED_BY_TWILIO = "Reply STOP to unsubscribe. Msg&Data Rates May Apply."


class Refused(Exception):
    """Not a text for us. `status` and `why` are all that its sender is told."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(f"{status} {why}")
        self.status, self.why = status, why


@dataclass(frozen=True, slots=True)
class Account:
    """Whose webhooks we take: `url` is the address that Twilio was given, exactly, and
    `lines` are the numbers of ours that people text."""

    sid: str
    token: str
    url: str
    lines: frozenset[str]

    @property
    def status_url(self) -> str:
        """Where Twilio is asked to say what became of a reply."""
        return f"{self.url}/status"


def check_head(headers: Headers) -> None:
    """Refuse what cannot be a signed webhook, before a byte of its body is read."""
    given = headers.getlist(SIGNATURE_HEADER)
    if len(given) != 1 or not _BASE64.fullmatch(given[0]):
        raise Refused(403, "signature")
    kind, _, parameters = headers.get("content-type", "").partition(";")
    charset = parameters.replace(" ", "").replace('"', "").lower()
    if kind.strip().lower() != FORM_TYPE or charset not in ("", "charset=utf-8"):
        raise Refused(415, "content_type")


def read_text(account: Account, headers: Headers, query: str, body: bytes) -> Text:
    """The text in a webhook that is Twilio's and ours; Refused if it is not."""
    form = _own_form(account, account.url, headers, query, body, "To")
    return text_of({name: form.first(name) for name in _USED if name in form})


def read_status(account: Account, headers: Headers, query: str, body: bytes) -> Status:
    """What Twilio says of a text of ours; Refused if the webhook is not Twilio's, or
    not about our line."""
    form = _own_form(account, account.status_url, headers, query, body, "From")
    name, _, own = query.partition("=")
    error = form.first("ErrorCode")
    status = form.first("MessageStatus")[:STATUS_CHARS]
    return Status(
        id=form.first("MessageSid"),
        line=form.first("From"),
        stage=_STAGES.get(status, UNDER_WAY),
        to=form.first("To"),
        said=status,
        error=int(error) if error.isascii() and error.isdecimal() else 0,
        own=own if name == OWN_ID and _OWN_ID.fullmatch(own) else "",
    )


def status_url(account: Account, own: str) -> str:
    """Where Twilio is to say what becomes of the text that we call `own`."""
    return f"{account.status_url}?{OWN_ID}={own}"


def _own_form(
    account: Account, url: str, headers: Headers, query: str, body: bytes, line: str
) -> Form:
    """`line`: the parameter that is a number of ours."""
    check_head(headers)
    form = _form(body)
    if not is_signed(account.token, url, headers, query, form):
        raise Refused(403, "signature")
    if any(len(form.getall(name)) > 1 for name in _USED):
        raise Refused(400, "repeated_parameter")
    if form.first("AccountSid") != account.sid or form.first(line) not in account.lines:
        raise Refused(403, "not_ours")
    if not MESSAGE_SID.fullmatch(form.first("MessageSid")):
        raise Refused(400, "message_sid")
    return form


def is_signed(token: str, url: str, headers: Headers, query: str, form: Form) -> bool:
    """Whether Twilio's own library computes the signature that was given, for our
    address with its port or without."""
    algorithm = get_signature_algorithm(headers.get(_SETTINGS_HEADER))
    given = headers[SIGNATURE_HEADER]
    validator = RequestValidator(token)
    try:
        # Its `validate` computes both each time; the second is seldom needed.
        return any(
            compare_digest(validator.compute_signature(url, form, algorithm), given)
            for url in _addresses(url, query)
        )
    except ValueError:  # an algorithm that the library does not know
        return False


def _addresses(url: str, query: str) -> tuple[str, str]:
    # The configured address, not the Host header: a proxy stands between.
    return _with_and_without_port(f"{url}?{query}") if query else _own_addresses(url)


@lru_cache(maxsize=4)
def _own_addresses(url: str) -> tuple[str, str]:
    return _with_and_without_port(url)


def _with_and_without_port(url: str) -> tuple[str, str]:
    """As it was given first: that is the one that Twilio signs nearly always."""
    parsed = urlparse(url)
    bare, full = remove_port(parsed), add_port(parsed)
    return (full, bare) if parsed.port else (bare, full)


class Form(dict[str, list[str]]):
    """A form's values by name. `getall` is what the validator asks for."""

    def getall(self, name: str) -> list[str]:
        return self.get(name, [])

    def first(self, name: str, otherwise: str = "") -> str:
        return self[name][0] if name in self else otherwise


def _form(body: bytes) -> Form:
    form = Form()
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,  # blank ones are signed too
            errors="strict",
            max_num_fields=FIELDS,
        )
    except ValueError:
        raise Refused(400, "unreadable") from None
    for name, value in pairs:
        form.setdefault(name, []).append(value)
    return form


def text_of(form: Mapping[str, str]) -> Text:
    """The text that these parameters of Twilio's tell of."""
    words = form.get("Body", "")
    order = _ORDERS.get(form.get("OptOutType", ""), "")
    answered = bool(order)
    if not order:
        keyword = words.strip().upper()
        order = STOP if keyword in _STOPS else START if keyword in _STARTS else ""
        answered = bool(order)
    sender = form.get("From", "")
    is_number = NUMBER.fullmatch(sender) and sender not in _NOBODY
    return Text(
        id=form["MessageSid"],
        sender=sender if is_number else "",
        line=form["To"],
        words=words,
        order=order,
        answered=answered,
        pictures=form.get("NumMedia", "0") not in ("", "0"),
    )


@lru_cache(maxsize=256)
def reply(words: str, status_url: str) -> bytes:
    """The answer to a webhook: one message, or none. They are few, and hold nothing
    that a person wrote."""
    response = MessagingResponse()
    if words:
        response.message(words, status_callback=status_url)
    return str(response).encode()


# ── the other side: for the simulated phone, the demo and the benchmark ──────


@dataclass(frozen=True, slots=True)
class SignedWebhook:
    headers: Mapping[str, str]
    content: bytes


def signed_webhook(
    account: Account,
    sender: str,
    line: str,
    words: str,
    sid: str,
    extra: Mapping[str, str] | None = None,
) -> SignedWebhook:
    """What Twilio posts for one inbound text, signed as Twilio signs it.

    `sid` is SM and 32 hex digits, and the same again for a repeated webhook.
    """
    form = {
        "MessageSid": sid,
        "SmsSid": sid,
        "SmsMessageSid": sid,
        "AccountSid": account.sid,
        "From": sender,
        "To": line,
        "Body": words,
        "NumMedia": "0",
        "NumSegments": "1",
        "SmsStatus": "received",
        "ApiVersion": "2010-04-01",
        "FromCountry": "GB",
        "FromCity": "",
        **(extra or {}),
    }
    return _signed(account, account.url, form)


def signed_status(
    account: Account, url: str, message: Mapping[str, str]
) -> SignedWebhook:
    """What Twilio posts to a StatusCallback. `message`: MessageSid, To, From,
    MessageStatus, and ErrorCode if it did not arrive."""
    form = {
        **message,
        "SmsSid": message["MessageSid"],
        "SmsStatus": message["MessageStatus"],
        "AccountSid": account.sid,
        "ApiVersion": "2010-04-01",
    }
    return _signed(account, url, form)


def fallback(account: Account, code: int) -> Mapping[str, str]:
    """What the call to the fallback address has more than the first one had."""
    return {"ErrorCode": str(code), "ErrorUrl": account.url}


def _signed(account: Account, url: str, form: Mapping[str, str]) -> SignedWebhook:
    signature = RequestValidator(account.token).compute_signature(url, form)
    headers = {
        SIGNATURE_HEADER: signature,
        "Content-Type": f"{FORM_TYPE}; charset=UTF-8",
        "User-Agent": "TwilioProxy/1.1",
    }
    return SignedWebhook(headers, urlencode(form).encode())


def messages_in(answer: bytes) -> Sequence[str]:
    """The texts that Twilio would send for this answer to a webhook."""
    return [words for words, _ in replies_in(answer)]


def replies_in(answer: bytes) -> Sequence[tuple[str, str]]:
    """The same, each with the address that is to be told what becomes of it."""
    root = ElementTree.fromstring(answer)  # noqa: S314, our own gateway's answer
    return [
        (message.text or "", message.get("statusCallback", ""))
        for message in root.iter("Message")
    ]


def own_answer(words: str, stopped: bool = False) -> tuple[str, str] | None:
    """What Twilio does by itself with a text of one keyword: the order, its reply.

    `stopped`: this phone has said STOP to this number; then YES starts again. A text
    that asks for HELP is not passed on.
    """
    keyword = words.strip().upper()
    if keyword in _STOPS:
        return STOP, STOPPED_BY_TWILIO
    if keyword in _STARTS or (stopped and keyword == "YES"):
        return START, STARTED_BY_TWILIO
    return (HELP, HELPED_BY_TWILIO) if keyword in _HELPS else None
