"""What is made of a clerk's file: F1 to F9 of the bad inputs, row by row."""

import io
import re
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.table import FILE_BYTES, ROWS, Problem
from smsgateway.asking import cells
from smsgateway.asking import sheet as room
from smsgateway.asking.request import Request
from smsgateway.asking.sheet import Sheet, read_sheet

NOW = datetime(2026, 11, 10, 9, 0, tzinfo=UTC)
WARDS = ("ROWAN", "BIRCH", "012")
LANGUAGES = ("en", "cy", "zh-Hans")
HEADER = "number,ward,discharged"
GOOD = "07700900123,ROWAN,2026-11-09"
ALL = "number,ward,discharged,language,survey,episode,deceased,under_16,do_not_contact"


@dataclass(frozen=True)
class Rules:
    under_16: str = "exclude"
    unknown_language: str = "ask"
    needed_columns: frozenset[str] = frozenset()


def csv_of(*rows, header=HEADER):
    return "\r\n".join([header, *rows, ""]).encode()


def sheet(data, rules=None, now=NOW):
    return read_sheet(data, WARDS, LANGUAGES, rules or Rules(), now)


def wrong(data, rules=None):
    """What is wrong, as (row, code); and nothing of the file stands."""
    found = sheet(data, rules)
    if found.problems:
        assert (found.requests, found.marked) == ((), ())
    return [(one.row, one.code) for one in found.problems]


def left_out(found):
    return [(one.row, one.code) for one in found.skipped]


def asked(found):
    return [request.number[-4:] for request in found.requests]


def test_a_good_row_is_a_request():
    row = "07700 900123, ROWAN ,2026-11-09 14:30,EN,inpatient@2,RX1/77,no,y,0"
    found = sheet(csv_of(row, header=ALL), Rules(under_16="ask"))

    assert found == Sheet(
        (
            Request(
                number="+447700900123",
                ward="ROWAN",
                discharged=datetime(2026, 11, 9, 14, 30, tzinfo=UTC),
                language="en",
                survey="inpatient@2",
                episode="RX1/77",
                under_16=True,
            ),
        ),
        (),
        (),
    )


def test_a_file_with_nobody_in_it_is_no_problem():
    assert sheet(csv_of()) == Sheet((), (), ())
    assert sheet(csv_of(",,", "", " , ,")) == Sheet((), (), ())


# ── F1: what the bytes are ───────────────────────────────────────────────────

GREEK = csv_of("07700900123,ROWAN,2026-11-09,Ω1", header=HEADER + ",episode")
POUND = csv_of(GOOD, "07700900124,£’,2026-11-09")


@pytest.mark.parametrize(
    ("data", "problems"),
    [
        (csv_of(GOOD), []),
        (b"\xef\xbb\xbf" + csv_of(GOOD), []),
        (csv_of(GOOD).replace(b"\r\n", b"\n"), []),
        (csv_of(GOOD).replace(b"\r\n", b"\r"), []),
        (csv_of(GOOD).decode().encode("utf-16"), [(0, "encoding")]),
        (csv_of(GOOD).decode().encode("utf-16-le"), [(0, "encoding")]),
        (csv_of(GOOD).decode().encode("utf-16-be"), [(0, "encoding")]),
        (csv_of(GOOD).decode().encode("utf-32"), [(0, "encoding")]),
        (POUND.decode().encode("cp1252"), [(3, "encoding")]),
        (POUND, [(3, "unknown_ward")]),  # the letters alone are no problem
        (b"", [(0, "empty_file")]),
        (b"\xef\xbb\xbf \r\n", [(0, "empty_file")]),
    ],
)
def test_f1_utf8_is_read_and_anything_else_is_refused_with_a_hint(data, problems):
    assert wrong(data) == problems
    if problems and problems[0][1] == "encoding":
        assert "CSV UTF-8" in sheet(data).problems[0].words


def test_f1_the_row_of_a_strange_letter_counts_a_cell_of_two_lines_as_one_row():
    data = csv_of('"07700\n900123",ROWAN,2026-11-09', GOOD).decode() + "£"

    assert wrong(data.encode("cp1252"))[-1] == (4, "encoding")


# ── F2: separators and headers ───────────────────────────────────────────────


