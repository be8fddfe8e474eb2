"""What must the technician set, and what else is fixed?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from feedback.settings import (
    Environ,
    SettingError,
    choice,
    path,
    secret,
    text,
    url,
    whole,
)
from smsgateway.asking.policy import Policy, PolicyError, read_policy
from smsgateway.twilio import ACCOUNT_SID, NUMBER, Account
from smsgateway.twilio.rest import DEFAULT_URL
from smsgateway.voice import COST_FREE, COST_OWN

SECRET_CHARS = 16
HEAR_DAYS_MOST = 365
HERE = ("127.0.0.1", "localhost", "::1")  # no wire is between
NUMBERS = "WARDVOICE_SMS_NUMBERS"
PUBLIC_URL = "WARDVOICE_SMS_PUBLIC_URL"
OPT_OUT_PEPPER = "WARDVOICE_SMS_OPT_OUT_PEPPER"
REST_URL = "WARDVOICE_SMS_REST_URL"
RECONCILE = "WARDVOICE_SMS_RECONCILE"
DELETE = "WARDVOICE_SMS_DELETE_AT_TWILIO"
METRICS_TOKEN = "WARDVOICE_SMS_METRICS_TOKEN"  # noqa: S105, the name of a variable
PRACTICE = "WARDVOICE_SMS_PRACTICE"
ASKING = "WARDVOICE_SMS_ASKING"
ASKING_KEY = "WARDVOICE_SMS_ASKING_KEY"
USERS = "WARDVOICE_SMS_USERS"
CLOCK = "WARDVOICE_SMS_TRAINING_CLOCK"
_WARD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")


@dataclass(frozen=True, slots=True)
class Settings:
    """What `wardvoice-sms serve` needs. `wards` maps our numbers to wards' codes.

    `metrics_token` opens /health and /metrics from elsewhere; empty: nothing does.
    In `practice` nothing that is texted counts, and the time may be moved by `clock`.
    """

    log: Path
    account: Account = field(repr=False)
    wards: Mapping[str, str]
    pepper: str = field(repr=False)
    opt_out_pepper: str = field(repr=False)
    own_key: str = field(repr=False)
    cost: str
    privacy: str
    hear_days: int
    host: str
    port: int
    rest_url: str = DEFAULT_URL
    reconciles: bool = True
    deletes_at_twilio: bool = True
    metrics_token: str = field(default="", repr=False)
    practice: bool = False
    clock: Path | None = None
    asking: Policy | None = None
    asking_key: str = field(default="", repr=False)
    users: Path | None = None


@dataclass(frozen=True, slots=True)
class PhoneSettings:
    """What `wardvoice-sms phone` needs. `gateway` is where it posts its webhooks;
    `clock`, the file by which a gateway in practice learns what time it is."""

    account: Account = field(repr=False)
    wards: Mapping[str, str]
    gateway: str
    host: str
    port: int
    clock: Path | None = None


def read_settings(environ: Environ) -> Settings:
    """The gateway's settings; SettingError names the first that is wrong."""
    port = _port(environ)
    wards = _wards(environ)
    account = _account(environ, wards)
    return Settings(
        log=path(environ, "WARDVOICE_LOG"),
        account=account,
        wards=wards,
        **_secrets(environ),
        cost=choice(environ, "WARDVOICE_SMS_COST", COST_OWN, (COST_FREE, COST_OWN)),
        privacy=_notice(environ),
        hear_days=whole(environ, "WARDVOICE_SMS_HEAR_DAYS", 0, 0, HEAR_DAYS_MOST),
        host=_host(environ),
        port=port,
        rest_url=_rest_url(environ),
        reconciles=_yes(environ, RECONCILE),
        deletes_at_twilio=_yes(environ, DELETE),
        metrics_token=_maybe_secret(environ, METRICS_TOKEN),
        practice=_practice(environ),
        clock=_clock(environ),
        asking=_asking(environ),
        asking_key=_maybe_secret(environ, ASKING_KEY),
        users=_users(environ, account),
    )


def read_phone_settings(environ: Environ) -> PhoneSettings:
    """The simulated phone's settings; SettingError names the first that is wrong."""
    wards = _wards(environ)
    near = f"http://{_host(environ)}:{_port(environ)}"
    return PhoneSettings(
        account=_account(environ, wards),
        wards=wards,
        gateway=_webhook(url(environ, "WARDVOICE_SMS_PHONE_GATEWAY", near)),
        host=_host(environ),
        port=whole(environ, "WARDVOICE_SMS_PHONE_PORT", 8021, 1, 65_535),
        clock=_clock(environ),
    )


