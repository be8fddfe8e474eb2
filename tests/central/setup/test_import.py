"""Wards and people from a file: looked at first, then all of it or nothing."""

import base64
import re
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from central.people.models import User
from central.places.models import Ward
from central.setup.importing import FILE_BYTES, PEOPLE, ROWS, WARDS, plan_of
from tests.central.setup.test_people import set_password
from tests.central.tablet import WARD
from tests.web.test_the_days_page import plain

GOOD = "code,name,site\nASH,Ash ward,Elm\nDAY,Day unit,elm\n"


def look(admin, text, kind="wards", name="wards.csv"):
    data = text if isinstance(text, bytes) else text.encode()
    file = SimpleUploadedFile(name, data, "text/csv")
    came = admin.client.post(f"/setup/import/{kind}/", {"file": file})
    assert came.status_code == 200
    return came.content.decode()


def take(admin, page, kind="wards"):
    kept = re.search(r'name="kept" value="([^"]+)"', page)[1]
    return admin.sure(f"/setup/import/{kind}/", kept=kept)


def count():
    return Ward.objects.count(), User.objects.count()


# ── a good file ──────────────────────────────────────────────────────────────


def test_a_look_changes_nothing_and_then_all_of_it_is_taken_in(admin, entries):
    before = count()
    page = look(admin, GOOD)
    assert "Take in 2 of 2 rows?" in plain(page)
    assert count() == before
    assert "2 wards are added" in take(admin, page)
    assert Ward.objects.get(code="DAY").site.name == "Elm"
    assert [about for _, _, about in entries()] == ["ward ASH", "ward DAY"]


def test_the_same_file_again_changes_nothing(admin):
    take(admin, look(admin, GOOD))
    page = look(admin, GOOD)
    assert "say what is already so" in plain(page)
    assert 'name="kept"' not in page


def test_every_column_of_a_ward_comes_in(admin):
    columns = "Open_Days ,code,name,site,trust,opens_at,closes_at,quiet_minutes"
    row = 'fri MON,ash,"Ash, the ""old"" one",Elm,Elm Trust,8:00,18:00:00,60'
    text = f"{columns},languages,when_left\n{row},cy,Withdrawn\n"
    take(admin, look(admin, text))
    ward = Ward.objects.get(code="ASH")
    assert ward.name == 'Ash, the "old" one'
    assert (ward.open_days, ward.languages, ward.when_left) == (
        "mon fri",
        "cy",
        "withdrawn",
    )
    assert f"{ward.opens_at:%H:%M} {ward.closes_at:%H:%M}" == "08:00 18:00"
    assert ward.quiet_minutes == 60


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + GOOD.encode(),
        GOOD.replace("\n", "\r\n").encode(),
        (GOOD + "\n\n,,\n").encode(),
        GOOD.replace("ASH", "  ash ").encode(),
        (GOOD + ",,\n" * (ROWS + 1)).encode(),
        GOOD.replace("\n", ",,\n").encode(),
        GOOD.replace("site\n", "site,languages,open_days\n").encode(),
        GOOD.replace("ASH,Ash ward", 'ASH,"Ash\r\nward"').encode(),
    ],
    ids=[
        "a byte order mark",
        "Windows line ends",
        "empty rows",
        "spaces",
        "very many empty rows",
        "empty columns",
        "empty cells left out",
        "a line break in a cell",
    ],
)
def test_what_spreadsheets_do_to_a_file_does_no_harm(admin, data):
    assert "2 wards are added" in take(admin, look(admin, data))


def test_people_get_a_link_each_and_no_password(admin):
    page = look(admin, (
        "username,name,email,wards,administrator\n"
        f'sam.patel,Sam Patel,sam@example.org,"{WARD}, w-oak",no\n'
        "jo,Jo O’Neill,,,yes\n"), "people")  # fmt: skip
    said = take(admin, page, "people")
    paths = re.findall(r"http://testserver(/password/\S+)", said)
    assert len(set(paths)) == 2
    sam, jo = User.objects.get(username="sam.patel"), User.objects.get(username="jo")
    assert not sam.has_usable_password()
    assert sorted(sam.wards.values_list("code", flat=True)) == [WARD, "W-OAK"]
    assert (sam.administers, jo.administers) == (False, True)
    assert set_password(Client(), paths[0]).status_code == 302


