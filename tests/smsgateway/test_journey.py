"""A person's texts, from the first to the last: what is asked, what is kept."""

from dataclasses import replace

import pytest

from feedback.log import BUNDLE, Log
from smsgateway.app import build
from tests.smsgateway.asgi import Running
from tests.smsgateway.conftest import ANN, BOB, LINE, OTHER_LINE
from tests.smsgateway.trust import INPATIENT, WARDS, Trust

NOT_WATCHED = "This line is not watched all day."


def test_hello_number_reason_thanks(line):
    opening = line.text("Hello")
    why = line.text("4")
    thanks = line.text("The food was cold")

    assert "Overall, how was your experience of our service?" in opening
    assert "1 Very good\n2 Good\n3 Neither good nor poor\n4 Poor" in opening
    assert "Harbour View Hospitals, Rowan Ward" in opening
    assert "What could be better?" in why
    assert NOT_WATCHED in thanks
    assert "ring 999/111" in thanks
    assert line.standing() == {
        "_language": "en",
        "fft": "poor",
        "better": "The food was cold",
        "_end": "finished",
    }


def test_a_row_says_where_when_how_and_by_which_survey(line):
    line.text("Hello")

    (row,) = line.answers()
    assert (row.survey, row.ward, row.mode) == ("inpatient@1", "ROWAN", "sms")
    assert row.answered_at == "2026-11-22T08:00:00.000Z"
    assert row.response[14] == "7"  # a UUIDv7


@pytest.mark.parametrize(
    ("number", "value", "question"),
    [
        ("1", "very_good", "good"),
        ("2", "good", "good"),
        ("3", "neither", "better"),
        ("4", "poor", "better"),
        ("5", "very_poor", "better"),
        ("6", "dont_know", "good"),
    ],
)
def test_the_reason_is_asked_for_what_was_answered(line, number, value, question):
    line.text("Hello")
    line.text(number)
    line.text("because")

    assert line.standing()["fft"] == value
    assert line.standing()[question] == "because"


def test_an_unclear_answer_is_kept_and_asked_once_more(line):
    line.text("Hello")
    again = line.text("4 or 5")
    why = line.text("5")

    assert "just one number" in again
    assert "What could be better?" in why
    assert line.standing()["better.2"] == "4 or 5"


def test_who_is_unclear_twice_is_not_asked_a_third_time(line):
    line.text("Hello")
    line.text("dunno")
    after = line.text("eh")

    assert "just one number" not in after
    assert "What could be better?" in after
    assert "fft" not in line.standing()
    assert line.standing()["better.3"] == "eh"


def test_a_late_number_is_still_the_answer_to_the_question_that_was_put(line):
    for words in ("Hello", "dunno", "eh", "the noise"):
        line.text(words)

    thanks = line.text("5")

    assert NOT_WATCHED in thanks
    assert line.standing()["fft"] == "very_poor"
    assert line.standing()["better"] == "the noise"


def test_a_story_that_comes_first_is_kept_and_no_reason_is_asked(line):
    story = "The night nurse sat with my mother for an hour"
    asked = line.text(story)
    thanks = line.text("1")

    assert "your words are kept" in asked
    assert NOT_WATCHED in asked
    assert "1 Very good" in asked
    assert NOT_WATCHED in thanks
    assert line.standing() == {
        "_language": "en",
        "better.2": story,
        "fft": "very_good",
        "_end": "finished",
    }


def test_a_number_that_opens_a_conversation_is_no_score(line):
    """Who has not seen the scale may mean five stars."""
    asked = line.text("5")

    assert "1 Very good" in asked
    assert "fft" not in line.standing()


def test_an_option_in_words_opens_a_conversation_with_its_answer(line):
    why = line.text("Very good!")

    assert "What was good?" in why
    assert line.standing()["fft"] == "very_good"


def test_the_wards_own_name_is_a_greeting(line):
    line.text("Rowan ward")

    assert line.standing() == {"_language": "en"}


def test_a_second_number_is_a_changed_mind(line):
    line.text("Hello")
    line.text("1")
    why = line.text("5")
    line.text("nobody came")

    assert "What could be better?" in why
    assert line.standing()["fft"] == "very_poor"
    assert line.standing()["better"] == "nobody came"


def test_texts_within_a_day_of_the_end_are_added_comments(line, clock):
    for words in ("Hello", "4", "cold food"):
        line.text(words)
    clock.pass_(hours=23)
    assert "your words are kept" in line.text("and a hard bed")
    clock.pass_(minutes=59)
    line.text("and noise")

    standing = line.standing()
    assert standing["better"] == "cold food"
    assert standing["better.2"] == "and a hard bed"
    assert standing["better.3"] == "and noise"


def test_a_text_a_day_after_the_end_begins_a_new_response(line, clock):
    for words in ("Hello", "4", "cold food"):
        line.text(words)
    clock.pass_(hours=23)
    line.text("and a hard bed")
    clock.pass_(hours=1, seconds=1)
    asked = line.text("back again")

    assert "1 Very good" in asked
    assert len(line.responses()) == 2