def _practice(environ: Environ) -> bool:
    is_on = choice(environ, PRACTICE, "no", ("no", "yes")) == "yes"
    if _clock(environ) and not is_on:
        # Patients' answers must never bear a time that somebody made up.
        raise SettingError(f"{CLOCK} must not be set unless {PRACTICE} is yes")
    return is_on


def _clock(environ: Environ) -> Path | None:
    return path(environ, CLOCK) if environ.get(CLOCK, "").strip() else None


def _host(environ: Environ) -> str:
    return text(environ, "WARDVOICE_SMS_HOST", "127.0.0.1")


def _port(environ: Environ) -> int:
    return whole(environ, "WARDVOICE_SMS_PORT", 8020, 1, 65_535)


def _account(environ: Environ, wards: Mapping[str, str]) -> Account:
    name = "WARDVOICE_SMS_ACCOUNT_SID"
    sid = text(environ, name)
    if not ACCOUNT_SID.fullmatch(sid):
        raise SettingError(f"{name} must be AC and 32 digits from 0 to f, not {sid!r}")
    return Account(
        sid=sid,
        token=_secret(environ, "WARDVOICE_SMS_AUTH_TOKEN"),
        url=_webhook(url(environ, PUBLIC_URL)),
        lines=frozenset(wards),
    )


def _webhook(address: str) -> str:
    # Either form is what people copy: the gateway's address, or the webhook's.
    if urlsplit(address).path.endswith("/status"):
        raise SettingError(f"{PUBLIC_URL} must be the address without /status")
    return address if urlsplit(address).path.endswith("/sms") else f"{address}/sms"


def _secret(environ: Environ, name: str) -> str:
    value = secret(environ, name)
    if len(value) < SECRET_CHARS:
        raise SettingError(f"{name} must be at least {SECRET_CHARS} characters long")
    return value


def _secrets(environ: Environ) -> dict[str, str]:
    """Three that differ: one that leaks must open nothing that another guards."""
    names = {
        "pepper": "WARDVOICE_SMS_PEPPER",
        "opt_out_pepper": OPT_OUT_PEPPER,
        "own_key": "WARDVOICE_SMS_KEY",
    }
    found = {field: _secret(environ, name) for field, name in names.items()}
    if len(set(found.values())) < len(found):
        raise SettingError(f"{', '.join(names.values())} must differ from one another")
    return found


def _notice(environ: Environ) -> str:
    """The privacy notice's address as a text shows it, without https://; or nothing."""
    name = "WARDVOICE_SMS_PRIVACY_URL"
    if not environ.get(name, "").strip():
        return ""
    return url(environ, name).removeprefix("https://")


def _wards(environ: Environ) -> dict[str, str]:
    wards: dict[str, str] = {}
    for pair in text(environ, NUMBERS).split(","):
        number, _, ward = (part.strip() for part in pair.partition("="))
        if not NUMBER.fullmatch(number) or not _WARD.fullmatch(ward):
            raise SettingError(
                f"{NUMBERS} must be a list such as +447700900500=ROWAN,"
                f"+447700900501=BIRCH, not {pair.strip()!r}"
            )
        if number in wards:
            raise SettingError(f"{NUMBERS} names {number} twice")
        wards[number] = ward
    return wards


def _yes(environ: Environ, name: str) -> bool:
    return choice(environ, name, "yes", ("yes", "no")) == "yes"


def _rest_url(environ: Environ) -> str:
    """Each call carries the account's token: in the clear on this machine only."""
    value = url(environ, REST_URL, DEFAULT_URL)
    if not _is_private(value):
        raise SettingError(f"{REST_URL} must begin with https://")
    return value


def _is_private(address: str) -> bool:
    """Whether nobody on the way can read what is sent there."""
    parts = urlsplit(address)
    return parts.scheme == "https" or parts.hostname in HERE


def _users(environ: Environ, account: Account) -> Path | None:
    """Who may log in. Their passwords, and texts of patients, cross the hospital's
    network: never in the clear."""
    if not environ.get(USERS, "").strip():
        return None
    if not _is_private(account.url):
        raise SettingError(
            f"{PUBLIC_URL} must begin with https:// where {USERS} is set: the team "
            "logs in there, and a password must not travel in the clear"
        )
    return path(environ, USERS)


def _maybe_secret(environ: Environ, name: str) -> str:
    """The secret, or nothing where it is not set."""
    is_set = any(environ.get(one, "").strip() for one in (name, f"{name}_FILE"))
    return _secret(environ, name) if is_set else ""


def _asking(environ: Environ) -> Policy | None:
    """What the service has decided, if it asks by text."""
    if not environ.get(ASKING, "").strip():
        return None
    try:
        return read_policy(path(environ, ASKING))
    except PolicyError as error:
        raise SettingError(f"{ASKING}: {error}") from error
