"""A visit with the map of the journey: any step, any order, and back again."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.answer import ERASED, new_response
from feedback.log import Log, NotSaved
from feedback.receipts import receipt_hash
from feedback.seal import open_sealed
from feedback.survey import COMMENT, next_question, offered
from kiosk.flow import Visit
from kiosk.page import Manner, map_page_of, page_of
from kiosk.ready import Holder
from tests.kiosk.conftest import ASSETS, Central, Clock, refusing

MANNER = Manner(ASSETS.wording, ASSETS.faces)


@pytest.fixture
def ready(log, central):
    central.deliver(log)
    return Holder(log, "").look()


@pytest.fixture
def visit(log, ready, clock) -> Visit:
    begun = Visit(log, ready, "0199-response", practice=False)
    begun.start("en", clock.wall)
    return begun


@pytest.fixture
def mapped(visit, clock) -> Visit:
    """On the map, with nothing placed yet."""
    visit.answer("patient", clock.wall)
    visit.answer("good", clock.wall)
    assert visit.place.on_map
    return visit


def rows(log):
    return [(row.question, row.value) for row in log.after(0, 1000)]


def new_rows(log):
    """What came after the language, who and the national question."""
    return rows(log)[3:]


def words_of(row, central):
    private = {"k1": central.comment_keys[1]}
    return open_sealed(row.value, row.response, row.question, private)


# ── on the map ───────────────────────────────────────────────────────────────


def test_the_map_is_one_stop_of_the_way(visit):
    stops = [stop.key if stop else "map" for stop in visit.stops()]
    assert stops == ["_who", "fft", "map", "good", "better", "_talk"]


def test_steps_are_placed_in_any_order_and_each_is_a_row_at_once(mapped, log, clock):
    for key, level in [("night", "-2"), ("arrival", "1"), ("night", "-1")]:
        mapped.place_step(key, level, clock.wall)
        assert rows(log)[-1] == (key, level)
        assert mapped.place.on_map
    assert new_rows(log) == [("night", "-2"), ("arrival", "1"), ("night", "-1")]


def test_a_step_that_is_placed_where_it_stands_writes_nothing(mapped, log, clock):
    mapped.place_step("meals", "0", clock.wall)
    mapped.place_step("meals", "0", clock.wall)
    assert new_rows(log) == [("meals", "0")]


def test_a_step_taken_off_takes_its_words_and_the_why_along(mapped, log, clock):
    mapped.place_step("meals", "-1", clock.wall)
    mapped.open_words("meals")
    mapped.answer("ignored own", clock.wall)
    mapped.answer("Cold", clock.wall)
    assert mapped.place.on_map
    mapped.place_step("staff", "2", clock.wall)
    mapped.go_on(clock.wall)
    mapped.answer("meals", clock.wall)
    mapped.answer("It came late", clock.wall)
    for _ in range(3):
        mapped.back()
    assert mapped.place.on_map

    mapped.place_step("meals", "", clock.wall)

    standing = log.standing("0199-response")
    assert set(standing) == {"_language", "_who", "fft", "staff"}
    mapped.go_on(clock.wall)
    assert [one.key for one in offered(mapped.place.at, mapped.place.answers)] == [
        "staff"
    ]
    assert mapped.said == ""


def test_words_are_chosen_for_a_placed_step_and_lead_back_to_the_map(
    mapped, log, clock, central
):
    mapped.place_step("night", "-2", clock.wall)
    mapped.open_words("night")
    assert mapped.place.at.key == "night_feelings"
    mapped.answer("lonely own", clock.wall)
    assert mapped.place.at.key == "night_own"
    mapped.answer("Cold feet", clock.wall)
    assert mapped.place.on_map
    own = log.after(0, 100)[-1]
    assert (own.question, words_of(own, central)) == ("night_own", "Cold feet")
    [stop] = [one for one in map_page_of(mapped, MANNER).stops if one.level]
    assert (stop.key, stop.level) == ("night", "-2")
    assert stop.words == ("lonely", "Cold feet")


def test_only_a_placed_step_has_words(mapped):
    with pytest.raises(AssertionError):
        mapped.open_words("night")


def test_the_faces_of_one_step_can_be_opened_too(mapped, log, clock):
    mapped.open("tests")
    assert mapped.place.at.key == "tests"
    assert page_of(mapped, MANNER).to_map
    mapped.answer("1", clock.wall)
    assert mapped.place.at.key == "tests_feelings"
    assert not page_of(mapped, MANNER).to_map
    mapped.back()
    assert mapped.place.at.key == "tests"
    mapped.back()
    assert mapped.place.on_map
    mapped.open("tests")
    mapped.answer("", clock.wall)
    assert mapped.place.on_map
    assert new_rows(log) == [("tests", "1"), ("tests", "")]


def test_back_from_the_words_leads_to_the_map_and_keeps_what_was_ticked(mapped, clock):
    mapped.place_step("night", "-2", clock.wall)
    mapped.open_words("night")
    mapped.back("lonely")
    assert mapped.place.on_map
    mapped.open_words("night")
    assert mapped.said == "lonely"


def test_the_map_can_be_passed_without_a_face(mapped, log, clock):
    mapped.go_on(clock.wall)
    assert mapped.place.at.key == "good"
    assert mapped.place.at == next_question(mapped.survey, mapped.place.answers)
    assert new_rows(log) == []


def test_back_from_after_the_map_leads_to_the_map(mapped, clock):
    mapped.place_step("arrival", "2", clock.wall)
    mapped.go_on(clock.wall)
    assert mapped.place.at.key == "why_step"
    mapped.back()
    assert mapped.place.on_map
    mapped.back()
    assert mapped.place.at.key == "fft"
    mapped.answer("good", clock.wall)
    assert mapped.place.on_map
    assert map_page_of(mapped, MANNER).stops[0].level == "2"


def test_a_face_that_is_not_saved_is_not_on_the_map(mapped, log, clock):
    with refusing(log), pytest.raises(NotSaved):
        mapped.place_step("arrival", "2", clock.wall)
    assert map_page_of(mapped, MANNER).stops[0].level == ""
    mapped.retry()
    assert map_page_of(mapped, MANNER).stops[0].level == "2"
    assert new_rows(log) == [("arrival", "2")]


# ── why, sharing, talking ────────────────────────────────────────────────────


def test_why_is_asked_of_a_placed_step_and_says_which(mapped, clock):
    for key in ("staff", "meals"):
        mapped.place_step(key, "-1", clock.wall)
    mapped.go_on(clock.wall)
    page = page_of(mapped, MANNER)
    assert [card.text for card in page.cards] == ["Meals", "Talking with staff"]
    mapped.answer("staff", clock.wall)
    page = page_of(mapped, MANNER)
    assert (page.heading, page.about) == (
        "Why did it feel like that?",
        "Talking with staff",
    )
    assert page.spoken == (page.about, page.heading)


def test_sharing_is_asked_once_and_only_of_who_gave_words(mapped, clock):
    mapped.go_on(clock.wall)
    assert "_share" not in [one.key for one in mapped.route()]
    mapped.answer("Kind", clock.wall)
    mapped.answer("Quiet", clock.wall)
    assert mapped.place.at.key == "_share"
    assert [one.key for one in mapped.route()].count("_share") == 1
    mapped.back()
    mapped.back()
    mapped.answer("", clock.wall)
    mapped.answer("", clock.wall)
    assert mapped.place.at.key == "_talk"


def test_where_they_are_is_asked_of_who_wants_a_talk_and_is_sealed(
    mapped, log, clock, central
):
    mapped.go_on(clock.wall)
    mapped.skip(clock.wall)
    mapped.skip(clock.wall)
    assert page_of(mapped, MANNER).is_last
    mapped.answer("yes", clock.wall)
    page = page_of(mapped, MANNER)
    assert (mapped.place.at.key, page.names, page.is_last) == ("talk_where", True, True)
    mapped.answer("Ann, bed 4", clock.wall)
    where, end = log.after(0, 100)[-2:]
    assert words_of(where, central) == "Ann, bed 4"
    assert (end.question, end.value) == ("_end", "finished")


def test_progress_counts_the_map_as_one_part(mapped, clock):
    assert map_page_of(mapped, MANNER).progress == "3 of 5"
    mapped.place_step("meals", "1", clock.wall)
    assert map_page_of(mapped, MANNER).progress == "3 of 6"
    mapped.open_words("meals")
    assert page_of(mapped, MANNER).progress == "3 of 6"
    assert not page_of(mapped, MANNER).is_last


def test_easy_words_are_shown_to_who_wants_them(visit):
    easy = replace(MANNER, easy=True)
    assert page_of(visit, MANNER).heading == "Who is answering?"
    assert page_of(visit, easy).heading == "Who are you?"
    assert page_of(visit, easy).cards[1].text == "I am family, a friend or a carer"
    assert page_of(visit, easy).spoken[0] == "Who are you?"


# ── another language ─────────────────────────────────────────────────────────


def test_another_language_is_a_later_row_and_loses_nothing(mapped, log, clock):
    mapped.place_step("night", "1", clock.wall)
    mapped.go_on(clock.wall)
    mapped.skip(clock.wall)
    mapped.hold("half a sent")
    mapped.speak("pl", clock.wall)
    assert mapped.language == "pl"
    assert mapped.place.at.key == "good"
    assert mapped.said == "half a sent"
    assert mapped.place.answers["night"] == "1"
    assert rows(log)[-1] == ("_language", "pl")
    assert log.standing("0199-response")["_language"] == "pl"


def test_the_same_language_again_writes_nothing(mapped, log, clock):
    mapped.speak("en", clock.wall)
    assert new_rows(log) == []


def test_a_language_that_is_not_saved_waits_like_an_answer(mapped, log, clock):
    with refusing(log), pytest.raises(NotSaved):
        mapped.speak("ur", clock.wall)
    assert (mapped.language, mapped.unsaved) == ("en", True)
    mapped.retry()
    assert (mapped.language, mapped.unsaved) == ("ur", False)
    assert mapped.place.on_map


def test_after_the_end_another_language_writes_nothing(mapped, log, clock):
    mapped.leave(clock.wall)
    mapped.speak("so", clock.wall)
    assert mapped.language == "so"
    assert rows(log)[-1] == ("_end", "left")


# ── the children's survey, and a second visit ────────────────────────────────


def test_the_childrens_survey_is_a_survey_of_its_own(log, ready, clock):
    visit = Visit(log, ready, "r", practice=False, survey="children@1")
    visit.start("en", clock.wall)
    visit.answer("young_person", clock.wall)
    visit.answer("great", clock.wall)
    assert len(map_page_of(visit, MANNER).stops) == 5
    assert {row.survey for row in log.after(0, 100)} == {"children@1"}


def test_a_visit_soon_after_another_is_marked_and_counted_all_the_same(
    log, ready, clock
):
    visit = Visit(log, ready, "r", practice=False, repeat=True)
    visit.start("cy", clock.wall)
    assert rows(log) == [("_repeat", "yes"), ("_language", "cy")]


# ── the end ──────────────────────────────────────────────────────────────────


def finish(visit, clock):
    visit.go_on(clock.wall)
    visit.answer("Kind", clock.wall)
    while visit.place.going:
        visit.skip(clock.wall)


def test_everything_can_be_taken_back_and_the_words_go_at_once(mapped, log, clock):
    finish(mapped, clock)
    mapped.withdraw(clock.wall)
    assert mapped.place.end == "withdrawn"
    assert rows(log)[-1] == ("_end", "withdrawn")
    assert ("good", ERASED) in rows(log)
    assert mapped.place.answers == {}
    mapped.withdraw(clock.wall)
    mapped.leave(clock.wall)
    assert [value for key, value in rows(log) if key == "_end"] == [
        "finished",
        "withdrawn",
    ]


def test_a_withdrawal_that_is_not_saved_erases_nothing_and_is_tried_again(
    mapped, log, clock
):
    finish(mapped, clock)
    before = rows(log)
    with refusing(log), pytest.raises(NotSaved):
        mapped.withdraw(clock.wall)
    assert mapped.place.end == "finished"
    assert rows(log) == before
    mapped.retry()
    assert mapped.place.end == "withdrawn"


def test_a_code_is_given_out_and_only_its_hash_is_kept(mapped, log, clock):
    finish(mapped, clock)
    mapped.take_receipt("K7QM-2XVD", clock.wall)
    assert mapped.receipt == "K7QM-2XVD"
    assert rows(log)[-1] == ("_receipt", receipt_hash("K7QM-2XVD"))
    assert mapped.place.end == "finished"


def test_a_code_that_is_not_saved_is_not_shown(mapped, log, clock):
    finish(mapped, clock)
    with refusing(log), pytest.raises(NotSaved):
        mapped.take_receipt("K7QM-2XVD", clock.wall)
    assert mapped.receipt == ""
    mapped.retry()
    assert mapped.receipt == "K7QM-2XVD"


def withdrawing(ready):
    return replace(ready, ward=replace(ready.ward, when_left="withdrawn"))


def test_who_walks_away_has_left(mapped, log, clock):
    mapped.gone(clock.wall)
    assert rows(log)[-1] == ("_end", "left")


def test_where_the_ward_wants_it_who_walks_away_takes_all_back(log, ready, clock):
    visit = Visit(log, withdrawing(ready), "r", practice=False)
    visit.start("en", clock.wall)
    visit.answer("patient", clock.wall)
    visit.gone(clock.wall)
    assert rows(log)[1:] == [("_who", "patient"), ("_end", "withdrawn")]


def test_who_walks_away_from_a_finish_that_waits_has_finished(log, ready, clock):
    visit = Visit(log, withdrawing(ready), "r", practice=False)
    visit.start("en", clock.wall)
    while visit.place.on_map or visit.place.at.key != "_talk":
        visit.go_on(clock.wall) if visit.place.on_map else visit.skip(clock.wall)
    with refusing(log), pytest.raises(NotSaved):
        visit.answer("no", clock.wall)
    visit.gone(clock.wall)
    assert rows(log)[1:] == [("_talk", "no"), ("_end", "finished")]


def test_who_stops_by_a_tap_has_left_whatever_the_ward_wants(log, ready, clock):
    visit = Visit(log, withdrawing(ready), "r", practice=False)
    visit.start("en", clock.wall)
    visit.leave(clock.wall)
    assert rows(log)[1:] == [("_end", "left")]


# ── any way through ──────────────────────────────────────────────────────────


def move(visit, clock, data):
    """Anything that the screens offer here."""
    place, draw = visit.place, data.draw
    if place.on_map:
        step = draw(st.sampled_from([one.key for one in visit.survey.steps()]))
        placed = bool(place.answers.get(step))
        ways = ["place", "open", "go_on", *["words"] * placed]
        match draw(st.sampled_from(ways)):
            case "place":
                levels = ["", "-2", "0", "1"]
                visit.place_step(step, draw(st.sampled_from(levels)), clock.wall)
            case "open":
                visit.open(step)
            case "words":
                visit.open_words(step)
            case "go_on":
                visit.go_on(clock.wall)
        return
    turn = draw(st.sampled_from(["answer", "answer", "skip", "back", "speak"]))
    if turn == "back" and visit.can_go_back:
        visit.back(draw(st.sampled_from([None, ""])))
    elif turn == "speak":
        visit.speak(draw(st.sampled_from(visit.survey.languages)), clock.wall)
    elif turn == "answer":
        keys = [one.key for one in offered(place.at, place.answers)]
        value = "w" if place.at.kind == COMMENT else draw(st.sampled_from(keys))
        visit.answer(value, clock.wall)
    else:
        visit.skip(clock.wall)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    clock, central = Clock(), Central()
    with Log.open(tmp_path_factory.mktemp("any") / "log") as log:
        central.deliver(log)
        yield log, Holder(log, "").look(), clock


@settings(deadline=None)
@given(st.data())
def test_on_any_way_what_stands_is_what_the_visit_knows(world, data):
    log, ready, clock = world
    visit = Visit(log, ready, new_response(), practice=False)
    visit.start("en", clock.wall)
    for _ in range(data.draw(st.integers(0, 25))):
        if visit.place.going:
            move(visit, clock, data)
    known = {key for key, value in visit.place.answers.items() if value}
    standing = log.standing(visit.response)
    assert set(standing) - {"_language", "_end"} == known
    reachable = {one.key for one in visit.route()}
    assert known <= reachable
    if visit.place.at is not None:
        page_of(visit, MANNER)
    elif visit.place.on_map:
        map_page_of(visit, MANNER)