def test_an_open_question_may_be_answered_for_a_week(line, clock):
    line.text("Hello")
    clock.pass_(days=6)
    line.text("2")
    clock.pass_(days=7, seconds=1)
    line.text("Hello")

    first, _second = line.responses()
    assert line.standing(first)["fft"] == "good"


def test_thanks_after_the_end_needs_no_answer_and_adds_nothing(line):
    for words in ("Hello", "1", "kind staff"):
        line.text(words)

    assert line.text("Thank you!") == ""
    assert "good.2" not in line.standing()


def test_hello_after_the_end_is_answered_and_adds_nothing(line):
    for words in ("Hello", "1", "kind staff"):
        line.text(words)

    assert "To add more, just text." in line.text("Hello")
    assert "good.2" not in line.standing()


def test_two_people_and_two_wards_do_not_mix(line):
    line.text("Hello")
    line.text("Hello", sender=BOB)
    line.text("Hello", line=OTHER_LINE)
    line.text("1")
    line.text("5", sender=BOB)
    line.text("3", line=OTHER_LINE)

    found = {(row.ward, row.value) for row in line.answers() if row.question == "fft"}
    assert found == {
        ("ROWAN", "very_good"),
        ("ROWAN", "very_poor"),
        ("BIRCH", "neither"),
    }
    assert len(line.responses()) == 3


def test_welsh_is_spoken_to_who_greets_in_it(line):
    asked = line.text("Bore da")
    why = line.text("gwael")
    line.text("bwyd oer")

    assert "1 Da iawn" in asked
    assert "Beth allai fod yn well?" in why
    assert line.standing()["_language"] == "cy"
    assert line.standing()["fft"] == "poor"


def test_the_language_can_be_changed_in_the_middle(line):
    assert "Text its name: Cymraeg." in line.text("Hello")
    assert "1 Da iawn" in line.text("CYMRAEG")
    assert "1 Very good" in line.text("English")
    line.text("2")

    assert line.standing()["_language"] == "en"
    assert line.standing()["fft"] == "good"


def test_a_language_that_is_off_or_spoken_already_is_no_failed_answer(line):
    line.text("Hello")
    for words in ("Polski", "English", "po polsku"):
        asked = line.text(words)
        assert "1 Very good" in asked
        assert "just one number" not in asked
    assert "What was good?" in line.text("1")
    assert line.standing() == {"_language": "en", "fft": "very_good"}


def test_who_asks_who_we_are_is_told_and_asked_again_however_often(line):
    first = line.text("Who is this?")
    assert "tell us how your care was" in first
    assert "1 Very good" in first
    for words in ("who are you", "Is this free?", "Hello, what is this"):
        told = line.text(words)
        assert "tell us how your care was" in told
        assert "Texts cost your usual rate" in told
        assert "1 Very good" in told
    line.text("2")
    line.text("who is this")
    assert line.standing() == {"_language": "en", "fft": "good"}


def test_two_texts_a_second_apart_end_alike_in_either_order(line, clock):
    for sender, texts in (
        (ANN, ("2", "the nurses were lovely")),
        (BOB, ("the nurses were lovely", "2")),
    ):
        line.text("Hello", sender=sender)
        for words in texts:
            line.text(words, sender=sender)
            clock.pass_(seconds=1)

    for response in line.responses():
        standing = line.standing(response)
        assert standing["fft"] == "good"
        assert standing["_end"] == "finished"
        assert "the nurses were lovely" in standing.values()


def test_a_machine_at_the_other_end_is_not_answered_for_ever(line):
    replies = [line.text(f"automatic reply {n}") for n in range(40)]

    assert 0 < sum(bool(reply) for reply in replies) <= 12
    kept = [row for row in line.answers() if row.value.startswith("seal1.")]
    assert len(kept) == 40


# ── the bundle ───────────────────────────────────────────────────────────────


def test_without_a_bundle_a_text_is_not_answered_and_not_lost(bare_line):
    refused = bare_line.post("Hello", sid="SM" + "a" * 32)

    assert refused.status_code == 503
    assert refused.json() == {"why": "no_bundle"}
    assert refused.headers["Retry-After"]
    assert bare_line.answers() == []

    with Log.open(bare_line.settings.log) as log:
        bare_line.trust.send_bundle(log)
    assert "1 Very good" in bare_line.text("Hello", sid="SM" + "a" * 32)


def test_stop_is_heard_without_a_bundle(bare_line):
    assert "We will not text you again" in bare_line.text("please stop texting me")
    with Log.open(bare_line.settings.log) as log:
        (row,) = log.db.query("SELECT person FROM sms_opt_outs")
    assert len(row["person"]) == 64


def test_a_new_bundle_is_for_new_conversations_only(line, trust):
    line.text("Hello")
    second = INPATIENT.read_text(encoding="utf-8").replace("version = 1", "version = 2")
    with Log.open(line.settings.log) as log:
        trust.send_bundle(
            log, surveys={"inpatient@2": second}, ask="inpatient@2", version=2
        )
    line.text("1")
    line.text("Hello", sender=BOB)

    by_response = {row.response: set() for row in line.answers()}
    for row in line.answers():
        by_response[row.response].add(row.survey)
    assert list(by_response.values()) == [{"inpatient@1"}, {"inpatient@2"}]