@pytest.mark.parametrize(
    ("header", "problems"),
    [
        ("number,ward,discharged", []),
        (" Number ,WARD,\tDischarged", []),
        ("number;ward;discharged", ["separator"]),
        ("number\tward\tdischarged", ["separator"]),
        ("sep=;", ["separator"]),
        ("07700900999,ROWAN,2026-11-09", ["no_header"]),
        (",,", ["no_header"]),
        ("number,ward", ["missing_column"]),
        ("ward", ["missing_column", "missing_column"]),
        ("number,ward,discharged,ward", ["doubled_column"]),
        ("number,ward,discharged,Ward ", ["doubled_column"]),
        ("number,ward,discharged,diagnosis", ["unknown_column"]),
        ("number,ward,discharged,,", ["unknown_column"]),
        ("number,ward,discharged,nhs number,name", ["unknown_column"]),
        ("number,ward,discharge date", ["unknown_column", "missing_column"]),
    ],
)
def test_f2_only_columns_that_we_know_once_each_and_parted_by_commas(header, problems):
    assert wrong(csv_of(GOOD, header=header)) == [(1, code) for code in problems]


def test_f2_the_columns_may_come_in_any_order():
    plain = sheet(csv_of(GOOD))
    turned = csv_of("2026-11-09,07700900123,ROWAN", header="discharged,number,ward")

    assert sheet(turned) == plain
    assert plain.requests
    # The control: with the names turned and the cells not, it is no such file.
    assert wrong(csv_of(GOOD, header="discharged,number,ward"))


def test_f2_a_strange_column_is_called_by_its_letter_and_never_by_its_name():
    names = ",".join(f"secret{n}" for n in range(30))
    words = sheet(csv_of(header=f"{HEADER},{names}")).problems[0].words

    assert "columns D, E, F, G, H, I, J, K, L, M, N, O and 18 more" in words
    assert "secret" not in words
    names = ",".join(["number"] * 25)
    words = sheet(csv_of(header=f"ward,discharged,{names}, x")).problems[0].words
    assert "column AB " in words


# ── F3: broken files and huge ones ───────────────────────────────────────────

ZIP = io.BytesIO()
with zipfile.ZipFile(ZIP, "w") as archive:
    archive.writestr("invitations.csv", csv_of(GOOD))


@pytest.mark.parametrize(
    ("data", "problems"),
    [
        (csv_of("07700900123,ROWAN"), [(2, "ragged")]),
        (csv_of(GOOD, GOOD + ",more", GOOD), [(3, "ragged")]),
        (csv_of(GOOD, '"07700900124,ROWAN,2026-11-09', GOOD), [(3, "quote")]),
        (csv_of(GOOD, '"07700900124"5,ROWAN,2026-11-09', GOOD), [(3, "quote")]),
        (csv_of(GOOD, '"' + f"{GOOD}\n" * 9000), [(3, "too_long")]),
        (csv_of(GOOD, "07700\x00900124,ROWAN,2026-11-09"), [(3, "control")]),
        (csv_of("07700900124,RO\x1b[2JWAN,2026-11-09"), [(2, "control")]),
        (csv_of("07700900124,ROWAN," + "9" * 2001), [(2, "too_long")]),
        (csv_of("07700900124,ROWAN," + "9" * 2000), [(2, "date_form")]),
        (csv_of("07700900124,ROWAN," + "9" * 131_073), [(2, "too_long")]),
        (b"x" * (FILE_BYTES + 1), [(0, "too_big")]),
        (
            csv_of(*["07700900124,ROWAN,2026-11-09"] * (ROWS + 1)),
            [(0, "too_many_rows")],
        ),
        (ZIP.getvalue(), [(0, "not_csv")]),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", [(0, "not_csv")]),
        (b"\x1f\x8b\x08", [(0, "not_csv")]),
        (b"%PDF-1.7", [(0, "not_csv")]),
    ],
    ids=lambda value: None if isinstance(value, list) else "file",
)
def test_f3_a_broken_or_huge_file_is_refused_with_its_row(data, problems):
    assert wrong(data) == problems


def test_f3_as_many_rows_as_may_be_are_read():
    """The control of the caps: one row fewer is no problem."""
    found = sheet(csv_of(*["07700900124,ROWAN,2026-11-09"] * ROWS))

    assert (len(found.requests), len(found.skipped)) == (1, ROWS - 1)


