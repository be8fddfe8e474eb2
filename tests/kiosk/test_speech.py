"""What is read aloud, and what silences it."""

import shutil
import subprocess
import sys
import time

import pytest
from kivy.base import EventLoop
from kivy.core.audio.audio_sdl2 import SoundSDL2
from structlog.testing import capture_logs

from feedback.answer import new_response
from feedback.assets import assets_folder
from feedback.survey import CHOICE, COMMENT, FEELINGS, OWN
from kiosk import speech
from kiosk.clips import INDEX, IndexBroken, read_index, seconds_of
from kiosk.flow import Visit
from kiosk.page import Manner, map_page_of, page_of
from kiosk.ready import Holder
from kiosk.speech import Speech
from kiosk.welcome_page import welcome_page
from tests.kiosk.conftest import ASSETS, LANGUAGES, WARD

AUDIO = assets_folder() / "audio"
VOICELESS = "so"
SHORT = ("Good", "Poor", "Meals")  # under a second each
OPEN, CLOSED = 0, -1  # what Kivy calls the length of a sound that it streams
SAMPLE = 25  # one in so many clips is decoded


@pytest.fixture
def voice():
    one = Speech(AUDIO)
    yield one
    one.hush()


@pytest.fixture
def played(monkeypatch):
    """The sounds that were played, first to last."""
    sounds, open_clip = [], speech.open_clip

    def remembered(path):
        sounds.append(open_clip(path))
        return sounds[-1]

    monkeypatch.setattr(speech, "open_clip", remembered)
    return sounds


def until(condition, timeout_s=10.0):
    end = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end
        EventLoop.idle()


def names(sounds):
    return [sound.source.rsplit("/", 1)[1] for sound in sounds]


# ── every page of every survey ───────────────────────────────────────────────


def value_of(question, visit):
    """An answer that opens as much of the survey as one can."""
    if question.kind == COMMENT:
        return "x"
    if question.kind == FEELINGS:
        return OWN
    if question.kind == CHOICE and question.option("yes"):
        return "yes"
    return next(o.key for o in question.options if not o.needs or o.needs in visit)


def each_moment(visit, now):
    """Every place of a visit that answers all there is."""
    while visit.place.going:
        yield
        if visit.place.at is not None:
            visit.answer(value_of(visit.place.at, visit.place.answers), now)
            continue
        for step in visit.survey.steps():
            visit.open(step.key)
            while visit.place.at is not None:
                yield
                visit.answer(value_of(visit.place.at, visit.place.answers), now)
        visit.go_on(now)


def spoken_of(visit, easy, knows):
    manner = Manner(ASSETS.wording, ASSETS.faces, easy, knows)
    if visit.place.at is not None:
        yield page_of(visit, manner)
    else:
        for hint in ("map_hint", "map_hint_tall", "map_cards_hint"):
            yield map_page_of(visit, manner, hint)


@pytest.mark.parametrize("survey", [0, 1])
def test_every_page_can_be_read_aloud_in_every_language_with_a_voice(
    log, clock, central, voice, survey
):
    central.deliver(log)
    ready = Holder(log, WARD).look()
    key = (ready.bundle.survey, *ready.bundle.also)[survey]
    visit = Visit(log, ready, new_response(), False, key)
    visit.start("en", clock.wall)
    pages = 0

    for _ in each_moment(visit, clock.wall):
        for visit.language in LANGUAGES:
            for easy in (False, True):
                for page in spoken_of(visit, easy, voice.knows):
                    wanted = visit.language != VOICELESS
                    assert page.listens == wanted, (visit.language, page.spoken)
                    assert page.spoken[0]
                    pages += 1

    assert pages > 20 * 2 * len(LANGUAGES)


