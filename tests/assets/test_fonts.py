"""Every letter that we write, and every one that somebody can type, is in its font."""

import tomllib
from collections.abc import Iterator

import pytest
from fontTools.ttLib import TTFont

from feedback.assets import assets_folder
from kiosk.fonts import FAMILIES

ASSETS = assets_folder()
FONTS = ASSETS / "fonts"
LATIN = "ABCXYZabcxyz0123456789.,:;!?’–()@&%£ŵŷłșțżáéïôū"
KEYS = "←↑→↓⇧⌫⏎✓✕"
MARKS = "\u0300\u0301\u0302\u0308"  # a letter and its mark, as some keyboards send them
# What is drawn by nothing of its own.
UNSEEN = set("\n\t\u200b\u200c\u200d\u200e\u200f")
TOTAL_BYTES = 6_300_000

each_language = pytest.mark.parametrize("language", FAMILIES)


def words_of(table) -> Iterator[str]:
    if isinstance(table, str):
        yield table
    elif isinstance(table, dict | list):
        for part in table.values() if isinstance(table, dict) else table:
            yield from words_of(part)


def in_language(table, language) -> Iterator[str]:
    """The words of a survey file in one language, beside English or in its table."""
    if not isinstance(table, dict | list):
        return
    if isinstance(table, dict) and isinstance(table.get(language), str):
        yield table[language]
    for key, part in table.items() if isinstance(table, dict) else enumerate(table):
        if key != "words":
            yield from in_language(part, language)


def written_in(language) -> set[str]:
    """Every letter of the kiosk's words and the surveys' in a language."""
    kiosk = tomllib.loads((ASSETS / f"wording/kiosk/{language}.toml").read_text())
    words = list(words_of(kiosk))
    for file in ASSETS.glob("surveys/*.toml"):
        survey = tomllib.loads(file.read_text())
        words += words_of(survey.get("words", {}).get(language, {}))
        words += in_language(survey, language)
    return set("".join(words)) - UNSEEN


def typed_in(language) -> set[str]:
    keyboards = tomllib.loads((ASSETS / "keyboards.toml").read_text())
    letters = set("".join(words_of(keyboards.get(language, keyboards["en"]))))
    if language == "zh-Hans":
        letters |= set((ASSETS / "pinyin.txt").read_text())
    return letters - UNSEEN


def letters_of(language) -> Iterator[tuple[str, set[str]]]:
    family = FAMILIES[language]
    for file in (family.regular, family.bold):
        with TTFont(FONTS / file) as font:
            yield file, set(map(chr, font.getBestCmap()))


@each_language
def test_every_letter_that_we_write_is_in_the_font_of_its_language(language):
    for file, letters in letters_of(language):
        assert written_in(language) <= letters, file


@each_language
def test_every_letter_that_can_be_typed_is_in_the_font_of_its_keyboard(language):
    for file, letters in letters_of(language):
        assert typed_in(language) <= letters, file


@each_language
def test_names_and_numbers_are_in_every_font(language):
    for file, letters in letters_of(language):
        assert set(LATIN + KEYS + MARKS) <= letters, file


def test_the_chinese_font_has_all_of_gb_2312():
    han = {
        bytes([row, cell]).decode("gb2312", errors="ignore")
        for row in range(0xB0, 0xF8)
        for cell in range(0xA1, 0xFF)
    } - {""}
    assert len(han) == 6763
    for file, letters in letters_of("zh-Hans"):
        assert han <= letters, file


def test_a_letter_without_a_font_would_be_found():
    """The control of the tests above: a Latin font has no Urdu."""
    (_, letters), _ = letters_of("en")
    assert not written_in("ur") <= letters


def test_all_fonts_together_stay_small():
    assert sum(file.stat().st_size for file in FONTS.glob("*.ttf")) < TOTAL_BYTES
