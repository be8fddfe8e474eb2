"""Do these words call for help? Recall first; what is harmless is measured."""

import csv
import shutil
import time
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from feedback.assets import assets_folder
from feedback.concern import KINDS, ConcernError, read_concerns
from feedback.survey import OUR_QUESTIONS
from tests.feedback.cries import CRIES, cries

FOLDER = assets_folder() / "concern"
COMMENTS = Path(__file__).parents[3] / "shared" / "data" / "comments.csv"
EVERY = [
    (language, kind, cry)
    for language, kinds in CRIES.items()
    for kind in kinds
    for cry in cries(language, kind)
]


@cache
def concerns():
    return read_concerns(FOLDER)


def kinds_in(words):
    return concerns().kinds_in(words)


def unheard(listening):
    return [
        (language, kind, cry)
        for language, kind, cry in EVERY
        if kind not in listening.kinds_in(cry)
    ]


# ── recall ───────────────────────────────────────────────────────────────────


def test_every_cry_is_heard():
    assert unheard(concerns()) == []


def test_there_are_cries_of_every_kind_in_every_language():
    assert CRIES.keys() == {path.stem for path in FOLDER.glob("*.toml")}
    for language, kinds in CRIES.items():
        assert tuple(kinds) == KINDS
        few = 12 if language == "en" else 4
        assert all(len(set(cries(language, kind))) >= few for kind in kinds), language


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("help me", "help"),
        ("the nurse hit me", "abuse"),
        ("I want to die", "self_harm"),
        ("nobody hit me", "abuse"),  # no rule reads a negation: a person does
    ],
)
def test_the_texts_of_the_table_of_bad_inputs(words, kind):
    assert kind in kinds_in(words)


def test_several_kinds_come_in_their_order():
    words = "Call the police. The nurse hit me and I want to die. Left in my own mess."
    assert kinds_in(words) == ("self_harm", "abuse", "neglect", "help")
    assert OUR_QUESTIONS["_concern"].accepts(" ".join(kinds_in(words)))


# ── what makes no difference ─────────────────────────────────────────────────

UNSEEN = "\u200b\u200c\u200d\u202e\u202d\u2066\u2069\ufeff\u00ad\ufe0f\ud800\u0301\0"
HEARD = [(kind, cry) for _, kind, cry in EVERY]
cry = st.sampled_from(HEARD)


@given(cry, st.data())
def test_what_is_not_seen_makes_no_difference(one, data):
    kind, words = one
    for _ in range(3):
        at = data.draw(st.integers(1, len(words)))
        words = words[:at] + data.draw(st.sampled_from(UNSEEN)) + words[at:]
    assert kind in kinds_in(words)


@given(cry, st.sampled_from([str.upper, str.lower, str.title, str.swapcase]))
def test_capitals_make_no_difference(one, case):
    kind, words = one
    assert kind in kinds_in(case(words))


@given(cry, st.sampled_from(' .,!?;:-–—()[]/*"“”…\n\t🙏😭'), st.data())
def test_punctuation_between_words_makes_no_difference(one, sign, data):
    kind, words = one
    parts = words.split(" ")
    at = data.draw(st.integers(0, len(parts)))
    assert kind in kinds_in(" ".join([*parts[:at], sign, *parts[at:]]))


@given(cry, st.integers(3, 9), st.data())
def test_a_letter_held_down_makes_no_difference(one, times, data):
    kind, words = one
    at = data.draw(st.integers(0, len(words) - 1))
    assume(words[at].isascii() and words[at].isalpha())
    assume(any(len(word) > 1 and words[at] in word for word in words.split()))
    stretched = words[:at] + words[at] * times + words[at + 1 :]
    assume(not any(word == words[at] * times for word in stretched.split()))
    assert kind in kinds_in(stretched)


SENTENCES = ["the food was lovely.", "Thank you!", "الطعام جيد.", "护士很好。", "Ok\n"]


@given(cry, st.lists(st.sampled_from(SENTENCES)), st.lists(st.sampled_from(SENTENCES)))
def test_more_sentences_take_no_cry_away(one, before, after):
    kind, words = one
    assert kind in kinds_in(" ".join([*before, words + ".", *after]))


