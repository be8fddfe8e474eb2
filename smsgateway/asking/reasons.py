"""Why was somebody not asked, or not yet, in plain words?

A reason is found in many rooms: by a rule, while a file is read, on the way to the
phone. For people they are one list. Each goes on after "Not asked, because …" or
"Not asked yet, because …".
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from smsgateway.asking import numbers, sheet
from smsgateway.asking.rules import REMINDS_LATER, TOO_OLD, WORDS

SAME_STAY = "same_stay"
UNREACHABLE, FAILED = "unreachable", "failed"
NO_WARD, UNREADABLE = "no_ward", "unreadable"
# Of alerts to staff alone.
ALERTS_CAP, NOT_ARRIVED = "alerts_cap", "not_arrived"
ALERTS_UNSENT: Mapping[str, str] = MappingProxyType(
    {
        ALERTS_CAP: "the day's limit was used up",
        TOO_OLD: "its hour was over before it could go",
        FAILED: "Twilio refused it, or lost it twice",
        UNREADABLE: "it cannot be read: the gateway's key was changed",
        NOT_ARRIVED: "it was sent and did not arrive",
    }
)
# What else may be waited for.
SPREAD, NEXT, BUSY = "spread", "next", "carrier_busy"
OURS, AGAIN = "carrier_refuses_us", "again"

REASONS: Mapping[str, str] = MappingProxyType(
    {
        **WORDS,
        SAME_STAY: "this stay was asked about before, or is going to be",
        UNREACHABLE: "texts to this number fail for good",
        FAILED: "the text did not arrive, also when it was tried again",
        NO_WARD: "this gateway does not know the ward any more",
        UNREADABLE: "the number cannot be read: the gateway's key was changed",
        sheet.DECEASED_WHO: "the file says that this person has died, and has no "
        "number for them: a text may still go to their phone",
        sheet.DO_NOT_CONTACT_WHO: "the file says not to contact this person, and has "
        "no number for them: a text may still go to their phone",
        sheet.DECEASED: "the file says that this person, or somebody with the same "
        "number, has died",
        sheet.DO_NOT_CONTACT: "the file says not to contact this person, or somebody "
        "with the same number",
        sheet.UNDER_16: "this person is under 16",
        numbers.EMPTY: "the file has no number for this person",
        sheet.UNKNOWN_LANGUAGE: "this person reads a language in which we cannot write",
        numbers.MORE: "the file has more than a number where the number stands",
        numbers.LANDLINE: "this is a landline",
        numbers.PREMIUM: "this is a premium-rate number",
        numbers.FOREIGN: "this is a number of another country",
        numbers.NOT_MOBILE: "this is no number of a mobile phone in the UK",
        sheet.REPEATED: "the same person and stay stand in a row above",
        REMINDS_LATER: "a reminder waits some days",
        SPREAD: "the texts of a day are spread out, and its moment comes later",
        NEXT: "it is next in the queue",
        BUSY: "Twilio asked us to wait",
        OURS: "Twilio does not let us send: something is wrong with our account",
        AGAIN: "it did not arrive, and is tried again later",
    }
)