def test_f3_one_bad_row_in_a_hundred_refuses_all_and_without_it_all_stand():
    good = [f"07700900{n:03},ROWAN,2026-11-09" for n in range(100)]

    assert len(sheet(csv_of(*good)).requests) == 100
    for at in (0, 50, 100):
        rows = [*good[:at], "07700900123,ELM,2026-11-09", *good[at:]]
        assert wrong(csv_of(*rows)) == [(at + 2, "unknown_ward")]


def test_f3_rows_are_numbered_as_a_spreadsheet_numbers_them():
    rows = (GOOD, "", '"07700\n\n900124",ROWAN,2026-11-09', ",,", "x,ROWAN,2026-11-09")

    assert wrong(csv_of(*rows)) == [(6, "unreadable")]


def test_f3_all_that_is_wrong_with_a_row_is_said_at_once():
    row = "x,ELM,31/02/2026,=klingon,In Patient,=1,maybe,no,no"

    assert [code for _, code in wrong(csv_of(row, header=ALL))] == [
        "bad_flag",
        "unreadable",
        "bad_date",
        "unknown_ward",
        "bad_language",
        "bad_survey",
        "bad_episode",
    ]


def test_f3_at_most_200_problems_are_listed_and_the_rest_is_counted():
    bad = ["07700900123,ELM,2026-11-09"] * 1434
    found = sheet(csv_of(*bad))

    assert len(found.problems) == 201
    assert found.problems[-1] == Problem(0, "more", "and 1,234 more")
    assert sheet(csv_of(*bad[:200])).problems[-1].code == "unknown_ward"
    # What ends the file is listed, however many came before.
    cut = sheet(csv_of(*bad, '"x'))
    assert [one.code for one in cut.problems[-2:]] == ["quote", "more"]
    assert cut.problems[-1].words == "and 1,235 more"


# ── F4: numbers ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("number", "code", "is_skipped"),
    [
        ("7700900123", "", False), ("+44(0)7700 900123", "", False),
        ("00447700900123", "", False),
        ("01632 960123", "landline", True), ("0909 879 0123", "premium", True),
        ("+33612345678", "foreign", True),
        ("", "empty", True), ("070 1234 5678", "not_mobile", True),
        ("4.4770E+11", "scientific", False), ("0770090012", "unreadable", False),
    ],
)  # fmt: skip
def test_f4_a_number_is_taken_left_out_or_refuses_the_file(number, code, is_skipped):
    found = sheet(csv_of(f"{number},ROWAN,2026-11-09", "07700900555,BIRCH,2026-11-09"))

    if not code:
        assert asked(found) == ["0123", "0555"]
    elif is_skipped:
        assert (asked(found), left_out(found)) == (["0555"], [(2, code)])
    else:
        assert [(one.row, one.code) for one in found.problems] == [(2, code)]


@pytest.mark.parametrize("said", ["N/A", "NULL", "none", "-", "0", "unknown"])
def test_f4_what_systems_write_for_nothing_is_no_number(said):
    assert left_out(sheet(csv_of(f"{said},ROWAN,2026-11-09"))) == [(2, "empty")]
    marked = sheet(csv_of(f"{said},ROWAN,2026-11-09,yes", header=f"{HEADER},deceased"))
    assert left_out(marked) == [(2, "deceased_who")]


@pytest.mark.parametrize(
    "said",
    ["07700 900123 / 07700 900124", "07700900123 07700900124", "07700900123 (mum)",
     "Mob: +44 7700 900123", "07700900123; 01632 960123"],
)  # fmt: skip
def test_f4_more_than_a_number_refuses_that_row_alone(said):
    found = sheet(csv_of(f"{said},ROWAN,2026-11-09", GOOD))

    assert (asked(found), left_out(found)) == (["0123"], [(2, "more_than_a_number")])
    header = f"{HEADER},deceased"
    assert wrong(csv_of(f"{said},ROWAN,2026-11-09,yes", header=header)) == [
        (2, "deceased_who")
    ]


@pytest.mark.parametrize(
    "said", ["07700O900123", "07700900123O", "077009001234", "07700900123.0", "x"]
)
def test_f4_a_damaged_number_is_no_number_with_more(said):
    assert wrong(csv_of(f"{said},ROWAN,2026-11-09")) == [(2, "unreadable")]


@pytest.mark.parametrize("said", ["N/A", "NULL", "n/a"])
def test_f6_a_mark_that_is_not_there_is_none(said):
    assert asked(sheet(csv_of(f"{GOOD},{said}", header=f"{HEADER},deceased")))


