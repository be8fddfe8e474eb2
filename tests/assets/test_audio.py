"""What the kiosk reads aloud."""

import shutil
import tomllib

import pytest

from assets import build_audio
from assets.build_audio import PHRASES, build, complaints, wanted
from assets.voice import SAID, VOICES, as_said, mark_of
from feedback.assets import assets_folder
from feedback.surveys import load_surveys, read_wording
from kiosk.clips import ESPEAK, INDEX, RECORDED, read_index, seconds_of

ASSETS = assets_folder()
AUDIO = ASSETS / "audio"
SURVEYS = load_surveys(ASSETS / "surveys")
WORDING = read_wording(ASSETS / "wording" / "kiosk")
ALL_BYTES = 6_500_000
# Nobody speaks more quickly or more slowly than this. Chinese writes a syllable with
# one letter.
LETTERS_PER_S = (3.5, 21.0)
CHINESE_PER_S = (1.2, 7.0)


@pytest.mark.parametrize("language", VOICES)
def test_every_text_has_the_clip_that_says_it(language):
    """Words were changed? `.venv/bin/python -m assets.build_audio` renders them."""
    assert complaints(AUDIO / language, wanted(SURVEYS, WORDING, language)) == []


def test_no_language_has_clips_without_a_voice_or_a_survey():
    folders = {path.name for path in AUDIO.iterdir() if path.is_dir()}

    assert folders == set(VOICES)
    assert folders | {"so"} == set(SURVEYS["inpatient@2"].languages)


@pytest.mark.parametrize("language", VOICES)
def test_each_clip_is_as_long_as_its_words_take(language):
    slowest, quickest = CHINESE_PER_S if language == "zh-Hans" else LETTERS_PER_S
    for clip in read_index(AUDIO / language).values():
        seconds = seconds_of((AUDIO / language / clip.file).read_bytes())
        assert seconds > 0.25, clip
        if clip.made == ESPEAK:
            letters = len(as_said(language, clip.words))
            assert letters / quickest - 0.2 < seconds < letters / slowest + 0.8, clip


def test_all_clips_together_are_small():
    assert sum(path.stat().st_size for path in AUDIO.rglob("*.opus")) < ALL_BYTES


@pytest.mark.parametrize("language", VOICES)
def test_the_kiosk_reads_the_index_as_toml_does(language):
    toml = tomllib.loads((AUDIO / language / INDEX).read_text(encoding="utf-8"))
    ours = read_index(AUDIO / language)

    assert toml == {
        words: {"file": clip.file, "made": clip.made, "digest": clip.digest}
        for words, clip in ours.items()
    }


def test_no_phrase_that_is_read_aloud_has_a_blank():
    assert [name for name in PHRASES if "{" in WORDING[name]["en"]] == []


def test_what_the_voice_is_told_is_told_word_by_word():
    for language, told in tomllib.loads(SAID.read_text(encoding="utf-8")).items():
        for word, sounds in told.items():
            assert as_said(language, f"{word}: {word}.") == f"{sounds}: {sounds}."


def test_numbers_to_dial_are_said_digit_by_digit():
    assert as_said("en", "Call 111. It’s 10 o’clock.") == (
        "Call 1 1 1. It's 10 o'clock."
    )


def test_a_bengali_vowel_after_a_dotted_letter_is_not_lost():
    assert as_said("bn", "পড\u09bcেন") == "প\u09dcেন"
    assert as_said("bn", "সময\u09bc") == "সময\u09bc"


# ── the builder ──────────────────────────────────────────────────────────────


