"""Which numbers are texted: F4 of the bad inputs."""

import random
import re

import phonenumbers
import pytest
from phonenumbers import PhoneNumberType

from smsgateway.asking import numbers
from smsgateway.asking.numbers import MORE, NotMobile, mobile

OURS = "+447700900123"


def verdict(said):
    try:
        return mobile(said)
    except NotMobile as error:
        return error.code


@pytest.mark.parametrize(
    "said",
    [
        "+447700900123", "07700900123", "07700 900 123", "07700-900-123",
        "(07700) 900123", "07700–900123", "07700\xa0900123", " 07700 900123\t",
        "+44 7700 900123", "+44(0)7700 900123", "+44 (0) 7700 900123", "+4407700900123",
        "00447700900123", "0044 (0)7700 900123", "00 44 07700 900123",
        "7700900123",  # the spreadsheet took it for a sum and ate the 0
        "447700900123",  # and here the +
        "4407700900123",
        "'07700900123",  # its mark for text
        "\u202a07700 900123\u202c",  # from a telephone's address book
        "\ufeff07700900123", "07700\u200b900123",
    ],
)  # fmt: skip
def test_one_number_in_its_many_shapes_is_one_number(said):
    assert mobile(said) == OURS


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("", "empty"), ("  ", "empty"), ("-", "empty"), ("'", "empty"),
        ("4.4770E+11", "scientific"), ("4.47E+11", "scientific"),
        ("4,477009E+11", "scientific"), ("7.7E9", "scientific"),
        ("01632 960123", "landline"), ("020 7946 0000", "landline"),
        ("+44 1534 960123", "landline"), ("0300 123 4567", "landline"),
        ("0800 1111", "landline"), ("056 1234 5678", "landline"),
        ("0909 879 0123", "premium"), ("0871 123 4567", "premium"),
        ("+44 909 879 0123", "premium"),
        ("+33 6 12 34 56 78", "foreign"), ("00353 87 123 4567", "foreign"),
        ("+1 212 555 0123", "foreign"),
        ("070 1234 5678", "not_mobile"), ("07640 123456", "not_mobile"),
        ("07700 901234", "not_mobile"),  # near the made-up ones, and nobody's
        ("7012345678", "not_mobile"),
        # What might be a mobile after one more guess is none.
        ("0770090012", "unreadable"), ("077009001234", "unreadable"),
        ("+4477009001234", "unreadable"), ("770090012", "unreadable"),
        ("7700900123.0", "unreadable"), ("770090012.3", "unreadable"),
        ("2079460000", "unreadable"),  # ten digits, but no 7
        ("9434765919", "unreadable"),  # an NHS number
        ("+0044 7700 900123", "unreadable"), ("+07700900123", "unreadable"),
        ("353871234567", "unreadable"), ("+999 123 4567", "unreadable"),
        ("07700900123/07700900124", MORE), ("07700900123 x5", MORE),
        ("07700 900123 mum", MORE), ("O77OO 9OO123", "unreadable"),
        ('="07700900123"', "unreadable"), ("٠٧٧٠٠٩٠٠١٢٣", "unreadable"),
        ("999", "unreadable"), ("0", "empty"), ("n/a", "empty"),
        ("7" * 5000, "unreadable"), ("+" * 5000, "unreadable"),
    ],
)  # fmt: skip
def test_what_is_not_certainly_our_mobile_is_refused_by_its_kind(said, code):
    assert verdict(said) == code


@pytest.mark.parametrize(
    "island", ["07781 123456", "07797 712345", "07624 123456", "07911 712345"]
)
def test_the_islands_mobiles_are_ours(island):
    assert mobile(island) == "+44" + island[1:].replace(" ", "")


def test_each_code_has_words_and_none_of_them_holds_the_number():
    for said in (
        "01632960123",
        "4.47E+11",
        "0770090012",
        "070 1234 5678",
        "+33612345678",
    ):
        with pytest.raises(NotMobile) as refused:
            mobile(said)
        shown = f"{refused.value} {refused.value!r} {refused.value.words}"
        assert refused.value.words == numbers.WORDS[refused.value.code]
        assert not re.search(r"\d{4}", shown)
        assert refused.value.__context__ is None


# ── the made-up numbers ──────────────────────────────────────────────────────


def made_up_are_right():
    for last in range(1000):
        assert verdict(f"07700900{last:03}") == f"+447700900{last:03}"
    # None beside them, unless the library says so.
    for block in ("07700899", "07700901", "07700909", "07700999", "07700990"):
        assert verdict(f"{block}123") in (f"+44{block[1:]}123", "not_mobile")
        real = phonenumbers.parse(f"{block}123", "GB")
        assert (verdict(f"{block}123") != "not_mobile") == (
            phonenumbers.is_valid_number(real)
        )


def test_ofcoms_made_up_numbers_are_taken_and_only_those():
    made_up_are_right()


def test_a_character_class_for_a_span_is_caught(monkeypatch):
    """The planted fault: as GOV.UK Notify once wrote it, it takes any digits."""
    wrong = re.compile("7700[900000-900999]{1,6}")
    monkeypatch.setattr(numbers, "_MADE_UP", wrong)

    with pytest.raises(AssertionError):
        made_up_are_right()


# ── beside the library's own reading ─────────────────────────────────────────


def some_numbers(many=6_000):
    r = random.Random(7)
    for _ in range(many):
        yield f"07{r.randrange(10**9):09}"
    for start in ("0762", "0778", "0779", "0750", "0793", "0745", "0791", "0760"):
        for _ in range(200):
            yield f"{start}{r.randrange(10**7):07}"
    for _ in range(1_000):
        yield f"0{r.choice('12389')}{r.randrange(10**9):09}"


def disagreements():
    wrong = []
    for said in some_numbers():
        number = phonenumbers.parse(said, "GB")
        is_mobile = phonenumbers.number_type(number) == PhoneNumberType.MOBILE
        is_made_up = said.startswith("07700900")
        if (verdict(said) == f"+44{said[1:]}") != (is_mobile or is_made_up):
            wrong.append(said)
    return wrong


def test_the_short_way_through_the_library_says_what_the_long_one_says():
    assert disagreements() == []


def test_a_forgotten_island_is_caught(monkeypatch):
    """The planted fault: the plan of the mainland alone."""
    plans = numbers._plans()[:1]
    monkeypatch.setattr(numbers, "_plans", lambda: plans)

    assert disagreements()