def test_f6_what_must_be_yes_or_no_is_called_by_its_column():
    (found,) = sheet(csv_of(f"{GOOD},maybe", header=f"{HEADER},deceased")).problems

    assert found.words.startswith("deceased: yes or no is needed")


def test_f4_a_row_that_is_left_out_is_not_looked_at_further():
    assert left_out(sheet(csv_of("01632960123,ELM,31/02/2026"))) == [(2, "landline")]


# ── F5: dates ────────────────────────────────────────────────────────────────


def at(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("2026-11-03", at(2026, 11, 3, 12)),
        ("2026-11-03 14:30", at(2026, 11, 3, 14, 30)),
        ("2026-11-03T14:30", at(2026, 11, 3, 14, 30)),
        ("2026-11-03T14:30Z", at(2026, 11, 3, 14, 30)),
        ("2026-11-03T14:30+00:00", at(2026, 11, 3, 14, 30)),
        ("2026-11-03T14:30:15.123+01:00", at(2026, 11, 3, 13, 30, 15)),
        ("03/11/2026", at(2026, 11, 3, 12)),
        ("03/11/2026 14:30", at(2026, 11, 3, 14, 30)),
        # In summer time the hospital's clock is an hour ahead of UTC.
        ("2026-10-24", at(2026, 10, 24, 11)),
        ("24/10/2026 00:30", at(2026, 10, 23, 23, 30)),
        ("2026-10-24T00:30Z", at(2026, 10, 24, 0, 30)),
        ("2026-10-25 00:59", at(2026, 10, 24, 23, 59)),  # the night of the change
        ("2026-10-25 02:00", at(2026, 10, 25, 2, 0)),
        ("10/11/2026", at(2026, 11, 10, 12)),  # day before month: not 11 October
    ],
)
def test_f5_iso_and_british_dates_are_read(said, moment):
    (request,) = sheet(csv_of(f"07700900123,ROWAN,{said}")).requests

    assert request.discharged == moment
    assert request.discharged.tzinfo is UTC


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("31/02/2026", "bad_date"), ("2026-02-31", "bad_date"),
        ("29/02/2026", "bad_date"), ("11/23/2026", "bad_date"),
        ("2026-11-03 24:00", "bad_date"), ("2026-11-03 14:60", "bad_date"),
        ("0000-01-01", "bad_date"), ("0001-01-01T00:00+23:59", "bad_date"),
        ("9999-12-31T23:59-23:59", "bad_date"), ("2026-11-03T10:00+99:00", "bad_date"),
        ("3/11/26", "date_form"), ("03/11/26", "date_form"), ("3/11/2026", "date_form"),
        ("03/04", "date_form"), ("20261103", "date_form"), ("03.11.2026", "date_form"),
        ("3 Nov 2026", "date_form"), ("45964", "date_form"), ("2026-11", "date_form"),
        ("2026-11-03T14:30 GMT", "date_form"), ("2026-11-03T14:30+01:75", "date_form"),
        ("٠٣/١١/٢٠٢٦", "date_form"), ("03/11/2026 2:30 PM", "date_form"),
        ("", "no_date"), ("2026-11-12", "future"), ("10/11/2027", "future"),
    ],
)  # fmt: skip
def test_f5_any_other_date_is_refused_and_never_guessed(said, code):
    assert wrong(csv_of(f"07700900123,ROWAN,{said}")) == [(2, code)]


@pytest.fixture
def fresh_moments():
    """Moments are remembered; a fault that is planted must not be."""
    cells.moment.cache_clear()
    yield
    cells.moment.cache_clear()


def test_f5_hours_of_the_wrong_clock_are_caught(monkeypatch, fresh_moments):
    """The planted fault: the hospital's clock read as UTC, all summer long."""
    monkeypatch.setattr(cells, "LONDON", UTC)

    with pytest.raises(AssertionError):
        test_f5_iso_and_british_dates_are_read("2026-10-24", at(2026, 10, 24, 11))


def test_f5_the_month_before_the_day_is_caught(monkeypatch, fresh_moments):
    """The planted fault: the order of the United States."""
    american = cells._BRITISH.pattern.replace("day", "x").replace("month", "day")
    wrong_order = re.compile(american.replace("<x>", "<month>"), re.ASCII)
    monkeypatch.setattr(cells, "_BRITISH", wrong_order)

    with pytest.raises(AssertionError):
        test_f5_iso_and_british_dates_are_read("10/11/2026", at(2026, 11, 10, 12))


