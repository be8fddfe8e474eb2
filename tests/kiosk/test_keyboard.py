"""The keyboards' data: every language has its letters, on keys of a finger's size."""

import re
import tomllib
import unicodedata

import pytest

from feedback.assets import assets_folder
from kiosk.keyboard import starts_sentence
from kiosk.layouts import JOBS, MORE, ROW_WIDTH, read_layouts, widths, written
from kiosk.pinyin import read_pinyin
from tests.kiosk.conftest import ASSETS, LANGUAGES

ASSETS_FOLDER = assets_folder()
LAYOUTS = read_layouts(ASSETS_FOLDER / "keyboards.toml")
LAYERS = [(name, layer) for name in LAYOUTS for layer in LAYOUTS[name].layers]

by_layer = pytest.mark.parametrize(("name", "layer"), LAYERS)


@by_layer
def test_every_row_is_ten_keys_wide_and_no_key_narrower_than_a_letter(name, layer):
    for row in LAYOUTS[name].layers[layer].rows:
        assert sum(widths(row)) == ROW_WIDTH
        keys = zip(row, widths(row), strict=True)
        assert all(width >= 1 for key, width in keys if key not in ("half", "gap"))


@by_layer
def test_no_key_stands_twice(name, layer):
    keys = list(LAYOUTS[name].layers[layer].keys)
    assert len(set(keys)) == len(keys)


@by_layer
def test_space_delete_and_the_way_back_are_on_every_layer(name, layer):
    keys = set(LAYOUTS[name].layers[layer].keys)
    assert {"space", "backspace", "newline"} <= keys
    assert ("symbols" in keys) != ("letters" in keys)
    assert layer != MORE or MORE in keys


@by_layer
def test_keys_write_what_is_kept(name, layer):
    """What a comment is cleaned of on its way to the disk no key may write."""
    for text in LAYOUTS[name].layers[layer].letters:
        assert unicodedata.normalize("NFC", text) == text
        assert all(unicodedata.category(one) not in ("Cc", "Cf", "Cs") for one in text)


def typed(language: str) -> set[str]:
    """Every character that the keyboard of a language writes."""
    layout = LAYOUTS.get(language, LAYOUTS["en"])
    letters = {
        one
        for layer in layout.layers.values()
        for text in layer.letters
        for one in text
    }
    if layout.spelled:
        letters |= set(read_pinyin(layout.spelled).places)
    return letters | {letter.upper() for letter in letters if letter.isascii()}


def words_of(language: str) -> str:
    """All that we say in that language: nobody may need more letters than we do."""
    table = tomllib.loads(
        (ASSETS_FOLDER / "wording" / "kiosk" / f"{language}.toml").read_text("utf-8")
    )
    texts = [value for value in table.values() if isinstance(value, str)]
    for file in sorted((ASSETS_FOLDER / "surveys").glob("*.toml")):
        survey = tomllib.loads(file.read_text("utf-8"))
        words = survey.get("words", {}).get(language, {})
        texts += [value for value in words.values() if isinstance(value, str)]
    return unicodedata.normalize("NFC", re.sub(r"\{\w+\}", "", " ".join(texts)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_letter_of_our_own_words_can_be_typed(language):
    letters = {
        one
        for one in words_of(language)
        if unicodedata.category(one)[0] in "LM" and not one.isascii()
    }
    keys = typed(language)
    missing = {one for one in letters if one not in keys and one.lower() not in keys}
    assert missing == set()
    assert set("0123456789") <= keys


@pytest.mark.parametrize(
    ("language", "letters"),
    [
        ("cy", "ŵŷâêîôûïabcdefghijklmnopqrstuvwxyz"),
        ("pl", "ąćęłńóśźżabcdefghijklmnopqrstuvwxyz"),
        ("ro", "ăâîșțabcdefghijklmnopqrstuvwxyz"),
        ("so", "abcdefghijklmnopqrstuvwxyz'"),
        ("ur", "اآبپتٹثجچحخدڈذرڑزژسشصضطظعغفقکگلمنںوہھءیےئؤۂ۰۱۲۳۴۵۶۷۸۹۔،؟"),
        ("ar", "ابتثجحخدذرزسشصضطظعغفقكلمنهويةىءأإآؤئ٠١٢٣٤٥٦٧٨٩،؟"),
        ("pa", "ਸਹਕਖਗਘਙਚਛਜਝਞਟਠਡਢਣਤਥਦਧਨਪਫਬਭਮਯਰਲਵੜਅਆਇਈਉਊਏਐਓਔ਼੍ੰੱਂ੧੨੩੪੫੬੭੮੯੦।"),
        ("pa", "ਾਿੀੁੂੇੈੋੌ"),
        ("bn", "অআইঈউঊঋএঐওঔকখগঘঙচছজঝঞটঠডঢণতথদধনপফবভমযরলশষসহৎ়্ংঃঁ১২৩৪৫৬৭৮৯০।"),
        ("bn", "ািীুূৃেৈোৌ"),
        ("gu", "અઆઇઈઉઊઋઍએઐઑઓઔકખગઘઙચછજઝઞટઠડઢણતથદધનપફબભમયરલળવશષસહ઼્ંઃઁ૧૨૩૪૫૬૭૮૯૦"),
        ("gu", "ાિીુૂૃૅેૈૉોૌ"),
    ],
)
def test_every_letter_of_the_alphabet_has_a_key(language, letters):
    assert set(letters) - typed(language) == set()


def test_romanian_has_commas_below_and_no_cedillas():
    assert not set("şţ") & typed("ro")


def test_capitals_are_only_where_a_script_has_them():
    with_shift = {name for name, one in LAYOUTS.items() if "shift" in _all_keys(one)}
    assert with_shift == {"en", "cy", "pl", "ro", "zh-Hans"}


def _all_keys(layout) -> set[str]:
    return {key for layer in layout.layers.values() for key in layer.keys}


def test_a_layer_is_reached_by_a_key_with_letters_of_it():
    for layout in LAYOUTS.values():
        for layer in layout.layers.values():
            if MORE in layer.keys:
                for face in (layout.layers[MORE].face, layout.layers["letters"].face):
                    assert face


def test_a_face_shows_letters_that_stand_on_its_layer():
    for name in ("ur", "pa", "bn", "gu"):
        for layer in ("letters", MORE):
            face = LAYOUTS[name].layers[layer].face.split()
            assert set(face) <= set(map(written, LAYOUTS[name].layers[layer].keys))


def test_every_key_with_a_job_has_words():
    for name in JOBS - {"half", "gap", MORE}:
        for language in LANGUAGES:
            assert ASSETS.wording[f"key_{name}"].get(language), (name, language)


@pytest.mark.parametrize(
    ("text", "capital"),
    [
        ("", True), ("  ", True), ("Good. ", True), ("Why? ", True), ("a\n", True),
        ("Good", False), ("Good ", False), ("2.5", False), ("2.", False),
    ],
)  # fmt: skip
def test_a_capital_begins_a_text_a_line_and_a_sentence(text, capital):
    assert starts_sentence(text) == capital
