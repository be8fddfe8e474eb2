"""Does the judge of the storm see what it is there for? On histories made by hand."""

from dataclasses import replace

import pytest

from feedback.answer import ERASED, Answer, new_response
from tests.faults.history import ERASE, TEXT, WITHDRAW, History, said
from tests.faults.verdict import Stored, judge, rating, spoken_in

SEALED = "seal1.k1.AAAA"
WHO = "1-1"
WORDS = f"The tea was cold person-{WHO}"


def row(seq=1, **words):
    said = {
        "response": new_response(),
        "survey": "inpatient@3",
        "question": "better",
        "value": SEALED,
        "ward": "ELM",
        "mode": "kiosk",
        "answered_at": "2026-11-20T10:00:00.000Z",
    }
    return Answer("device", seq, **(said | words))


@pytest.fixture
def history(tmp_path):
    return History(tmp_path / "history", "test")


@pytest.fixture
def verdict(tmp_path, history):
    def of(*stored):
        rows = [one if isinstance(one, Stored) else Stored(one) for one in stored]
        return judge(tmp_path / "history", rows, 0, 0)

    return of


def tapped(history, *rows):
    history.answers("invoke", rows)
    history.answers("ok", rows)


def texted(history, token):
    history.write("invoke", TEXT, [token])
    history.write("ok", TEXT, [token])


def erased(row):
    return replace(row, value=ERASED)


def test_what_was_acknowledged_and_is_there_once_holds(history, verdict):
    one = row()
    tapped(history, one)
    assert verdict(one).holds
    assert verdict().wrong == {"lost": 1}
    assert verdict(one, replace(one, seq=2)).wrong == {"duplicated": 1}


def test_other_words_are_lost_and_unexpected(history, verdict):
    one = row()
    tapped(history, one)
    assert verdict(replace(one, value="x")).wrong == {"lost": 1, "unexpected": 1}


def test_what_nobody_knows_may_be_there_or_not(history, verdict):
    one = row()
    history.answers("invoke", [one])
    history.answers("info", [one])
    assert verdict().holds
    assert verdict(one).recovered == 1


def test_words_may_be_gone_only_where_somebody_asked_for_it(history, verdict):
    one = row()
    tapped(history, one)
    assert verdict(erased(one)).wrong == {"lost": 1, "unexpected": 1}
    history.write("invoke", ERASE, [one.response])
    assert verdict(erased(one)).holds
    assert verdict(one).holds
    assert verdict().wrong == {"lost": 1}


@pytest.mark.parametrize("how", [ERASE, WITHDRAW])
def test_erased_words_that_are_back_are_seen(history, verdict, how):
    one = row()
    tapped(history, one)
    history.write("ok", how, [one.response])
    assert verdict(erased(one)).holds
    assert verdict(one).wrong == {"returned": 1}
    assert verdict(Stored(erased(one), "as it was opened")).wrong == {"returned": 1}


def test_an_erased_row_that_is_there_twice_is_seen(history, verdict):
    one = row()
    tapped(history, one)
    history.write("ok", ERASE, [one.response])
    assert verdict(erased(one), erased(replace(one, seq=2))).duplicated == 1


def test_a_text_is_its_words_and_a_rating_is_its_persons(history, verdict):
    words = row(mode="sms")
    rated = replace(words, seq=2, question="fft", value="good")
    for token in (said(WORDS), rating(WHO, "good")):
        texted(history, token)
    assert verdict(Stored(words, WORDS), rated).holds
    assert verdict(Stored(words, WORDS)).lost == 1
    assert verdict(rated).wrong == {"lost": 2, "unexpected": 1}
    assert verdict(Stored(words, WORDS), rated, Stored(words, WORDS)).duplicated == 1
    assert verdict(Stored(words, WORDS), replace(rated, value="poor")).wrong == {
        "lost": 1,
        "unexpected": 1,
    }


def test_the_last_line_of_a_killed_program_is_not_read(tmp_path, history, verdict):
    one = row()
    tapped(history, one)
    with (tmp_path / "history").open("a") as file:
        file.write('{"process": "visitor", "type": "inv')
    assert verdict(one).holds


def test_a_line_with_a_secret_is_found(tmp_path):
    (tmp_path / "central.log").write_text("event=log\nevent=log body=seal1.k\n")
    assert spoken_in(tmp_path, ["seal1."]) == ["central.log: event=log body=seal1.k"]


def test_a_twin_counts_for_nothing_and_its_words_must_go(history, verdict):
    one = row()
    tapped(history, one)
    twin = Stored(replace(one, device="another"), twin=True)
    assert verdict(one, twin).holds
    assert verdict(twin).wrong == {"lost": 1}
    history.write("ok", ERASE, [one.response])
    assert verdict(erased(one), twin).wrong == {"returned": 1}