def test_f5_the_edges_of_the_future_and_of_the_past():
    newest, oldest = NOW + timedelta(days=1), NOW - timedelta(days=60)
    minute = timedelta(minutes=1)

    def one(moment):
        return sheet(csv_of(f"07700900123,ROWAN,{moment:%Y-%m-%dT%H:%MZ}"))

    assert one(newest).requests
    assert one(newest + minute).problems[0].code == "future"
    assert one(oldest).requests
    assert left_out(one(oldest - minute)) == [(2, "too_old")]


def test_f5_the_29th_of_february_is_a_day_in_a_leap_year():
    row = csv_of("07700900123,ROWAN,29/02/2028")

    assert sheet(row, now=datetime(2028, 3, 10, tzinfo=UTC)).requests


# ── F6: who is never asked ───────────────────────────────────────────────────

FLAGGED = "number,ward,discharged,deceased,do_not_contact,under_16"


@pytest.mark.parametrize("yes", ["yes", "Y", "true", "TRUE", "1", " Yes "])
@pytest.mark.parametrize("flag", [0, 1, 2])
def test_f6_a_flagged_row_is_left_out_and_counted(yes, flag):
    cells = ["no", "", "N"]
    assert asked(sheet(csv_of(f"{GOOD},{','.join(cells)}", header=FLAGGED))) == ["0123"]

    cells[flag] = yes
    found = sheet(csv_of(f"{GOOD},{','.join(cells)}", header=FLAGGED))

    why = ("deceased", "do_not_contact", "under_16")[flag]
    assert (found.requests, left_out(found)) == ((), [(2, why)])


def test_f6_the_gravest_reason_is_the_one_that_is_counted():
    assert left_out(sheet(csv_of(f"{GOOD},1,1,1", header=FLAGGED))) == [(2, "deceased")]
    assert left_out(sheet(csv_of(f"{GOOD},0,1,1", header=FLAGGED))) == [
        (2, "do_not_contact")
    ]


def test_f6_children_are_asked_where_the_policy_says_so():
    row = csv_of(f"{GOOD},,,yes", header=FLAGGED)

    assert [one.under_16 for one in sheet(row, Rules(under_16="ask")).requests] == [
        True
    ]
    assert sheet(row, Rules(under_16="exclude")).requests == ()


@pytest.mark.parametrize("unclear", ["maybe", "2", "x", "no?", "deceased", "-", "ja"])
def test_f6_a_flag_that_is_neither_yes_nor_no_refuses_the_file(unclear):
    assert wrong(csv_of(f"{GOOD},{unclear},,", header=FLAGGED)) == [(2, "bad_flag")]


@pytest.mark.parametrize(
    "column", ["deceased", "do_not_contact", "under_16", "episode"]
)
def test_f6_a_column_that_the_policy_needs_must_be_there(column):
    rules = Rules(needed_columns=frozenset({column}))

    assert wrong(csv_of(GOOD), rules) == [(1, "missing_column")]
    assert wrong(csv_of(GOOD)) == []
    assert wrong(csv_of(f"{GOOD},", header=f"{HEADER},{column}"), rules) == []


@pytest.mark.parametrize("flags", [("no", "yes"), ("yes", "no")])
def test_f6_whom_one_row_calls_deceased_no_other_row_asks(flags):
    rows = csv_of(
        f"07700900123,ROWAN,2026-11-09,{flags[0]},,",
        f"+44 7700 900123,BIRCH,2026-10-09,{flags[1]},,",
        "07700900124,BIRCH,2026-10-09,no,,",
        header=FLAGGED,
    )
    found = sheet(rows)

    assert asked(found) == ["0124"]
    assert left_out(found) == [(2, "deceased"), (3, "deceased")]
    assert found.marked == (("+447700900123", "deceased"),)
    # The control: without the mark both are asked.
    assert len(sheet(rows.replace(b"yes", b"no")).requests) == 3


@pytest.mark.parametrize("flags", [("yes,", ",yes"), (",yes", "yes,")])
def test_f6_of_two_marks_the_gravest_stands(flags):
    rows = [f"{GOOD},{flag}," for flag in flags]
    found = sheet(csv_of(*rows, "07700900123,BIRCH,2026-11-01,,,", header=FLAGGED))

    assert found.marked == (("+447700900123", "deceased"),)
    assert left_out(found)[-1] == (4, "deceased")


