"""Why was somebody not asked, or not yet, in plain words?

A reason is found in many rooms: by a rule, while a file is read, on the way to the
phone. For people they are one list. Each goes on after "Not asked, because …" or
"Not asked yet, because …".
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from smsgateway.asking import numbers, sheet
from smsgateway.asking.rules import WORDS

SAME_STAY = "same_stay"
UNREACHABLE, FAILED = "unreachable", "failed"
NO_WARD, UNREADABLE = "no_ward", "unreadable"
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
        sheet.DECEASED: "the file says that this person, or somebody with the same "
        "number, has died",
        sheet.DO_NOT_CONTACT: "the file says not to contact this person, or somebody "
        "with the same number",
        sheet.UNDER_16: "this person is under 16",
        numbers.EMPTY: "the file has no number for this person",
        sheet.UNKNOWN_LANGUAGE: "this person reads a language in which we cannot write",
        numbers.LANDLINE: "this is a landline",
        numbers.PREMIUM: "this is a premium-rate number",
        numbers.FOREIGN: "this is a number of another country",
        numbers.NOT_MOBILE: "this is no number of a mobile phone in the UK",
        sheet.REPEATED: "the same person and stay stand in a row above",
        SPREAD: "the texts of a day are spread out, and its moment comes later",
        NEXT: "it is next in line",
        BUSY: "Twilio asked us to wait",
        OURS: "Twilio does not let us send: something is wrong with our account",
        AGAIN: "it did not arrive, and is tried again later",
    }
)
