"""`wardvoice-sms segments`: texts in, their cost out, line by line."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from smsgateway.asking.costs import LINE_BYTES, BadLine, write_costs
from tests.smsgateway.test_truth import SHARED, read


def costs(data):
    out = io.StringIO()
    write_costs(io.BytesIO(data), out)
    return out.getvalue()


def command(data, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "smsgateway", "segments", *arguments],
        cwd=Path(__file__).parents[3],
        input=data,
        capture_output=True,
        timeout=60,
    )


def test_every_vector_of_twilios_calculator_comes_out_in_its_order():
    vectors = read(SHARED / "truth" / "segments.jsonl")
    expected = [json.loads(line) for line in vectors.splitlines()]

    done = command(vectors.encode())

    assert (done.returncode, done.stderr) == (0, b"")
    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        {"encoding": one["encoding"], "segments": one["segments"]} for one in expected
    ]


def test_a_file_may_be_named_instead(tmp_path):
    file = tmp_path / "texts.jsonl"
    file.write_text('{"text": "ŵ"}\n{"text": "", "id": 7}', encoding="utf-8")

    done = command(b"", str(file))

    assert done.stdout.splitlines() == [
        b'{"encoding": "UCS-2", "segments": 1}',
        b'{"encoding": "GSM-7", "segments": 1}',
    ]
    assert command(b"", str(tmp_path / "none")).returncode == 1


BAD = {
    "no JSON": b"hello",
    "an empty line": b"",
    "no object": b'"hello"',
    "no text": b'{"words": "hello"}',
    "a text that is a number": b'{"text": 7}',
    "a text that is null": b'{"text": null}',
    "not UTF-8": b'{"text": "caf\xe9"}',
    "half a letter": b'{"text": "\\ud83d"}',
    "a deep one": b"[" * 200_000,
    "a long number": b"9" * 10_000,
    "a long line": b'{"text": "' + b"a" * LINE_BYTES + b'"}',
}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_a_bad_line_is_refused_with_its_number(bad):
    good = b'{"text": "hello"}\n'

    with pytest.raises(BadLine) as refused:
        costs(good * 2 + bad + b"\n" + good)

    assert refused.value.line == 3
    assert str(refused.value).startswith("line 3 ")
    assert "caf" not in str(refused.value)
    # The lines around it are good: it is the bad one that is refused.
    assert costs(good * 3).count("\n") == 3


def test_the_command_says_which_line_and_gives_those_before_it():
    done = command(b'{"text": "a"}\n{"text": "b"}\nsecret words\n{"text": "c"}\n')

    assert done.returncode == 1
    assert len(done.stdout.splitlines()) == 2
    assert b"line 3" in done.stderr
    assert b"secret" not in done.stderr
    assert b"Traceback" not in done.stderr


def test_two_halves_make_one_letter_and_a_byte_order_mark_is_no_matter():
    assert json.loads(costs(b'\xef\xbb\xbf{"text": "\\ud83d\\ude00"}')) == {
        "encoding": "UCS-2",
        "segments": 1,
    }