def test_f6_a_reading_that_forgets_the_marks_is_caught(monkeypatch):
    """The planted fault: each row judged alone."""
    monkeypatch.setattr(room._Reading, "_mark", lambda *_: None)

    with pytest.raises(AssertionError):
        test_f6_whom_one_row_calls_deceased_no_other_row_asks(("no", "yes"))


def test_f6_a_childs_mark_does_not_silence_the_parent_with_the_same_number():
    rows = (f"{GOOD},,,yes", "07700900123,BIRCH,2026-11-01,,,no")

    assert asked(sheet(csv_of(*rows, header=FLAGGED))) == ["0123"]


def test_f6_a_deceased_patient_without_a_number_refuses_nothing():
    found = sheet(csv_of(",ELM,,yes,,", header=FLAGGED))

    assert (found.problems, left_out(found)) == ((), [(2, "deceased_who")])


# ── F7: the same again ───────────────────────────────────────────────────────

STAYS = HEADER + ",episode"


@pytest.mark.parametrize(
    ("rows", "many"),
    [
        # Without a stay's name: person, ward and day.
        ([GOOD + ",", GOOD + ","], 1),
        ([GOOD + ",", "+44 7700 900123,ROWAN,09/11/2026 23:00,"], 1),
        ([GOOD + ",", "07700900123,ROWAN,2026-11-08,"], 2),
        ([GOOD + ",", "07700900123,BIRCH,2026-11-09,"], 2),
        # With it: person and stay, wherever and whenever.
        ([GOOD + ",A1", "07700900123,BIRCH,2026-11-08,A1"], 1),
        ([GOOD + ",A1", GOOD + ",A2"], 2),
        ([GOOD + ",A1", "07700900124,ROWAN,2026-11-09,A1"], 2),
        ([GOOD + ",A1"] * 5, 1),
    ],
)
def test_f7_one_stay_is_asked_about_once_however_often_it_stands_there(rows, many):
    found = sheet(csv_of(*rows, header=STAYS))

    assert len(found.requests) == many
    repeated = [(row, "repeated") for row in range(many + 2, len(rows) + 2)]
    assert left_out(found) == repeated
    assert found.requests[0].ward == "ROWAN"  # the first one stands


def test_f7_the_same_file_twice_asks_for_the_very_same():
    rows = [f"077009{n:05},ROWAN,2026-11-09" for n in range(100, 120)]
    data = csv_of(*rows)

    assert sheet(data) == sheet(data)
    assert sheet(csv_of(*rows, *rows)).requests == sheet(data).requests


def test_f7_a_reading_that_forgets_rows_above_is_caught(monkeypatch):
    """The planted fault: every row is a stay of its own."""
    monkeypatch.setattr(room, "_stay", lambda request: (str(id(request)),))

    with pytest.raises(AssertionError):
        test_f7_one_stay_is_asked_about_once_however_often_it_stands_there(
            [GOOD] * 2, 1
        )


# ── a mark that can be put to nobody ─────────────────────────────────────────

MARKED = f"{HEADER},deceased,do_not_contact"
DAMAGED = ("7.70E+09", "077009001060", "07700", "x")


@pytest.mark.parametrize("number", DAMAGED)
@pytest.mark.parametrize(
    ("marks", "code", "who"),
    [
        ("yes,no", "deceased_who", "has died"),
        ("no,yes", "do_not_contact_who", "is not to be contacted"),
    ],
)
def test_a_mark_on_a_damaged_number_refuses_the_file(number, marks, code, who):
    """Else the right number waits from an earlier file, and is texted."""
    rows = (GOOD + ",no,no", f"{number},ROWAN,2026-11-09,{marks}")
    found = sheet(csv_of(*rows, header=MARKED))

    assert [(one.row, one.code) for one in found.problems] == [(3, code)]
    assert f"{who} and we cannot tell whom" in found.problems[0].words
    assert "exclusions" in found.problems[0].words
    assert (found.requests, found.marked, found.skipped) == ((), (), ())


@pytest.mark.parametrize("number", ["01632960123", "+33612345678", "07012345678"])
def test_a_mark_on_a_whole_number_that_no_text_goes_to_is_settled(number):
    found = sheet(csv_of(f"{number},ROWAN,2026-11-09,yes,no", header=MARKED))

    assert (left_out(found), found.problems) == ([(2, "deceased")], ())


