"""What people and machines put into a text, and what becomes of it."""

import pytest

from feedback.log import Log
from tests.smsgateway.conftest import ANN, LINE

NOT_WATCHED = "This line is not watched all day."


@pytest.mark.parametrize("words", ["", "   ", "\n\n", "..."])
def test_an_empty_text_is_asked_once_more_and_leaves_no_comment(line, words):
    line.text("Hello")
    assert "just one number" in line.text(words)
    line.text(words)
    thanks = line.text("")

    assert NOT_WATCHED in thanks
    assert line.standing() == {"_language": "en", "_end": "finished"}


# ── B1 to B3: what is a score, and what is not ───────────────────────────────


@pytest.mark.parametrize(
    "words",
    [
        "5", " 5 ", "5.", "５", "٥", "৫", "੫", "five", "5️⃣", "no 5", "number five",
        "pump", "pięć", "cinci", "پانچ", "ਪੰਜ", "পাঁচ", "પાંચ", "خمسة", "shan", "五",
        "Very poor", "5 very poor", "Gwael iawn", "😡", "😡😡😡", "😠🏽", "very poor 5",
    ],
)  # fmt: skip
def test_a_score_is_heard_in_many_forms(line, words):
    line.text("Hello")
    line.text(words)

    standing = line.standing()
    assert standing["fft"] == "very_poor"
    assert not [key for key in standing if key.startswith(("good", "better"))]


@pytest.mark.parametrize(
    "words",
    [
        "²", "①", "5/5", "10/10", "4 or 5", "-1", "0", "7", "555", "5_0", "4.5",
        "5٪", "👍", "😡😀", "😢", "no one", "🔟",
        "Five stars",  # 1 is the best here, so they may well mean the opposite of 5
    ],
)  # fmt: skip
def test_what_is_no_score_is_asked_about_once_more_and_kept(line, words):
    line.text("Hello")
    assert "just one number" in line.text(words)

    standing = line.standing()
    assert "fft" not in standing
    assert standing["better.2"] == words
    assert line.text("2").startswith("Thank you.")
    assert line.standing()["fft"] == "good"


@pytest.mark.parametrize(
    "words",
    ["help me", "the nurse hit me", "I want to die", "I am bleeding", "please help me"],
)
@pytest.mark.parametrize("opens", [True, False])
def test_a_call_for_help_is_kept_and_told_what_to_do_now(line, words, opens):
    if not opens:
        line.text("Hello")

    reply = line.text(words)

    assert "999" in reply
    assert words in line.standing().values()


def test_the_bare_word_help_is_answered_unless_the_carrier_has(line):
    assert NOT_WATCHED in line.text("HELP")
    assert line.text("HELP", extra={"OptOutType": "HELP"}) == ""


def test_a_very_long_text_is_kept_whole(line):
    story = "The tea was lukewarm and the toast was cold again. " * 40
    line.text("Hello")
    line.text(story)

    assert line.standing()["better.2"] == story.strip()


def test_a_text_beyond_the_cap_is_cut_and_kept(line):
    line.text("Hello")
    line.text("ŵ" * 10_000)

    kept = line.standing()["better.2"]
    assert set(kept) == {"ŵ"}
    assert len(kept.encode()) == 16_000


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("so\x00 rude", "so rude"),
        ("so\x1b[31m rude", "so[31m rude"),
        ("so \u202erude\u202c", "so rude"),
        ("so rude x" + "\u0301" * 60, "so rude x" + "\u0301" * 8),
        ("so\r\nrude", "so\nrude"),
        ("\ufeffso rude", "so rude"),
    ],
)
def test_harmful_characters_go_and_the_words_stay(line, words, kept):
    line.text("Hello")
    line.text(words)

    assert line.standing()["better.2"] == kept


@pytest.mark.parametrize(
    "words",
    ["سلام، پرستار خیلی مهربان بود", "護士非常好", "நன்றி மிக நல்லது", "👩🏽‍⚕️ was kind"],
)
def test_every_script_is_kept(line, words):
    line.text("Hello")
    line.text("1")
    line.text(words)

    assert line.standing()["good"] == words


def test_a_picture_is_not_fetched_and_is_answered_politely(line):
    extra = {"NumMedia": "1", "MediaUrl0": "https://example.invalid/a.jpg"}
    reply = line.text("Hello", extra=extra)

    assert reply.startswith("We cannot see pictures here")
    assert "1 Very good" in reply
    assert b"example.invalid" not in line.settings.log.read_bytes()


def test_ten_pictures_and_no_words_begin_a_conversation(line):
    assert "1 Very good" in line.text("", extra={"NumMedia": "10"})


def test_what_looks_like_base64_is_never_decoded(line):
    words = "VGhlIG51cnNlIHdhcyBydWRlIGFuZCB0aGUgZm9vZCB3YXMgY29sZCBhZ2FpbiBhbmQh"
    line.text("Hello")
    line.text(words)

    assert line.standing()["better.2"] == words


@pytest.mark.parametrize(
    "words",
    [
        "<script>alert(1)</script>", "{{7*7}}", "%s%n", "${jndi:ldap://x}",
        "{organisation}", "'; DROP TABLE answers; --", "<Redirect>http://x</Redirect>",
        "a & b", "]]>",
    ],
)  # fmt: skip
def test_code_is_plain_text_and_is_never_said_back(line, words):
    line.text("Hello")
    answer = line.post(words)

    assert answer.status_code == 200
    assert words.encode() not in answer.content
    assert b"Redirect" not in answer.content
    assert line.standing()["better.2"] == words


