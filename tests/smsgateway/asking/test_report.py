"""What the clerk reads of a file."""

from feedback.table import Problem
from smsgateway.asking.reasons import REASONS
from smsgateway.asking.report import lines
from smsgateway.asking.sheet import LEFT_OUT, Sheet
from tests.smsgateway.asking.test_sheet import FLAGGED, Rules, csv_of, sheet

GOOD = [f"07700900{n:03},{ward},2026-11-09,no,no,no"
        for n, ward in ((101, "ROWAN"), (102, "BIRCH"), (103, "ROWAN"))]  # fmt: skip
LEFT = ["01632960123,ROWAN,2026-11-09,,,", "07700900104,ROWAN,2026-11-09,yes,,",
        "020 7946 0000,ROWAN,2026-11-09,,,"]  # fmt: skip


def read(*rows, is_dry=True):
    return lines(sheet(csv_of(*rows, header=FLAGGED)), is_dry)


def test_a_dry_run_says_how_many_by_ward_and_who_is_left_out_why():
    assert read(*GOOD, *LEFT) == [
        "3 invitations would be taken in. Nothing was: this was only a check.",
        "  BIRCH: 1",
        "  ROWAN: 2",
        "Left out: 3",
        "  has died, or somebody with the same number has: 1 (row 6)",
        "  a landline, where a text may be read aloud to anybody: 2 (rows 5, 7)",
    ]


def test_a_mark_without_a_number_has_a_line_of_its_own():
    said = read(*GOOD, *LEFT, ",ROWAN,2026-11-09,yes,,")

    assert said[3] == "LOOK AT THESE, for here something is left to do: 1"
    assert "has died, but there is no number" in said[4]
    assert said[4].endswith(": 1 (row 8)")
    assert said[5] == "Left out: 3"


def test_a_run_says_what_was_taken_in():
    assert read(*GOOD, is_dry=False)[0] == "3 invitations taken in."
    assert read(GOOD[0], is_dry=False)[0] == "1 invitation taken in."
    assert read(*LEFT[:1], is_dry=False)[0] == "Nobody is to be asked."


def test_a_refused_file_says_what_is_wrong_row_by_row_and_counts_nobody_as_asked():
    for is_dry in (True, False):
        said = read(*GOOD, LEFT[0], "x,ROWAN,31/02/2026,,,", is_dry=is_dry)

        assert said[0].startswith("Nothing was taken in.")
        assert said[1] == (
            "  row 6: this is no whole phone number: write it as 07… with 11 digits"
        )
        assert said[2] == "  row 6: there is no such date or time"
        assert said[3] == "Left out: 1"
        assert not [line for line in said if "ROWAN" in line]


def test_long_lists_end_in_a_count():
    said = read(*[LEFT[0]] * 1254)
    assert said[-1].endswith(", 20, 21 and 1,234 more)")

    said = read(*["x,ROWAN,2026-11-09,,,"] * 1434)
    assert said[-1] == "  and 1,234 more"


def test_every_reason_that_a_row_is_left_out_for_is_in_the_report():
    rows = [*LEFT, "07700900104,ROWAN,2026-11-09,,yes,",
            "07700900105,ROWAN,2026-11-09,,,1",
            "09098790123,ROWAN,2026-11-09,,,", "+33612345678,ROWAN,2026-11-09,,,",
            "07700900106,ROWAN,2020-11-09,,,", ",ROWAN,2026-11-09,,,",
            "07012345678,ROWAN,2026-11-09,,,", *GOOD, *GOOD]  # fmt: skip
    said = read(*rows)
    counts = [line for line in said if line.startswith("  ") and "(row" in line]

    assert "Left out: 13" in said
    assert sum(int(line.split("(row")[0].split(": ")[-1]) for line in counts) == 13
    assert len(counts) == 10


def test_every_reason_that_a_row_is_left_out_for_has_words_for_the_team():
    assert LEFT_OUT.keys() <= REASONS.keys()


def test_the_clerk_is_told_whose_language_we_do_not_write():
    rows = [f"{one[:30]},{said}" for one, said in
            zip((one.split(",no")[0] for one in GOOD), ("Tamil", "en", "zzz"),
                strict=True)]  # fmt: skip
    data = csv_of(*rows, header="number,ward,discharged,language")

    assert lines(sheet(data), True)[3:] == [
        "Asked, but not as the file says: 2",
        "  is asked in English, for we cannot write in their language: 2 (rows 2, 4)",
    ]
    said = lines(sheet(data, Rules(unknown_language="exclude")), True)
    assert said[-2:] == [
        "Left out: 2",
        "  reads a language in which we cannot write: 2 (rows 2, 4)",
    ]


def leaks(said):
    return [
        line
        for line in said
        if any(part in line for part in ("0079", "00900", "960123"))
    ]


def test_no_number_is_in_any_line():
    assert leaks(read(*GOOD, *LEFT)) == []
    assert (
        leaks(read(*GOOD, *LEFT, "+07700900123,07700900123,07700900123,no,no,x")) == []
    )
    assert leaks(lines(sheet(csv_of(header="07700900123")), True)) == []


def test_a_number_in_a_line_is_caught():
    """The planted fault: the cell in the words."""
    planted = Sheet((), (Problem(2, "bad", "07700900123 is no number"),), ())

    assert leaks(lines(planted, True))