def test_a_second_click_has_the_links_too(admin):
    """A browser shows the answer to the second alone."""
    page = look(admin, "username,name,email\nsam,Sam,s@example.org\n", "people")
    take(admin, page, "people")
    again = take(admin, page, "people")
    assert "1 person is added" in again
    path = re.search(r"http://testserver(/password/\S+)", again)[1]
    assert set_password(Client(), path).status_code == 302
    assert "All of it is there already" in take(admin, page, "people")
    assert User.objects.filter(username="sam").count() == 1
    page = look(admin, GOOD)
    take(admin, page)
    assert "All of it is there already" in take(admin, page)


# ── a bad one ────────────────────────────────────────────────────────────────

HEAD = b"code,name,site\n"
WINDOWS = "code,name,site\nASH,St Mary’s,Elm\n".encode("cp1252")
BAD = {
    "nothing": (b"", "the file is empty"),
    "spaces": (b" \n \n", "the file is empty"),
    "only a header": (HEAD, "no row below"),
    "Windows letters": (WINDOWS, "row 2", "not UTF-8"),
    "UTF-16": (GOOD.encode("utf-16"), "UTF-16"),
    "a workbook": (b"PK\x03\x04" + b"x" * 50, "a workbook or a zip file"),
    "a PDF": (b"%PDF-1.7", "a PDF"),
    "semicolons": (GOOD.replace(",", ";").encode(), "parted by commas"),
    "tabs": (GOOD.replace(",", "\t").encode(), "parted by commas"),
    "no header": (b"ASH,Ash ward,Elm\n", "no name that we know"),
    "a column of its own": (b"code,name,site,matron\nA,B,Elm,C\n", "Column 4"),
    "a doubled column": (b"code,name,site,name\nA,B,Elm,C\n", "more than once"),
    "a missing column": (b"code,name\nA,B\n", "site is missing"),
    "an open quote": (HEAD + b'ASH,"Ash,Elm\nB,C,Elm\n', "never closed"),
    "a short row": (HEAD + b"ASH,Ash\n", "row 2", "Cells: 2"),
    "a long row": (HEAD + b"ASH,Ash,Elm,x\n", "row 2", "Cells: 4"),
    "a NUL": (HEAD + b"ASH,A\0sh,Elm\n", "row 2", "no text"),
    "a huge cell": (HEAD + b"ASH," + b"x" * 5_000 + b",Elm\n", "far too long"),
    "a doubled code": (HEAD + b"ASH,A,Elm\nash,B,Elm\n", "row 3", "as row 2"),
    "a taken code": (HEAD + f"{WARD},B,Elm\n".encode(), "row 2", "never used again"),
    "a bad code": (HEAD + b"A B,A,Elm\n", "row 2", "capital letters"),
    "no such site": (HEAD + b"ASH,A,Elmm\n", "row 2", "not one of ours"),
    "a formula": (HEAD + b'ASH,"=HYPERLINK(""x"")",Elm\n', "would run it"),
    "a full-width formula": (HEAD + "ASH,＝1,Elm\n".encode(), "would run it"),
    "a time": (b"code,name,site,opens_at\nASH,A,Elm,8am\n", "opens_at", "08:00"),
    "a day": (b"code,name,site,open_days\nASH,A,Elm,monday\n", "open_days"),
    "a language": (b"code,name,site,languages\nASH,A,Elm,zh\n", "languages"),
    "too many rows": (HEAD + b"A,A,Elm\n" * (ROWS + 1), f"more than {ROWS:,} rows"),
    "too large": (HEAD + b"x" * FILE_BYTES, "larger than 0.7 MB"),
}


@pytest.mark.parametrize("which", BAD)
def test_a_file_that_cannot_stand_is_named_by_row_and_nothing_is_done(admin, which):
    data, *words = BAD[which]
    before = count()
    page = look(admin, data)
    told = plain(page).replace("Row What is wrong ", "row ")
    for one in words:
        assert one in told, told
    assert "cannot be taken in" in told
    assert 'name="kept"' not in page
    assert count() == before