def test_a_text_that_a_person_sends_twice_is_kept_twice(line):
    for words in ("Hello", "1", "kind", "cold food", "cold food"):
        line.text(words)

    standing = line.standing()
    assert (standing["good.2"], standing["good.3"]) == ("cold food", "cold food")


def test_two_texts_that_change_places_end_the_same(line):
    """The reason arrives a second before the score."""
    line.text("Hello")
    line.text("the staff were kind")
    line.text("1")

    standing = line.standing()
    assert standing["fft"] == "very_good"
    assert "the staff were kind" in standing.values()


def test_what_identifies_a_person_is_kept_sealed(line):
    words = "I am Ann Example, born 1 May 1950, 07700 900123, NHS 999 000 0018"
    line.text("Hello")
    line.text(words)

    assert line.standing()["better.2"] == words
    for file in line.settings.log.parent.iterdir():
        assert b"Ann Example" not in file.read_bytes()
        assert b"999 000" not in file.read_bytes()


def test_a_reply_after_forty_days_is_kept_and_answered(line):
    line.text("Hello")
    line.clock.pass_(days=40)
    reply = line.text("the night was noisy, sorry for being late")

    assert "your words are kept" in reply
    before, after = line.responses()
    assert "fft" not in line.standing(before)
    assert line.standing(after)["better.2"].startswith("the night was noisy")


# ── stop and start ───────────────────────────────────────────────────────────


def rows_of(line, sql):
    with Log.open(line.settings.log) as log:
        return list(log.db.query(sql))


def test_a_stop_in_a_sentence_is_recorded_and_answered_once(line):
    line.text("Hello")
    stopped = line.text("please stop texting me")

    assert "We will not text you again" in stopped
    assert line.text("stop please") == ""
    assert len(rows_of(line, "SELECT * FROM sms_opt_outs")) == 1


@pytest.mark.parametrize("words", ["STOP", " stop ", "UNSUBSCRIBE", "end", "Quit"])
def test_a_stop_that_the_carrier_answers_gets_no_second_answer(line, words):
    line.text("Hello")

    assert line.text(words) == ""
    assert len(rows_of(line, "SELECT * FROM sms_opt_outs")) == 1
    assert line.standing()["_end"] == "left"


def test_a_stop_that_the_carrier_names_is_a_stop_whatever_the_words(line):
    assert line.text("rhoi'r gorau", extra={"OptOutType": "STOP"}) == ""
    assert len(rows_of(line, "SELECT * FROM sms_opt_outs")) == 1


def test_a_stop_ends_open_conversations_and_leaves_finished_ones(line):
    for words in ("Hello", "1", "kind"):
        line.text(words)
    line.text("Hello", line="+447700900501")
    line.text("STOP")

    finished, left = line.responses()
    assert line.standing(finished)["_end"] == "finished"
    assert line.standing(left)["_end"] == "left"


def test_a_stop_is_no_comment_and_begins_no_response(line):
    line.text("stop texting me")

    assert line.answers() == []


def test_who_has_stopped_is_heard_and_not_answered(line):
    line.text("stop texting me")

    assert line.text("The night was very noisy") == ""
    assert line.text("5") == ""
    (response,) = line.responses()
    assert line.standing(response)["better.2"] == "The night was very noisy"
    assert "fft" not in line.standing(response)  # nothing was asked


def test_start_lets_us_text_again_and_says_nothing_itself(line):
    line.text("STOP")

    assert line.text("START") == ""
    assert rows_of(line, "SELECT started_at FROM sms_opt_outs")[0]["started_at"]
    assert "1 Very good" in line.text("Hello")


def test_who_comes_back_after_a_stop_begins_anew(line):
    line.text("Hello")
    line.text("STOP")
    line.text("START")
    line.text("Hello")
    line.text("2")

    left, begun = line.responses()
    assert line.standing(left)["_end"] == "left"
    assert line.standing(begun)["fft"] == "good"


def test_yes_starts_only_who_had_stopped(line):
    line.text("STOP")
    assert line.text("yes") == ""
    assert "1 Very good" in line.text("Yes")


def test_another_stop_after_a_start_is_answered_again(line):
    line.text("stop texting me")
    line.text("START")

    assert "We will not text you again" in line.text("stop texting me")


# ── who sends ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "sender",
    [
        "", "anonymous", "+266696687", "86888", "NHS", "whatsapp:+447700900123",
        "+44 7700 900123", "+" + "4" * 20, "07700900123",
    ],
)  # fmt: skip
def test_words_of_an_unknown_sender_are_kept_and_not_answered(line, sender):
    assert line.text("The ward was too hot", sender=sender) == ""
    assert line.text("5", sender=sender) == ""

    assert line.standing() == {"_language": "en", "better.2": "The ward was too hot"}


def test_our_own_number_is_not_answered(line):
    assert line.text("Thank you", sender=LINE) == ""
    assert line.answers() == []


def test_a_person_is_a_hash_that_needs_the_pepper(line):
    line.text("Hello")

    (row,) = rows_of(line, "SELECT person FROM sms_conversations")
    assert ANN not in row["person"]
    assert len(row["person"]) == 64