@pytest.mark.parametrize(
    ("marks", "code"), [("yes,no", "deceased_who"), ("no,yes", "do_not_contact_who")]
)
def test_a_mark_without_a_number_is_told_and_refuses_nobody(marks, code):
    rows = (GOOD + ",no,no", f" ,ROWAN,2026-11-09,{marks}")
    found = sheet(csv_of(*rows, header=MARKED))

    assert (asked(found), left_out(found)) == (["0123"], [(3, code)])


# ── F8: wards, and languages ─────────────────────────────────────────────────


@pytest.mark.parametrize(
    "ward", ["ELM", "", "rowan", "ROWAN2", "12", "R0WAN", "*", "RОWAN"]
)
def test_f8_a_ward_that_is_not_ours_refuses_the_file_and_is_not_said_back(ward):
    found = sheet(csv_of(GOOD, f"07700900124,{ward},2026-11-09"))

    assert [(one.row, one.code) for one in found.problems] == [(3, "unknown_ward")]
    assert not ward or ward not in found.problems[0].words
    for ours in WARDS:  # the control
        assert sheet(csv_of(f"07700900124,{ours},2026-11-09")).requests[0].ward == ours


SPOKEN = f"{HEADER},language"
OTHERS = (
    "xx", "Tamil", "zzz", "தமிழ்", "q4", "Bengali (Sylheti)", "Not known", "e n", "99",
)  # fmt: skip


@pytest.mark.parametrize(
    ("said", "language"),
    [("en", "en"), ("CY", "cy"), ("zh-hans", "zh-Hans"), ("", "")],
)
def test_f8_a_language_is_one_of_ours_or_the_services_own(said, language):
    found = sheet(csv_of(f"{GOOD},{said}", header=SPOKEN))

    assert found.requests[0].language == language
    assert found.noted == ()


@pytest.mark.parametrize("said", OTHERS)
def test_f8_who_reads_another_language_is_asked_in_english_and_the_clerk_is_told(said):
    rows = (GOOD + ",cy", f"07700900124,ROWAN,2026-11-09,{said}")
    found = sheet(csv_of(*rows, header=SPOKEN))

    assert [one.language for one in found.requests] == ["cy", ""]
    assert [(one.row, one.code) for one in found.noted] == [(3, "unknown_language")]
    assert found.skipped == ()
    assert said not in found.noted[0].words


@pytest.mark.parametrize("said", OTHERS)
def test_f8_or_is_left_out_for_that_where_the_policy_says_so(said):
    rows = (GOOD + ",cy", f"07700900124,ROWAN,2026-11-09,{said}")
    found = sheet(csv_of(*rows, header=SPOKEN), Rules(unknown_language="exclude"))

    assert asked(found) == ["0123"]
    assert (left_out(found), found.noted) == ([(3, "unknown_language")], ())


def test_f8_a_language_may_be_called_by_its_name():
    def named(said):
        return {"Welsh": "cy", "Polish": "pl"}.get(said, "")

    rows = [f"0770090012{n},ROWAN,2026-11-09,{said}"
            for n, said in enumerate(("Welsh", "Polish", "Welsh"))]  # fmt: skip
    data = csv_of(*rows, header=SPOKEN)
    found = read_sheet(data, WARDS, LANGUAGES, Rules(), NOW, named)

    assert [one.language for one in found.requests] == ["cy", "", "cy"]
    assert [one.row for one in found.noted] == [3]  # Polish is none of ours here


def test_f8_who_is_not_asked_at_all_is_not_told_as_asked_in_english():
    rows = (
        "07700900124,ROWAN,2026-11-09,xx,no", "07700900124,BIRCH,2026-11-09,xx,yes",
        "07700900125,ROWAN,2020-11-09,xx,no", "07700900126,ROWAN,2026-11-09,xx,no",
        "07700900126,ROWAN,2026-11-09,xx,no", "01632960123,ROWAN,2026-11-09,xx,no",
    )  # fmt: skip
    found = sheet(csv_of(*rows, header=f"{SPOKEN},deceased"))

    assert [one.row for one in found.noted] == [5]
    assert [row for row, _ in left_out(found)] == [2, 3, 4, 6, 7]


# ── F9: cells that want to be more than text ─────────────────────────────────