harmless_words = st.lists(st.sampled_from("the ward 5 lovely 茶 চা og".split()))


@given(cry, harmless_words, harmless_words)
def test_more_words_take_no_cry_away_but_a_bare_one(one, before, after):
    """True of each phrase that does not ask for a sentence of its own (< help >): "the
    staff help others" is no cry. And more words can make a phrase of `except`: "hit
    me" and "hit and miss"; it cancels only what lies wholly within it."""
    kind, words = one
    bare = kind == "help" or kind not in kinds_in(f"the {words} the")
    assume(not bare)
    assert kind in kinds_in(" ".join([*before, words, *after]))


def test_few_cries_need_a_sentence_of_their_own():
    bare = [(k, words) for k, words in HEARD if k not in kinds_in(f"the {words} the")]
    assert {kind for kind, _ in bare} <= {"help"}
    assert len(bare) <= 16


@given(st.text(st.characters(), max_size=300))
@example("\ud800\udfff" * 9)
@example("\u202e" * 50 + "\0")
@example("")
def test_any_text_has_an_answer(words):
    assert set(kinds_in(words)) <= set(KINDS)


@given(
    st.lists(st.sampled_from("hit the spot me help . to die for tea 打 人 针".split()))
)
def test_any_order_of_the_phrases_own_words_has_an_answer(words):
    assert set(kinds_in(" ".join(words))) <= set(KINDS)


# ── what is harmless ─────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "words",
    [
        "The soup hit the spot",
        "Dying for a cup of tea!",
        "Could not help me more",
        "They helped me such a lot",
        "The food was to die for",
        "Staff were always there to help me",
        "Everyone was lovely, thank you",
        "Lovely nurses, clean ward, good food. 10/10",
        "5",
        "护士打针很好",
        "Diolch yn fawr i bawb",
        "شكرا لكم جميعا",
        "Wszystko było dobrze, dziękuję",
    ],
)
def test_the_commonest_harmless_words_are_left_alone(words):
    assert kinds_in(words) == ()


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("The soup hit the spot but the nurse hit me", "abuse"),
        ("The nurse hit me. The soup hit the spot", "abuse"),
        ("they hit me hit the spot", "abuse"),
        ("dying for a cup of tea and I want to die", "self_harm"),
        ("They could not help me more. Help me", "help"),
        ("I beg you to help me please", "help"),  # reaches out of "to help me"
        ("Can you please help me", "help"),
        ("Nurse help me", "help"),
        ("They come. Help me", "help"),  # no exception goes on in the next sentence
    ],
)
def test_an_exception_cancels_only_what_it_covers(words, kind):
    assert kind in kinds_in(words)


@pytest.mark.skipif(not COMMENTS.exists(), reason="the real comments are not here")
def test_of_real_comments_few_are_marked_and_each_disclosure_is():
    """Measured when this was written: 3.9% of 7,906, from 2.0% of the best rated to
    16.1% of the worst; most tell of an illness that brought them there."""
    with COMMENTS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    marked = [bool(kinds_in(row["comment"])) for row in rows]
    told = [
        mark
        for row, mark in zip(rows, marked, strict=True)
        if "Safeguarding concerns?" in row["labels"]
    ]
    assert told == [True] * 4
    assert 0.01 < sum(marked) / len(rows) < 0.05
    best = [m for row, m in zip(rows, marked, strict=True) if row["fft_score"] == "1"]
    assert sum(best) / len(best) < 0.025


# ── time ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "words",
    ["hit ", "hit the spot ", "to help me ", "a", "aaaab", "我打", "没有人来打针", ".",
     "no never not left hours bell nobody ", "لا احد ياتي ", "could help ", "e\u0301"],
)  # fmt: skip
def test_no_text_is_slow(words):
    def seconds(text):
        began = time.process_time()
        kinds_in(text)
        return time.process_time() - began

    text = (words * 16_000)[:16_000]
    assert min(seconds(text) for _ in range(3)) < 0.5