def test_the_welcome_can_be_read_aloud_in_every_language_with_a_voice(
    log, central, voice
):
    central.deliver(log)
    ready = Holder(log, WARD).look()
    manner = Manner(ASSETS.wording, ASSETS.faces, knows=voice.knows)

    silent = [
        language
        for language in LANGUAGES
        if not welcome_page(ready, manner, language, False).listens
    ]
    assert silent == [VOICELESS]


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != VOICELESS])
def test_kivy_decodes_the_clips_of_a_language(language):
    clips = sorted(read_index(AUDIO / language).values(), key=lambda one: one.file)

    for clip in clips[::SAMPLE]:
        path = AUDIO / language / clip.file
        sound = SoundSDL2(source=str(path))
        assert sound.length == pytest.approx(seconds_of(path.read_bytes()), abs=0.05)
        sound.unload()


@pytest.mark.soak
def test_kivy_decodes_every_clip():
    for path in AUDIO.rglob("*.opus"):
        sound = SoundSDL2(source=str(path))
        assert sound.length == pytest.approx(seconds_of(path.read_bytes()), abs=0.05)
        sound.unload()


# ── one clip after the other ─────────────────────────────────────────────────


def test_the_clips_of_a_page_are_played_in_its_order_to_the_end(voice, played):
    EventLoop.idle()  # Kivy's clock counts from the last frame
    begun = time.monotonic()
    voice.say("en", SHORT)
    assert voice.speaking

    until(lambda: not voice.speaking)
    clips = read_index(AUDIO / "en")
    assert names(played) == [clips[text].file for text in SHORT]
    # None was cut short by the one after it.
    files = [AUDIO / "en" / clips[text].file for text in SHORT]
    wanted = sum(speech.PAUSE_S + seconds_of(path.read_bytes()) for path in files)
    assert wanted - 0.1 <= time.monotonic() - begun < wanted + 3


def test_a_clip_that_is_over_is_in_memory_no_longer(voice, played):
    voice.say("en", SHORT)
    until(lambda: len(played) == 2)

    assert [sound.length for sound in played] == [CLOSED, OPEN]


def test_hush_stops_in_the_middle_of_a_word(voice, played):
    voice.say("en", SHORT)
    voice.hush()

    assert not voice.speaking
    assert played[0].state == "stop"
    end = time.monotonic() + 1.5
    until(lambda: time.monotonic() > end)
    assert len(played) == 1


def test_another_page_takes_the_place_of_the_one_that_is_read(voice, played):
    voice.say("en", ("Good", "Poor"))
    voice.say("en", ("Meals",))
    until(lambda: not voice.speaking)

    clips = read_index(AUDIO / "en")
    assert names(played) == [clips["Good"].file, clips["Meals"].file]


# ── what the voice does not know ─────────────────────────────────────────────


def test_no_text_is_said_in_a_language_without_that_clip(voice, played):
    assert not voice.knows("pl", ("Good",))
    assert not voice.knows(VOICELESS, ("Good",))
    assert not voice.knows("en", ("Good", "Words that no survey has."))
    assert not voice.knows("en", ())

    voice.say("en", ("Good", "Words that no survey has."))
    assert not voice.speaking
    assert played == []


@pytest.fixture
def copied(tmp_path):
    (tmp_path / "en").mkdir()
    clips = read_index(AUDIO / "en")
    for text in SHORT:
        shutil.copy(AUDIO / "en" / clips[text].file, tmp_path / "en")
    shutil.copy(AUDIO / "en" / INDEX, tmp_path / "en")
    return tmp_path, {text: tmp_path / "en" / clips[text].file for text in SHORT}


def test_a_text_whose_file_is_missing_is_not_known(copied):
    folder, files = copied
    files["Good"].unlink()
    voice = Speech(folder)

    assert not voice.knows("en", ("Good", "Poor"))
    assert voice.knows("en", ("Poor", "Meals"))