NASTY = [
    "=cmd|'/C calc'!A0", "@SUM(1+1)", "+CANARY1", '"=HYPERLINK(""http://CANARY1"")"',
    "<script>CANARY1</script>", "\u202eCANARY1", "CANARY1 O’Brien", "../../CANARY1",
    "'; DROP TABLE x; --CANARY1", "{{CANARY1}}", "%s%n CANARY1",
]  # fmt: skip


def said_of(found):
    """All that anybody could read of a sheet."""
    parts = [repr(found), *(one.words for one in (*found.problems, *found.skipped))]
    return "\n".join(parts)


def leaks(found):
    return [
        w
        for w in ("CANARY1", "cmd", "SUM", "07700", "7700900123")
        if w in said_of(found)
    ]


@pytest.mark.parametrize("nasty", NASTY)
@pytest.mark.parametrize("column", range(9))
def test_f9_a_nasty_cell_is_text_is_refused_and_is_never_said_back(nasty, column):
    cells = [*GOOD.split(","), "en", "inpatient", "A1", "no", "no", "no"]
    assert sheet(csv_of(",".join(cells), header=ALL)).requests

    cells[column] = nasty
    found = sheet(csv_of(",".join(cells), header=ALL))

    assert found.requests == ()
    assert [one.row for one in found.problems] == [2]
    assert leaks(found) == []


@pytest.mark.parametrize("nasty", NASTY)
def test_f9_a_nasty_header_is_never_said_back(nasty):
    assert leaks(sheet(csv_of(header=f"{HEADER},{nasty}"))) == []
    assert leaks(sheet(csv_of(header=nasty))) == []


def test_f9_neither_are_numbers_in_what_is_printed_of_a_good_sheet():
    row = f"{GOOD},CANARY1/7,yes"
    found = sheet(csv_of(row, f"{row[:9]}24,ROWAN,2026-11-09,CANARY1,no",
                         header=f"{HEADER},episode,deceased"))  # fmt: skip

    assert found.marked
    assert leaks(found) == []
    assert leaks(sheet(csv_of(f"{GOOD},CANARY1", header=STAYS))) == []


def test_f9_a_word_that_is_said_back_is_caught():
    """The planted fault: words with the cell in them."""
    assert leaks(Sheet((), (Problem(2, "unknown_ward", "no ward CANARY1"),), ()))
    assert leaks(Sheet((), (), (Problem(2, "landline", "07700900123 is none"),)))


# ── whatever comes ───────────────────────────────────────────────────────────

WORDS = """
    07700900123 7700900124 01632960123 ROWAN BIRCH 2026-11-09 09/11/2026 2027-01-01
    2020-01-01 4.4E+11 yes no en A1 inpatient number ward ; "
"""
CELLS = st.one_of(st.sampled_from(["", *WORDS.split()]), st.text(max_size=12))
ROWS_OF_CELLS = st.lists(st.lists(CELLS, max_size=5).map(",".join), max_size=12)
FILES = st.one_of(
    st.binary(max_size=300),
    ROWS_OF_CELLS.map(lambda rows: "\n".join([HEADER, *rows]).encode(errors="replace")),
)


@settings(max_examples=400, deadline=None)
@given(FILES)
def test_any_bytes_give_a_sheet_and_no_row_is_two_things(data):
    found = sheet(data)

    assert not (found.problems and found.requests)
    rows = [one.row for one in found.skipped]
    assert rows == sorted(set(rows))
    assert all(request.number.startswith("+447") for request in found.requests)
    assert all(request.ward in WARDS for request in found.requests)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "07700900123,ROWAN,2026-11-09,,no", "07700900124,ROWAN,2026-11-09,,no",
                "07700900123,BIRCH,2026-11-08,A1,no",
                "07700900123,BIRCH,2026-11-08,A1,yes",
                "07700900125,ROWAN,2026-11-09,,yes", "01632960123,ROWAN,2026-11-09,,no",
                "07700900124,ROWAN,2020-11-09,,no",
            ]
        ),
        max_size=12,
    )
)  # fmt: skip
def test_every_row_is_asked_for_or_left_out_and_no_stay_twice(rows):
    found = sheet(csv_of(*rows, header=f"{STAYS},deceased"))

    assert found.problems == ()
    assert len(found.requests) + len(found.skipped) == len(rows)
    stays = [room._stay(request) for request in found.requests]
    assert len(stays) == len(set(stays))
    dead = {row[:11] for row in rows if row.endswith("yes")}
    assert not {"0" + request.number[3:] for request in found.requests} & dead