# ── planted faults ───────────────────────────────────────────────────────────


@pytest.fixture
def planted(tmp_path):
    """A copy of the phrases, to be changed: `change(file, old, new)`."""
    folder = tmp_path / "concern"
    shutil.copytree(FOLDER, folder)

    def change(language, old, new):
        path = folder / f"{language}.toml"
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), encoding="utf-8")
        return folder

    return change


@pytest.mark.parametrize("language", CRIES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_without_its_phrases_is_missed(planted, language, kind):
    text = (FOLDER / f"{language}.toml").read_text(encoding="utf-8")
    block = text.split(f"\n{kind} = '''\n", 1)[1].split("'''", 1)[0]

    folder = planted(language, block, "nothing of the sort\n")

    missed = Counter((one, two) for one, two, _ in unheard(read_concerns(folder)))
    assert missed[language, kind] >= 2


def test_an_exception_that_covers_too_much_is_caught(planted):
    folder = planted("en", "\nhit the spot\n", "\nhit the spot\nthe nurse hit me\n")

    assert ("en", "abuse", "the nurse hit me") in unheard(read_concerns(folder))


# ── the files ────────────────────────────────────────────────────────────────


def test_only_english_has_been_reviewed():
    assert concerns().reviewed == {"en"}


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("\nhit the spot\n", "\nhit .. .. spot\n", "two gaps"),
        ("\nhit the spot\n", "\n.. the spot\n", "begin and end with a word"),
        ("\nhit the spot\n", "\nhit the spot ...\n", "begin and end with a word"),
        ("\nhit the spot\n", "\nhit the @spots\n", "no list @spots"),
        ("\nhit the spot\n", "\nhit th*e spot\n", "is no word"),
        ("\nhit the spot\n", "\nhit the *\n", "is no word"),
        ("\nhit the spot\n", "\nhit t* spot\n", r"a \* needs"),
        ("\nhit the spot\n", "\nhit the spot?\n", "is no word"),
        ("\nhit the spot\n", "\n" + "hit " * 90 + "\n", "longer than"),
        ("\nhit the spot\n", "\n<\n", "begin and end with a word"),
        ("reviewed = true\n", "reviewed = 'yes'\n", "true or false"),
        ('\nvictim = "me', '\nvictim = "? me', "is no word"),
        ('\nkill = "kil"', '\nkill = "k*"', r"a \* needs"),
        ('\nkill = "kil"', "\nkill = 3", "must be a text"),
    ],
)  # fmt: skip
def test_a_wrong_line_is_named(planted, old, new, reason):
    folder = planted("en", old, new)

    with pytest.raises(ConcernError, match=reason) as caught:
        read_concerns(folder)

    assert caught.value.file == "en.toml"
    lines = (folder / "en.toml").read_text(encoding="utf-8").split("\n")
    assert lines[caught.value.line - 1].startswith(new.strip("\n"))
    assert f"line {caught.value.line}" in str(caught.value)


def test_a_phrase_may_not_stand_there_twice(planted):
    folder = planted("en", "\nhit the spot\n", "\nhit the spot\nhit  the spot # too\n")

    with pytest.raises(ConcernError, match=r"hit the spot: as in line \d+"):
        read_concerns(folder)


def test_a_file_says_whether_it_was_reviewed(planted):
    with pytest.raises(ConcernError, match="must say reviewed"):
        read_concerns(planted("en", "reviewed = true\n", "\n"))


def test_a_file_has_nothing_but_what_is_known(planted):
    with pytest.raises(ConcernError, match="has no 'find'"):
        read_concerns(
            planted("en", "reviewed = true\n", "reviewed = true\nfind = ''\n")
        )


def test_a_kind_without_any_phrase_is_refused(tmp_path):
    (tmp_path / "xx.toml").write_text("reviewed = true\nabuse = '''\nhit me\n'''\n")

    with pytest.raises(ConcernError, match="self_harm has no phrase"):
        read_concerns(tmp_path)


def test_a_folder_without_files_is_refused(tmp_path):
    with pytest.raises(ConcernError, match="holds no phrases"):
        read_concerns(tmp_path)