def test_one_bad_row_among_good_ones_stops_all_of_them(admin):
    rows = GOOD + "BAD CODE,x,Elm\nOAK-2,=Oak,Nowhere\n"
    page = plain(look(admin, rows))
    assert "3 problems in 4 rows" in page
    assert " 5 name: " in page
    assert " 4 code: " in page
    assert " 5 site: " in page
    assert not Ward.objects.filter(code="ASH").exists()


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("sam patel,Sam,,,", "user name of the letters A to Z"),
        ("ADMIN,Sam,,,", "already"),
        ("sam,Sam,sam@,,", "e-mail"),
        ("sam,Sam,,GONE,", "open wards"),
        ("sam,Sam,,,maybe", "yes or no"),
        ("sam,-2+3,,,", "would run it"),
        ("sam,,,,", "Write their name"),
    ],
)
def test_a_person_that_cannot_be_is_named_by_row(admin, row, words):
    before = count()
    page = look(admin, f"username,name,email,wards,administrator\n{row}\n", "people")
    assert words in plain(page)
    assert " 2 " in plain(page)
    assert count() == before


def test_what_changed_between_the_look_and_the_act_stops_it(admin):
    page = look(admin, GOOD)
    site = Ward.objects.get(code=WARD).site
    Ward.objects.create(code="DAY", site=site, name="Somebody else's")
    said = take(admin, page)
    assert "Nothing was taken in: something has changed since" in said
    assert not Ward.objects.filter(code="ASH").exists()


@pytest.mark.parametrize("kept", ["", "not base64", "AAAA", "é"])
def test_a_made_up_file_on_the_second_page_does_nothing(admin, kept):
    before = count()
    said = {"sure": "yes", "kept": kept}
    assert admin.client.post("/setup/import/wards/", said).status_code in (200, 404)
    assert count() == before


def test_there_is_no_other_kind(admin):
    admin.read("/setup/import/patients/", status=404)


def as_cells(cells):
    quoted = (cell.replace('"', '""') for cell in cells)
    row = ",".join(f'"{cell}"' for cell in quoted)
    return f"username,name,wards\n{row}".encode("utf-8", "ignore")


anything = st.one_of(
    st.binary(max_size=200),
    st.text(max_size=200).map(lambda text: HEAD + text.encode("utf-8", "ignore")),
    st.lists(st.text(max_size=20), min_size=3, max_size=3).map(as_cells),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(anything)
def test_any_bytes_lead_to_a_plan_and_change_nothing(trust, data):
    before = count()
    for kind in (WARDS, PEOPLE):
        plan = plan_of(kind, data)
        assert plan.is_good or plan.problems or plan.known
    assert count() == before


def test_the_largest_file_passes_the_proxy_twice():
    """First as a file, then in base64 in a form."""
    conf = Path(__file__).parents[3] / "deploy" / "nginx" / "wardvoice-central.conf"
    assert re.findall(r"client_max_body_size (\S+);", conf.read_text())[0] == "1m"
    kept = base64.b64encode(bytes(range(256)) * (FILE_BYTES // 256 + 1))
    form = urlencode({"sure": "yes", "csrfmiddlewaretoken": "x" * 64, "kept": kept})
    assert max(len(form), FILE_BYTES) + 2_000 < 1024 * 1024


def test_base64_of_the_file_is_what_is_carried(admin):
    kept = re.search(r'name="kept" value="([^"]+)"', look(admin, GOOD))[1]
    assert base64.b64decode(kept) == GOOD.encode()


REFUSE_DAY = {
    "sqlite": "CREATE TRIGGER no_day BEFORE INSERT ON places_ward "
    "WHEN NEW.code = 'DAY' BEGIN SELECT RAISE(ABORT, 'taken'); END",
    "postgresql": "SET CONSTRAINTS ALL IMMEDIATE; "
    "ALTER TABLE places_ward ADD CHECK (code <> 'DAY')",
}


def test_what_the_database_refuses_half_way_leaves_nothing_behind(admin, entries):
    page = look(admin, GOOD)
    with connection.cursor() as cursor:
        cursor.execute(REFUSE_DAY[connection.vendor])
    assert "Nothing was taken in" in take(admin, page)
    assert not Ward.objects.filter(code="ASH").exists()
    assert entries() == []


def test_a_row_asks_the_database_a_few_times_however_many_wards_there_are(
    admin, django_assert_max_num_queries
):
    site = Ward.objects.get(code=WARD).site
    Ward.objects.bulk_create(
        Ward(code=f"W{number}", name="x", site=site) for number in range(200)
    )
    rows = "".join(f"u{number},U,W{number} W1\n" for number in range(50))
    with django_assert_max_num_queries(50 * 3 + 10):
        plan = plan_of(PEOPLE, f"username,name,wards\n{rows}".encode())
    assert len(plan.forms) == 50
