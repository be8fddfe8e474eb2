"""Letters that spell Chinese characters."""

import unicodedata

import pytest

from kiosk.pinyin import LETTERS_MOST, Spelling, read_pinyin
from tests.kiosk.test_keyboard import LAYOUTS

PINYIN = read_pinyin(LAYOUTS["zh-Hans"].spelled)


def spelled(letters: str) -> str:
    return "".join(one.character for one in PINYIN.candidates(letters))


@pytest.mark.parametrize(
    ("letters", "first"),
    [
        ("wo", "我"), ("hao", "好"), ("teng", "疼"), ("hu", "护"), ("shi", "是"),
        ("lü", "绿"), ("nü", "女"), ("de", "的"), ("men", "们"), ("yao", "要"),
    ],
)  # fmt: skip
def test_the_usual_character_is_on_the_first_page(letters, first):
    assert first in spelled(letters)[:6]


def test_every_everyday_character_is_found_by_a_syllable():
    assert len(PINYIN.places) == 6763  # all of GB 2312
    assert set("".join(PINYIN.syllables.values())) == set(PINYIN.places)
    for character in PINYIN.places:
        spelling = PINYIN.spelling_of(character)
        assert character in spelled(spelling)
        assert set(spelling) <= set("abcdefghijklmnopqrstuüwxyz")


def test_several_syllables_are_chosen_one_after_the_other():
    spelling = Spelling(PINYIN, 6)
    for letter in "nihao":
        spelling.add(letter)
    assert spelling.page[0].character == "你"
    assert spelling.choose(0) == "你"
    assert spelling.letters == "hao"
    assert spelling.choose(0) == "好"
    assert spelling.letters == ""
    assert spelling.page == []


def test_a_syllable_that_is_not_finished_has_candidates_already():
    assert {"中", "这", "着"} <= set(spelled("zh")[:12])
    assert spelled("xian").startswith("现")
    assert {"西", "系"} <= set(spelled("xian")) or len(spelled("xian")) == 240


def test_letters_that_spell_nothing_can_be_taken_back():
    spelling = Spelling(PINYIN, 6)
    for letter in "üü":
        spelling.add(letter)
    assert spelling.page == []
    spelling.backspace()
    assert spelling.letters == "ü"
    assert spelling.give_up() == "ü"
    assert spelling.letters == ""


def test_pages_lead_through_all_candidates_and_back():
    spelling = Spelling(PINYIN, 6)
    for letter in "yi":
        spelling.add(letter)
    seen = [one.character for one in spelling.page]
    assert not spelling.has_before
    while spelling.has_more:
        spelling.turn(1)
        seen += [one.character for one in spelling.page]
    assert seen == list(spelled("yi"))
    spelling.turn(1)
    assert [one.character for one in spelling.page] == seen[-len(spelling.page) :]
    while spelling.has_before:
        spelling.turn(-1)
    assert [one.character for one in spelling.page] == seen[:6]


def test_no_more_letters_wait_than_a_few_words_have():
    spelling = Spelling(PINYIN, 6)
    for _ in range(100):
        spelling.add("a")
    assert spelling.letters == "a" * LETTERS_MOST


def test_nothing_is_learned():
    before = spelled("shi")
    spelling = Spelling(PINYIN, 6)
    for _ in range(20):
        for letter in "shi":
            spelling.add(letter)
        spelling.turn(1)
        spelling.choose(3)
    assert spelled("shi") == before


def test_the_table_is_made_of_single_characters_without_doubles():
    for syllable, characters in PINYIN.syllables.items():
        assert len(set(characters)) == len(characters), syllable
        assert all(unicodedata.category(one) == "Lo" for one in characters)
