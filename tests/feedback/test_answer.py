"""What is an answer?"""

import json
import uuid
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.answer import (
    FFT_MODES,
    WIRE_WORDS,
    WORDS,
    Answer,
    digest,
    earlier,
    new_response,
    utc_moment,
    utc_text,
)
from tests.feedback.things import NOW, RESPONSE

ROW = Answer("device", 7, RESPONSE, "inpatient@1", "fft", "good", "W1", "kiosk", NOW)


def test_the_nine_words_stand_in_the_order_of_the_design():
    assert WORDS == (
        "device", "seq", "response", "survey", "question", "value", "ward", "mode",
        "answered_at",
    )  # fmt: skip
    assert WORDS[2:] == WIRE_WORDS
    assert len(FFT_MODES) == 7


@pytest.mark.parametrize("word", WORDS)
def test_every_word_counts_in_the_digest(word):
    other = replace(ROW, **{word: 8 if word == "seq" else "other"})
    assert digest(other) != digest(ROW)


@given(st.integers(0, 2**53 - 1), st.lists(st.text(), min_size=8, max_size=8))
def test_the_digest_is_of_the_words_as_compact_json(seq, words):
    answer = Answer(words[0], seq, *words[1:])
    told = json.dumps(asdict(answer), ensure_ascii=False, separators=(",", ":"))
    assert digest(answer) == sha256(told.encode()).hexdigest()


times = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))


@given(times)
def test_a_moment_comes_back_to_the_millisecond(moment):
    text = utc_text(moment)
    assert len(text) == len(NOW)
    back = utc_moment(text)
    assert timedelta(0) <= moment - back < timedelta(milliseconds=1)
    assert utc_text(back) == text


@given(times, times)
def test_texts_sort_as_moments_do(one, other):
    if one <= other:
        assert utc_text(one) <= utc_text(other)


def test_a_moment_of_another_zone_is_written_in_utc():
    summer = datetime(2026, 7, 1, 9, 0, tzinfo=timezone(timedelta(hours=1)))
    assert utc_text(summer) == "2026-07-01T08:00:00.000Z"
    with pytest.raises(AssertionError):
        utc_text(datetime(2026, 7, 1, 9, 0))


@pytest.mark.parametrize(
    "text",
    [
        "", "now", "2026-11-22", "2026-11-22T08:15:30Z", "2026-11-22T08:15:30.123",
        "2026-11-22T08:15:30.123456Z", "2026-11-22 08:15:30.123Z",
        "2026-11-22T08:15:30.123+00:00", "2026-11-22T08:15:30.123z",
        "2026-11-22T09:15:30.123+01:00", "2026-11-22T25:61:00.000Z",
        "2026-02-30T08:15:30.123Z", "0001-01-01T00:00:00.000+14:00",
        "9999-12-31T23:59:59.999-14:00", "10000-01-01T00:00:00.000Z",
        " 2026-11-22T08:15:30.123Z", "２０２６-11-22T08:15:30.123Z",
        "20261122T081530.123Z", "2026-11-22T24:00:00.000Z",
        "2026-11-22T08:15:30.123Z\n",
    ],
)  # fmt: skip
def test_any_other_form_of_a_time_is_refused(text):
    with pytest.raises(ValueError, match=r".*"):
        utc_moment(text)


@given(st.text(max_size=30))
def test_any_text_is_a_time_or_a_value_error(text):
    try:
        assert utc_text(utc_moment(text)) == text
    except ValueError:
        assert text != NOW


def test_thirty_days_earlier_is_thirty_days_earlier():
    assert earlier("2026-03-31T01:30:00.000Z", 30) == "2026-03-01T01:30:00.000Z"


def test_a_response_is_a_uuid_of_version_7_and_new_each_time():
    several = [new_response() for _ in range(100)]
    assert len(set(several)) == 100
    assert several == sorted(several)
    assert {uuid.UUID(one).version for one in several} == {7}
    assert all(one == str(uuid.UUID(one)) for one in several)
