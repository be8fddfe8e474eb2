"""A visit on a real log: nothing moves before it is on the disk.

With the survey whose steps come one after the other; the map is in test_map_flow.py.
"""

from datetime import timedelta

import pytest

from feedback.log import NotSaved
from feedback.seal import is_sealed, open_sealed
from feedback.survey import next_question
from kiosk.flow import Visit
from kiosk.ready import Holder
from tests.kiosk.conftest import WITHOUT_A_MAP, refusing


@pytest.fixture
def ready(log, central):
    central.surveys = WITHOUT_A_MAP
    central.deliver(log)
    return Holder(log, "").look()


@pytest.fixture
def visit(log, ready) -> Visit:
    return Visit(log, ready, "0199-response", practice=False)


@pytest.fixture
def begun(visit, clock) -> Visit:
    visit.start("cy", clock.wall)
    return visit


def rows(log):
    return [(row.question, row.value) for row in log.after(0, 1000)]


def say(visit, clock, **answers):
    """Answer question after question; what is not named is skipped."""
    while visit.place.at:
        visit.answer(answers.get(visit.place.at.key, ""), clock.wall)


def test_the_language_is_the_first_row_of_a_visit(begun, log):
    [row] = log.after(0, 10)
    assert (row.question, row.value) == ("_language", "cy")
    assert (row.mode, row.ward, row.survey) == ("kiosk", "W12", "inpatient@1")
    assert begun.place.at.key == "_who"


def test_a_practice_visit_says_so_before_anything_else(log, ready, clock):
    Visit(log, ready, "r", practice=True).start("en", clock.wall)
    assert rows(log) == [("_practice", "yes"), ("_language", "en")]


def test_every_answer_is_in_the_log_before_the_visit_moves(visit, log, clock):
    # The next question is asked for when the way on is worked out, and the place
    # changes after that: so the log is watched from inside the write.
    seen = []
    write = log.add_all

    def watched(drafts):
        seen.append(visit.place.at and visit.place.at.key)
        return write(drafts)

    log.add_all = watched
    visit.start("en", clock.wall)
    visit.answer("patient", clock.wall)
    visit.answer("good", clock.wall)
    assert seen == [None, "_who", "fft"]


def test_a_visit_asks_what_the_survey_asks(begun, clock):
    said = {"_who": "carer", "fft": "good", "staff": "2", "staff_feelings": "safe"}
    while question := begun.place.at:
        assert question == next_question(begun.survey, begun.place.answers)
        begun.answer(said.get(question.key, ""), clock.wall)
    assert begun.place.end == "finished"


def test_the_last_answer_and_the_end_are_saved_together(begun, log, clock):
    say(begun, clock, fft="good", better="More light")
    assert [question for question, _ in rows(log)] == [
        "_language", "fft", "better", "_end",
    ]  # fmt: skip
    assert rows(log)[-1] == ("_end", "finished")


def test_what_is_skipped_leaves_no_row(begun, log, clock):
    begun.skip(clock.wall)
    begun.skip(clock.wall)
    assert rows(log) == [("_language", "cy")]
    assert begun.place.at.key == "arrival"


def test_the_same_answer_again_writes_nothing(begun, log, clock):
    begun.answer("patient", clock.wall)
    begun.back()
    assert begun.said == "patient"
    begun.answer("patient", clock.wall)
    assert rows(log) == [("_language", "cy"), ("_who", "patient")]
    assert begun.place.at.key == "fft"


def test_going_back_and_changing_takes_back_what_is_no_longer_asked(begun, log, clock):
    begun.answer("patient", clock.wall)
    begun.answer("good", clock.wall)
    begun.answer("1", clock.wall)
    begun.answer("safe own", clock.wall)
    begun.answer("Heard", clock.wall)
    assert begun.place.at.key == "staff"

    begun.back()
    begun.back()
    assert begun.place.at.key == "arrival_feelings"
    begun.answer("safe", clock.wall)

    assert begun.place.at.key == "staff"
    standing = log.standing("0199-response")
    assert standing["arrival_feelings"] == "safe"
    assert "arrival_own" not in standing
    assert "arrival_own" not in begun.place.answers


def test_an_answer_can_be_taken_back(begun, log, clock):
    begun.answer("patient", clock.wall)
    begun.answer("poor", clock.wall)
    begun.back()
    begun.skip(clock.wall)
    assert rows(log)[-1] == ("fft", "")
    assert "fft" not in log.standing("0199-response")


