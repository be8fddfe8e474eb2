"""The file that is carried by hand: whole, cut, damaged, strange and enormous."""

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.carried import (
    LINE_BYTES,
    CarriedError,
    Cut,
    Damaged,
    NotOurs,
    Parcel,
    TooNew,
    end_line,
    head_line,
    parcel_line,
    read_parcels,
)

PARCEL = Parcel("0" * 32, "first=1, ed25519=x", "gzip", b"\x1f\x8b\0body")


def a_file(*parcels):
    return head_line() + b"".join(map(parcel_line, parcels)) + end_line(len(parcels))


def read(raw):
    """What was read before it ended, and how it ended."""
    found = []
    try:
        found.extend(read_parcels(io.BytesIO(raw)))
    except CarriedError as error:
        return found, type(error)
    return found, None


@given(
    st.lists(
        st.builds(
            Parcel,
            st.text("0123456789abcdef", min_size=32, max_size=32),
            st.text(st.characters(codec="utf-8"), max_size=40),
            st.sampled_from(["", "gzip"]),
            st.binary(max_size=60),
        ),
        max_size=4,
    )
)
def test_what_is_written_is_read(parcels):
    assert read(a_file(*parcels)) == (parcels, None)


def test_wherever_it_is_cut_what_came_whole_is_read_and_the_cut_is_told():
    other = Parcel("1" * 32, "s", "", b"other")
    whole = a_file(PARCEL, other)
    for cut in range(len(whole)):
        found, how = read(whole[:cut])
        assert how in (Cut, NotOurs), cut
        taken = [one for one in found if isinstance(one, Parcel)]
        assert taken == [PARCEL, other][: len(taken)]


@given(st.binary(max_size=200))
def test_bytes_that_are_no_file_of_ours_are_told_and_no_more(raw):
    assert read(raw) == ([], NotOurs)
    found, how = read(head_line() + raw)
    assert how is Cut
    assert all(isinstance(one, Damaged) for one in found)


@pytest.mark.parametrize(
    "words",
    [
        {"device": "x" * 32},
        {"device": 7},
        {"body": "not base64!"},
        {"body": None},
        {"signature": []},
        {"more": "words"},
    ],
)
def test_a_damaged_batch_does_not_hide_the_others(words):
    good = json.loads(parcel_line(PARCEL))
    bad = json.dumps(good | words).encode() + b"\n"
    raw = head_line() + parcel_line(PARCEL) + bad + parcel_line(PARCEL) + end_line(3)

    (first, damaged, last), how = read(raw)

    assert (first, last, how) == (PARCEL, PARCEL, None)
    assert str(damaged) == "batch 2 of the file"


def test_a_later_file_is_told_apart_from_a_strange_one():
    later = json.dumps({"wardvoice": "batches", "version": 2}).encode() + b"\n"
    assert read(later) == ([], TooNew)
    assert read(b'{"wardvoice": "batches", "version": true}\n') == ([], NotOurs)
    assert read(b"[" * 100_000 + b"\n") == ([], NotOurs)


def test_an_end_that_counts_otherwise_is_a_cut():
    raw = head_line() + parcel_line(PARCEL) + end_line(2)
    assert read(raw) == ([PARCEL], Cut)


class Endless(io.RawIOBase):
    """A file without an end, and how much of it was ever asked for."""

    def __init__(self):
        self.read_bytes = 0

    def readline(self, limit=-1):
        assert 0 < limit <= LINE_BYTES
        first, self.read_bytes = self.read_bytes == 0, self.read_bytes + limit
        return head_line() if first else b"x" * limit


def test_of_an_enormous_file_little_is_read():
    endless = Endless()
    with pytest.raises(Cut, match="too many"):
        list(read_parcels(endless))
    assert endless.read_bytes < 40 * LINE_BYTES