def test_a_broken_file_is_passed_over(copied, played):
    folder, files = copied
    files["Good"].write_bytes(b"no sound at all")
    voice = Speech(folder)

    with capture_logs() as lines:
        voice.say("en", SHORT)
    assert [line["clip"] for line in lines] == [files["Good"].name]
    until(lambda: not voice.speaking)
    assert voice.knows("en", SHORT)


def test_a_file_that_vanishes_stops_nothing(copied, played):
    folder, files = copied
    voice = Speech(folder)
    assert voice.knows("en", SHORT)
    files["Good"].unlink()

    voice.say("en", SHORT)
    until(lambda: not voice.speaking)


@pytest.mark.parametrize(
    "index",
    [b"Good", b'"Good" = { file = "../../x.opus", made = "espeak" }', b"\xff\n"],
)
def test_a_language_with_a_broken_index_has_no_voice_and_says_so_once(copied, index):
    folder, _ = copied
    (folder / "en" / INDEX).write_bytes(index)
    voice = Speech(folder)

    with pytest.raises(IndexBroken):
        read_index(folder / "en")
    with capture_logs() as lines:
        assert not voice.knows("en", SHORT)
        assert not voice.knows("en", SHORT)
    assert [line["event"] for line in lines] == ["no voice"]


SILENT = """
from pathlib import Path
from kiosk.speech import Speech
voice = Speech(Path({folder!r}))
assert voice.knows("en", ("Good", "Poor"))
voice.say("en", ("Good", "Poor"))
assert not voice.speaking
print("knows", voice.knows("en", ("Good", "Poor")))
"""


def test_where_there_is_no_sound_device_the_button_goes_and_nothing_stops(tmp_path):
    found = subprocess.run(
        [sys.executable, "-c", SILENT.format(folder=str(AUDIO))],
        env={
            "SDL_AUDIODRIVER": "none-such", "KIVY_HOME": str(tmp_path),
            "KIVY_NO_ARGS": "1", "KIVY_NO_FILELOG": "1", "KIVY_LOG_MODE": "PYTHON",
            "PATH": "",
        },
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip

    assert found.returncode == 0, found.stderr
    assert found.stdout.splitlines()[-1] == "knows False"


# ── in the kiosk ─────────────────────────────────────────────────────────────


@pytest.fixture
def reading(kiosk):
    """At the first question, and the voice reads it."""
    kiosk.tap("start")
    kiosk.tap("listen")
    yield kiosk
    ASSETS.speech.hush()


def test_a_tap_on_listen_reads_the_page_and_another_one_stops(reading, played):
    assert ASSETS.speech.speaking
    assert reading.find("listen").text == "Stop"

    reading.tap("listen")
    assert not ASSETS.speech.speaking
    assert reading.find("listen").text == "Listen"


def test_the_welcome_reads_itself_and_says_how_to_stop(kiosk):
    kiosk.tap("listen")
    assert ASSETS.speech.speaking
    assert kiosk.find("listen").text == "Stop"

    kiosk.tap("start")
    assert not ASSETS.speech.speaking


@pytest.mark.parametrize("mark", ["option-patient", "skip", "language", "ways", "stop"])
def test_every_move_silences_the_voice(reading, mark):
    reading.tap(mark)

    assert not ASSETS.speech.speaking


def test_another_language_is_read_in_its_own_voice(kiosk, played):
    kiosk.tap("language-pl")
    kiosk.tap("start")
    kiosk.tap("listen")

    assert played[-1].source.startswith(str(AUDIO / "pl"))
    ASSETS.speech.hush()


def test_in_somali_there_is_no_button(kiosk):
    kiosk.tap(f"language-{VOICELESS}")
    assert "listen" not in kiosk.targets()

    kiosk.tap("start")
    assert "listen" not in kiosk.targets()


def test_who_listens_is_not_asked_whether_they_are_still_there(reading):
    reading.wait_s(90)

    assert reading.screen == "choice"
    assert "still-here" not in reading.targets()
    ASSETS.speech.hush()
    reading.wait_s(61)
    assert "still-here" in reading.targets()