class Voice:
    """Says nothing, but remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, language: str, words: str) -> bytes:
        self.asked.append(words)
        return b"OggS " + mark_of(language, words).encode()


RECORDING = (
    (AUDIO / "pl" / "kiosk.start.opus")
    .read_bytes()
    .replace(b"ARTIST=espeak-ng", b"ARTIST=Aleksandr")
)
NAMES = {"Good": "s-1.fft.good", "Poor": "s-1.fft.poor"}


@pytest.fixture
def folder(tmp_path):
    build(tmp_path / "en", NAMES, Voice())
    return tmp_path / "en"


def test_what_is_built_is_not_built_again(folder):
    again, index = Voice(), (folder / INDEX).read_bytes()

    assert build(folder, NAMES, again) == []
    assert again.asked == []
    assert (folder / INDEX).read_bytes() == index
    assert complaints(folder, NAMES) == []


def test_changed_words_are_noticed_and_then_rendered(folder):
    changed, voice = {"Very good": "s-1.fft.good", "Poor": "s-1.fft.poor"}, Voice()
    assert complaints(folder, changed) == [
        "en/s-1.fft.good.opus does not say: Very good",
        "en/s-1.fft.good.opus says what nobody shows: Good",
    ]

    assert build(folder, changed, voice) == []
    assert voice.asked == ["Very good"]
    assert complaints(folder, changed) == []


@pytest.mark.parametrize(
    ("plant", "seen"),
    [
        (lambda clip: clip.unlink(), "is missing"),
        (lambda clip: clip.write_bytes(b"OggS"), "is not the file of the index"),
        (lambda clip: shutil.copy(clip, f"{clip}.opus"), "is not in the index"),
    ],
)
def test_a_planted_fault_among_the_files_is_seen(folder, plant, seen):
    plant(folder / "s-1.fft.good.opus")

    [complaint] = complaints(folder, NAMES)
    assert complaint.endswith(seen)


def test_a_clip_is_rendered_again_when_the_voice_is_told_otherwise(folder, monkeypatch):
    monkeypatch.setitem(VOICES, "en", "en-gb-scotland")
    voice = Voice()

    assert len(complaints(folder, NAMES)) == len(NAMES)
    build(folder, NAMES, voice)
    assert voice.asked == list(NAMES)


def test_a_clip_of_a_text_that_is_gone_is_thrown_away(folder):
    assert build(folder, {"Good": "s-1.fft.good"}, Voice()) == []
    assert sorted(path.name for path in folder.iterdir()) == [
        INDEX,
        "s-1.fft.good.opus",
    ]


def test_a_recorded_voice_is_taken_up_and_never_written_over(folder):
    clip = folder / "s-1.fft.good.opus"
    clip.write_bytes(RECORDING)
    assert complaints(folder, NAMES) == [
        "en/s-1.fft.good.opus is not the file of the index"
    ]
    voice = Voice()

    for _ in range(2):
        assert build(folder, NAMES, voice) == []
    assert voice.asked == []
    assert clip.read_bytes() == RECORDING
    assert read_index(folder)["Good"].made == RECORDED
    assert complaints(folder, NAMES) == []


def test_a_recording_of_older_words_is_put_aside_and_espeak_stands_in(folder):
    (folder / "s-1.fft.good.opus").write_bytes(RECORDING)
    build(folder, NAMES, Voice())
    changed, voice = {"Very good": "s-1.fft.good", "Poor": "s-1.fft.poor"}, Voice()

    [trouble] = build(folder, changed, voice)
    assert trouble.endswith("says older words, record it again: Very good")
    assert voice.asked == ["Very good"]
    [aside] = folder.glob("*.outdated")
    assert aside.read_bytes() == RECORDING


def test_a_newer_recording_of_changed_words_is_taken_up(folder):
    (folder / "s-1.fft.good.opus").write_bytes(b"OggS and something else")
    assert len(build(folder, NAMES, Voice())) == 1  # no sound: put aside
    (folder / "s-1.fft.good.opus").write_bytes(RECORDING)
    changed, voice = {"Very good": "s-1.fft.good", "Poor": "s-1.fft.poor"}, Voice()

    assert build(folder, changed, voice) == []
    assert voice.asked == []
    assert read_index(folder)["Very good"].made == RECORDED


def test_a_recording_of_a_text_that_is_gone_is_kept_aside(folder):
    (folder / "s-1.fft.good.opus").write_bytes(RECORDING)
    build(folder, NAMES, Voice())

    [trouble] = build(folder, {"Poor": "s-1.fft.poor"}, Voice())
    assert trouble.endswith("nothing shows its words any more")
    assert [path.read_bytes() for path in folder.glob("*.outdated")] == [RECORDING]


def test_a_language_without_a_voice_has_the_clips_that_were_recorded(tmp_path):
    (tmp_path / "so").mkdir()
    (tmp_path / "so" / "s-1.fft.good.opus").write_bytes(RECORDING)
    voice = Voice()

    trouble = build(tmp_path / "so", NAMES, voice)
    assert trouble == ["so/s-1.fft.poor.opus: not recorded: Poor"]
    assert voice.asked == []
    assert list(read_index(tmp_path / "so")) == ["Good"]


def test_a_text_that_stands_in_two_places_has_one_clip():
    names = wanted(SURVEYS, WORDING, "en")

    assert names["Great"] == "children-1.overall.great"  # its scale says it too
    assert len(set(names.values())) == len(names)


def test_the_names_of_clips_are_the_paths_of_their_words():
    names = set(wanted(SURVEYS, WORDING, "en").values())

    assert names >= {
        "kiosk.start", "inpatient-2.map", "inpatient-2.meals.title",
        "inpatient-2.meals.words", "inpatient-2._who.easy", "children-1.feeling.safe",
        "inpatient-2._who.carer.easy", "inpatient-1.fft.very_good",
    }  # fmt: skip
    assert build_audio.AUDIO == AUDIO