def test_changing_an_early_answer_goes_on_to_the_next_question(begun, clock):
    for value in ("patient", "good", "1", "safe"):
        begun.answer(value, clock.wall)
    for _ in range(3):
        begun.back()
    assert begun.place.at.key == "fft"
    begun.answer("poor", clock.wall)
    assert begun.place.at.key == "arrival"
    assert begun.said == "1"


def test_words_are_sealed_before_they_are_written(begun, log, clock, central):
    say(begun, clock, good="  Diolch i’r nyrsys \x00")
    [row] = [row for row in log.after(0, 100) if row.question == "good"]
    assert is_sealed(row.value)
    private = {"k1": central.comment_keys[1]}
    words = open_sealed(row.value, row.response, "good", private)
    assert words == "Diolch i’r nyrsys"


def test_the_same_words_again_are_not_sealed_again(begun, log, clock):
    while begun.place.at.key != "good":
        begun.skip(clock.wall)
    begun.answer("Kind", clock.wall)
    begun.back()
    begun.answer("Kind ", clock.wall)
    assert [question for question, _ in rows(log)] == ["_language", "good"]


def test_words_typed_but_not_sent_are_there_after_going_back(begun, clock):
    while begun.place.at.key != "good":
        begun.skip(clock.wall)
    begun.back("not said yet")
    begun.skip(clock.wall)
    while begun.place.at.key != "good":
        begun.skip(clock.wall)
    assert begun.said == "not said yet"


def test_who_leaves_is_written_as_left_once(begun, log, clock):
    begun.answer("patient", clock.wall)
    begun.leave(clock.wall)
    begun.leave(clock.wall)
    assert rows(log)[2:] == [("_end", "left")]


def test_what_stands_unsent_where_they_stop_is_kept(begun, log, clock, central):
    while begun.place.at.key != "good":
        begun.skip(clock.wall)
    begun.leave(clock.wall, "Kind ")
    [*_, (key, words), end] = rows(log)
    private = {"k1": central.comment_keys[1]}
    assert key == "good"
    assert open_sealed(words, begun.response, "good", private) == "Kind"
    assert end == ("_end", "left")


def test_an_answer_that_was_emptied_and_not_sent_stays(begun, log, clock):
    begun.answer("patient", clock.wall)
    begun.back()
    begun.leave(clock.wall, "")
    assert rows(log)[1:] == [("_who", "patient"), ("_end", "left")]


def test_a_finished_visit_cannot_be_left(begun, log, clock):
    say(begun, clock)
    begun.leave(clock.wall)
    assert rows(log)[1:] == [("_end", "finished")]


def test_what_is_not_saved_stays_and_is_retried_as_it_was(begun, log, clock):
    begun.answer("patient", clock.wall)
    given_at = "2026-11-22T08:15:00.000Z"
    with refusing(log):
        with pytest.raises(NotSaved):
            begun.answer("poor", clock.wall)
        assert begun.unsaved
        assert begun.place.at.key == "fft"
        with pytest.raises(NotSaved):
            begun.retry()

    clock.wall += timedelta(minutes=5)
    begun.retry()
    assert begun.place.at.key == "arrival"
    assert not begun.unsaved
    [row] = [row for row in log.after(0, 100) if row.question == "fft"]
    assert (row.value, row.answered_at) == ("poor", given_at)


def test_an_end_that_is_not_saved_is_not_an_end(begun, log, clock):
    while begun.place.at.key != "better":
        begun.skip(clock.wall)
    with refusing(log), pytest.raises(NotSaved):
        begun.answer("Quieter nights", clock.wall)
    assert begun.place.end == ""
    begun.retry()
    assert begun.place.end == "finished"


def test_who_goes_while_an_answer_waits_takes_it_along(begun, log, clock):
    with refusing(log), pytest.raises(NotSaved):
        begun.answer("carer", clock.wall)
    begun.leave(clock.wall)
    assert rows(log)[1:] == [("_who", "carer"), ("_end", "left")]


def test_who_goes_before_the_first_row_leaves_nothing(visit, log, clock):
    with refusing(log), pytest.raises(NotSaved):
        visit.start("en", clock.wall)
    visit.leave(clock.wall)
    assert rows(log) == []