def test_a_pinned_survey_outlives_a_restart(line, trust, settings, clock):
    line.text("Hello")
    second = INPATIENT.read_text(encoding="utf-8").replace("version = 1", "version = 2")
    with Log.open(settings.log) as log:
        trust.send_bundle(
            log, surveys={"inpatient@2": second}, ask="inpatient@2", version=2
        )
    with Running(build(settings, clock)) as restarted:
        line.client = restarted
        line.text("2")

    assert line.standing()["fft"] == "good"
    assert {row.survey for row in line.answers()} == {"inpatient@1"}


def own_for_birch(trust, log, version):
    """Birch asks a version of its own by text; Rowan what every ward asks."""
    first = INPATIENT.read_text(encoding="utf-8")
    second = first.replace("version = 1", "version = 2")
    rowan, birch = WARDS
    trust.send_bundle(
        log, version=version, surveys={"inpatient@1": first, "inpatient@2": second},
        wards=(rowan, replace(birch, sms_survey="inpatient@2")),
    )  # fmt: skip


def surveys_by_visit(line):
    visits = {}
    for row in line.answers():
        visits.setdefault(row.response, set()).add((row.ward, row.survey))
    return list(visits.values())


def test_each_ward_s_number_asks_what_its_ward_asks(line, trust):
    with Log.open(line.settings.log) as log:
        own_for_birch(trust, log, 2)
    line.text("Hello", line=LINE)
    line.text("Hello", sender=BOB, line=OTHER_LINE)
    assert surveys_by_visit(line) == [
        {("ROWAN", "inpatient@1")}, {("BIRCH", "inpatient@2")}
    ]  # fmt: skip


def test_a_conversation_ends_on_its_ward_s_own_survey_though_that_is_taken_back(
    line, trust, settings, clock
):
    with Log.open(settings.log) as log:
        own_for_birch(trust, log, 2)
    line.text("Hello", line=OTHER_LINE)
    with Log.open(settings.log) as log:
        trust.send_bundle(log, version=3)
    with Running(build(settings, clock)) as restarted:
        line.client = restarted
        line.text("2", line=OTHER_LINE)
    assert surveys_by_visit(line) == [{("BIRCH", "inpatient@2")}]
    assert line.standing()["fft"] == "good"


def test_an_older_bundle_is_refused(line, trust):
    with Log.open(line.settings.log) as log:
        trust.send_bundle(log, version=5)
    line.text("Hello")
    second = INPATIENT.read_text(encoding="utf-8").replace("version = 1", "version = 2")
    with Log.open(line.settings.log) as log:
        trust.send_bundle(
            log, surveys={"inpatient@2": second}, ask="inpatient@2", version=4
        )
    line.text("Hello", sender=BOB)

    assert {row.survey for row in line.answers()} == {"inpatient@1"}


@pytest.mark.parametrize("text", ["{}", "", '{"body": "{}", "signature": "AAAA"}'])
def test_a_broken_bundle_is_refused_and_the_last_good_one_stays(line, text):
    line.text("Hello")
    with Log.open(line.settings.log) as log:
        log.set_note(BUNDLE, text)

    assert "1 Very good" in line.text("Hello", sender=BOB)


def test_a_bundle_of_another_organisation_is_refused(line):
    stranger = Trust()
    bundle, _keys = stranger.documents(version=9)
    line.text("Hello")
    with Log.open(line.settings.log) as log:
        log.set_note(BUNDLE, bundle)
    line.text("Hello", sender=BOB)
    line.text("the food was cold again", sender=BOB)

    assert "better.2" in line.standing(line.responses()[1])  # opened by our own key


def test_the_line_that_was_texted_gives_the_ward(line):
    line.text("Hello", line=LINE)
    line.text("Hello", line=OTHER_LINE)

    assert [row.ward for row in line.answers()] == ["ROWAN", "BIRCH"]


def test_thanks_or_hello_to_the_question_is_no_failed_answer(line):
    line.text("Hello")
    for words in ("ok thanks", "ok", "yes please", "Hello dear"):
        asked = line.text(words)
        assert "1 Very good" in asked
        assert "just one number" not in asked
    assert "What was good?" in line.text("1")


def test_who_is_held_keeps_the_answer_to_what_was_asked(line):
    line.text("Hello")
    assert line.text("wrong number") == ""
    assert line.text("1") == ""
    assert line.text("The tea was cold today") == ""

    standing = line.standing()
    assert standing["fft"] == "very_good"
    assert "The tea was cold today" in standing.values()


def test_an_address_with_a_slash_too_many_is_not_sent_elsewhere(line):
    answer = line.client.post("/sms/", content=b"Body=the+nurse")
    assert answer.status_code == 404
    assert "location" not in answer.headers
