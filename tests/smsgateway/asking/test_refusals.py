"""Who was not asked: counted, and listed one by one, without a number."""

import io
import json
from datetime import timedelta

import pytest

from feedback.settings import SettingError
from smsgateway.asking.book import REMEMBERED_FOR
from smsgateway.asking.invite import read_for, take
from smsgateway.asking.listing import write_refusals
from smsgateway.asking.reasons import REASONS
from smsgateway.asking.refusals import Choice
from smsgateway.asking.request import Request
from smsgateway.review import decide
from tests.smsgateway.asking.asking_line import AskingLine
from tests.smsgateway.conftest import ANN, BOB

FILE = """number,ward,discharged,survey,deceased,under_16,do_not_contact
07700 900123,ROWAN,2026-11-23 10:00,,no,no,no
07700 900124,BIRCH,2026-11-22,,no,no,no
07700 900125,ROWAN,2026-11-23,,yes,no,no
07700 900126,ROWAN,2026-11-23,,no,yes,no
07700 900127,BIRCH,2026-11-23,,no,no,yes
020 7946 0018,BIRCH,2026-11-23,,no,no,no
07700 900128,07700 900129,2026-11-23,,yes,no,no
07700 900123,ROWAN,2026-11-23 11:00,,no,no,no
"""


@pytest.fixture
def line(tmp_path):
    asking = AskingLine(tmp_path, right_time=None, remind_after=None)
    yield asking
    asking.desk.log.close()


def listed(line, **choice):
    return list(line.desk.asking.seen.refused.listed(Choice(**choice)))


def file(line, words=FILE, by_post=False):
    sheet = read_for(line.desk, words.encode(), line.settings.asking, line.now)
    assert not sheet.problems
    return take(line.desk, sheet, line.now, by_post)


def test_each_is_listed_with_its_row_and_counted_once(line):
    file(line)
    found = {one.row: (one.ward, one.why) for one in listed(line)}

    assert found == {
        4: ("ROWAN", "deceased"),
        5: ("ROWAN", "under_16"),
        6: ("BIRCH", "do_not_contact"),
        7: ("BIRCH", "landline"),
        8: ("", "deceased"),  # what stands in that cell is no ward of ours
        9: ("ROWAN", "repeated"),
    }
    assert line.counted("BIRCH") == {"refused do_not_contact": 1, "refused landline": 1}
    assert all(why in REASONS for _, why in found.values())


def test_who_is_refused_later_is_found_by_the_row_too(line):
    file(line)
    line.text(ANN, "STOP")
    (one,) = listed(line, why="opted_out")

    assert (one.row, one.ward, one.kind) == (2, "ROWAN", "soon")
    assert line.counted()["refused opted_out"] == 1


def test_a_stay_that_was_asked_about_before_is_a_refusal(line):
    file(line, FILE[: FILE.index("07700 900125")])
    assert listed(line) == []
    assert file(line, FILE[: FILE.index("07700 900125")]) == 0

    assert [(one.why, one.row) for one in listed(line)] == [
        ("same_stay", 3),
        ("same_stay", 2),
    ]
    assert line.counted()["refused same_stay"] == 1


def test_what_came_by_post_has_no_row(line):
    file(line, by_post=True)

    assert {one.row for one in listed(line)} == {0}


def test_of_a_file_that_is_not_whole_nothing_is_listed_or_counted(line):
    line.ask(ANN)
    with line.desk.log.transaction():
        batch = line.asker.book.begin(line.now)
        again = Request(ANN, "ROWAN", line.now - timedelta(hours=30))
        line.asker.take(batch, [again], line.now)
    assert listed(line) == []
    line.clock.pass_(days=2)
    with line.desk.log.transaction():
        line.asker.purge(line.now)

    assert [one.why for one in listed(line)] == []
    assert "refused same_stay" not in line.counted()


def test_a_wait_that_grew_too_old_is_listed_with_its_wait(line):
    line.text(ANN, "no more please thanks")
    line.ask(ANN)
    line.text(ANN, "hello")
    while not (found := listed(line)):
        line.send_all()
        line.clock.pass_(hours=3)
        with line.desk.log.transaction():
            line.asker.purge(line.now)

    assert found[0].why == "too_old"
    assert found[0].waited_for in ("held", "talking")


def test_a_choice_and_a_page(line):
    for n in range(120):
        line.ask(f"+4477009{n:05d}", ward="BIRCH" if n % 3 else "ROWAN", under_16=True)
    line.exclude(BOB)
    line.ask(BOB)
    for _ in range(3):  # so many are looked at in one transaction
        line.send_all()
    seen = line.desk.asking.seen
    first = seen.refusals(Choice(ward="BIRCH"), 1)
    second = seen.refusals(Choice(ward="BIRCH"), 2)

    assert (first.many, len(first.listed), len(second.listed)) == (80, 50, 30)
    assert {one.ward for one in (*first.listed, *second.listed)} == {"BIRCH"}
    assert seen.refusals(Choice(day="2026-11-24"), 1).many == 121
    assert seen.refusals(Choice(day="2026-11-23"), 1).many == 0
    assert seen.refusals(Choice(why="opted_out"), 1).many == 0


def test_they_are_kept_as_long_as_the_invitations(line):
    file(line)
    line.clock.moment += REMEMBERED_FOR
    with line.desk.log.transaction():
        line.asker.purge(line.now)
    assert len(listed(line, day="2026-11-24")) == 6
    line.clock.pass_(days=3)
    with line.desk.log.transaction():
        line.asker.purge(line.now)

    assert listed(line, why="deceased") == []


def test_nothing_that_stands_for_a_person_is_in_the_list(line):
    file(line)
    line.text(ANN, "STOP")
    names = line.desk.opt_outs.names(ANN)
    held = repr(line.rows("SELECT * FROM sms_refusals"))

    for secret in ("7700", "7946", *names):
        assert secret not in held


def test_a_stop_that_somebody_decides_on_is_counted_and_listed(line):
    line.ask(ANN)
    with line.desk.log.transaction():
        line.desk.opt_outs.hold(line.desk.opt_outs.names(ANN), "no thanks", line.now)
    decide(line.settings, 1, "stop", io.StringIO())

    assert [one.why for one in listed(line)] == ["opted_out"]
    assert line.counted()["refused opted_out"] == 1


# ── the command ──────────────────────────────────────────────────────────────


def said(line, day=""):
    out = io.StringIO()
    write_refusals(line.settings, day, out)
    return [json.loads(one) for one in out.getvalue().splitlines()]


def test_the_command_writes_json_lines(line):
    file(line)
    first = said(line)[-1]

    assert first == {
        "at": "2026-11-24T12:00:00.000Z",
        "ward": "ROWAN",
        "text": "",
        "survey": "",
        "why": "deceased",
        "words": REASONS["deceased"],
        "row": 4,
    }
    assert len(said(line, "2026-11-24")) == 6
    assert said(line, "2026-11-23") == []
    with pytest.raises(SettingError):
        said(line, "yesterday")
    file(line, by_post=True)
    assert said(line)[0]["row"] == "POST"
