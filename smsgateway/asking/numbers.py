"""Which mobile number is this, if it is one that may be texted?

    clear British mobile ─▶ E.164, such as +447700900123
    anything else        ─▶ NotMobile, with a code and words for a clerk

What a spreadsheet or a person does to a number is undone only where one number alone
can have been meant. Which numbers are mobiles is known by Google's library, from
Ofcom's plan. A text to a landline is read aloud to whoever picks up, so "perhaps a
mobile" is none.
"""

from __future__ import annotations

import re
from functools import cache

from phonenumbers import (
    NumberParseException,
    PhoneMetadata,
    is_possible_number,
    parse,
)

EMPTY, UNREADABLE, SCIENTIFIC = "empty", "unreadable", "scientific"
MORE = "more_than_a_number"
LANDLINE, PREMIUM, FOREIGN, NOT_MOBILE = "landline", "premium", "foreign", "not_mobile"
# A number without a fault, where no text goes.
WHOLE = frozenset((LANDLINE, PREMIUM, FOREIGN, NOT_MOBILE))

WORDS = {
    EMPTY: "there is no number",
    UNREADABLE: "this is no whole phone number: write it as 07… with 11 digits",
    MORE: "more than a number is in the cell: leave one mobile number there, alone",
    SCIENTIFIC: "the spreadsheet has rounded this number and its last digits are gone: "
    "make the column text and take the numbers from their source again",
    LANDLINE: "a landline, where a text may be read aloud to anybody",
    PREMIUM: "a number that costs extra, not a mobile",
    FOREIGN: "a number of another country",
    NOT_MOBILE: "no mobile has such a number: 070 is a personal number, 076 a pager, "
    "and some 07 numbers belong to nobody",
}

# The islands have their own plans behind +44, and their mobiles take texts as ours do.
_REGIONS = ("GB", "GG", "JE", "IM")

# Ofcom's made-up numbers. They belong to nobody, so the library calls them invalid;
# demonstrations and tests use them, and a text to one harms nobody.
_MADE_UP = re.compile(r"7700900[0-9]{3}")

# Between digits people put spaces, brackets and dashes; telephones' address books add
# marks of direction that nobody sees.
_BETWEEN = re.compile(
    r"[\s()\-\u00ad\u2010-\u2015\u2212\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+"
)
_ROUNDED = re.compile(r"[0-9]+(?:[.,][0-9]+)?\s*[eE]\s*\+?[0-9]+")
# What systems write where they have no number.
_NONE = frozenset(("n/a", "null", "none", "-", "0", "unknown"))
# A whole number, with nothing of a word at either end.
_ONE = re.compile(
    r"(?<![\w+.,])(?:(?:\+|00)44[\s()]*0?[\s()]*|0)[1-9](?:[\s-]?[0-9]){9}(?![\w.,])"
)
_DIGITS = re.compile(r"\+?[0-9]{3,18}")

# +44 7…, 0044 7…, either with the 0 of +44 (0)7…; 07…; and what a spreadsheet leaves
# of them when it takes the number for a sum: 447… without the +, 7… without the 0.
_BRITISH = re.compile(
    r"(?:(?:\+|00)440?|0)([1-9][0-9]*)|440?(7[0-9]{9})|(7[0-9]{9})", re.ASCII
)

_LENGTHS = {"1": (9, 10), "5": (9, 10), "8": (7, 9, 10)}  # all others have 10
# Ofcom's plan by first digits; the longer one wins, and mobiles are out already.
_KINDS = {
    "1": LANDLINE,
    "2": LANDLINE,
    "3": LANDLINE,  # 03: at the price of a landline, and often one behind it
    "5": LANDLINE,  # 055, 056: telephones on the internet
    "7": NOT_MOBILE,
    "8": PREMIUM,
    "80": LANDLINE,  # free for who calls
    "9": PREMIUM,
}


class NotMobile(ValueError):
    """`code` is for machines, `words` for a clerk; neither holds the number."""

    def __init__(self, code: str) -> None:
        super().__init__(WORDS[code])
        self.code = code
        self.words = WORDS[code]


def mobile(said: str) -> str:
    """The number in E.164; NotMobile for whatever is not certainly one of ours."""
    said = said.strip().removeprefix("'")  # a spreadsheet's mark for text
    if _ROUNDED.fullmatch(said):
        raise NotMobile(SCIENTIFIC)
    digits = _BETWEEN.sub("", said)
    if not digits or said.lower() in _NONE:
        raise NotMobile(EMPTY)
    if not _DIGITS.fullmatch(digits):
        raise NotMobile(MORE if _is_more(said) else UNREADABLE)
    found = _BRITISH.fullmatch(digits)
    if found is None:
        raise NotMobile(_abroad(digits))
    national = found[1] or found[2] or found[3]
    if not _is_mobile(national):
        raise NotMobile(_kind(national))
    return f"+44{national}"


def _is_more(said: str) -> bool:
    """Two whole numbers, or words beside one; not a number that is damaged."""
    found = _ONE.findall(said)
    has_words = any(letter.isalpha() for letter in said)
    return len(found) > 1 or (len(found) == 1 and has_words)


def _is_mobile(national: str) -> bool:
    if _MADE_UP.fullmatch(national):
        return True
    return any(plan.fullmatch(national) for plan in _plans())


@cache
def _plans() -> tuple[re.Pattern[str], ...]:
    # The library's own patterns. Its `parse` and `number_type` say the same of a
    # number, but at 135 µs each a list of 100,000 would take a quarter of a minute.
    return tuple(re.compile(_plan(region), re.ASCII) for region in _REGIONS)


def _plan(region: str) -> str:
    metadata = PhoneMetadata.metadata_for_region(region)
    assert metadata is not None, "the library knows these four"
    assert metadata.mobile is not None, "and their mobiles"
    pattern = metadata.mobile.national_number_pattern
    assert pattern is not None, "each has a pattern"
    return pattern


def _kind(national: str) -> str:
    if len(national) not in _LENGTHS.get(national[0], (10,)):
        return UNREADABLE
    return _KINDS.get(national[:2]) or _KINDS.get(national[0], UNREADABLE)


def _abroad(digits: str) -> str:
    if not digits.startswith(("+", "00")):
        return UNREADABLE
    try:
        number = parse("+" + digits.lstrip("+0"), None)
    except NumberParseException:
        return UNREADABLE
    is_foreign = number.country_code != 44 and is_possible_number(number)
    return FOREIGN if is_foreign else UNREADABLE
