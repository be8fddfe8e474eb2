"""How do words become a small file of speech?

espeak-ng says them, the silence around them is cut off, all are made equally loud, and
opusenc packs them (Debian: espeak-ng, opus-tools). The same words give the same bytes,
as long as neither program changes.
"""

from __future__ import annotations

import math
import re
import subprocess
import sys
import tomllib
from array import array
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path

SAID = Path(__file__).parent / "audio" / "said.toml"

# Somali has no voice in espeak-ng. For Mandarin, `cmn` would read Latin letters in
# Chinese words as English ones; Chinese characters need the pinyin of this one.
VOICES = {
    "en": "en-gb",
    "cy": "cy",
    "pl": "pl",
    "ro": "ro",
    "ur": "ur",
    "pa": "pa",
    "bn": "bn",
    "gu": "gu",
    "ar": "ar",
    "zh-Hans": "cmn-latn-pinyin",
}

MARK = "ARTIST=espeak-ng"  # in each rendered file: a recorded one has it not

WORDS_PER_MINUTE = 140  # espeak's own is 175: too quick for someone who is unwell
BITS_PER_S = 9_000  # below this, Opus drops the highs that tell s from f
FRAME_MS = 60  # the longest: fewest bytes between two frames

RATE = 22_050  # samples in a second, as espeak gives them
WAV_HEADER_BYTES = 44
FULL = 32_767
LOUDNESS = 0.1  # root mean square of the speech, 1 = full scale: -20 dB
PEAK = 0.89  # -1 dB
QUIET = 0.006  # softer than this is silence
KEPT_S = 0.06  # of the silence, before and after

# "111" is said one one one: they are numbers to dial.
_TO_DIAL = re.compile(r"\b(\d)(\d)(\d)\b")

# Bengali letters with a dot below: espeak-ng drops the vowel after one that is written
# as two signs, and says a vowel too much after one that is written as one.
_AS_ONE = {"ড\u09bc": "\u09dc", "ঢ\u09bc": "\u09dd", "য\u09bc": "\u09df"}

_WORD = re.compile(r"\w+")


class NotSpoken(Exception):
    """Words that cannot be rendered, or a file that is no speech. `str()` says why."""


def render(language: str, words: str) -> bytes:
    """An Opus file that says these words."""
    samples = _trimmed(_spoken(language, words))
    if not samples:
        raise NotSpoken(f"espeak-ng is silent about {words!r} in {language}")
    return _packed(_levelled(samples), mark_of(language, words))


def mark_of(language: str, words: str) -> str:
    """What the file tells of itself: espeak-ng made it, from this and in this way."""
    how = VOICES[language], WORDS_PER_MINUTE, BITS_PER_S, as_said(language, words)
    return f"{MARK} {sha256(repr(how).encode()).hexdigest()[:16]}"


def as_said(language: str, words: str) -> str:
    """The words as the voice of that language needs them."""
    words = _TO_DIAL.sub(r"\1 \2 \3", words).replace("’", "'")
    for apart, as_one in _AS_ONE.items():
        words = re.sub(f"{apart}(?=[\u09be-\u09cc])", as_one, words)
    told = _told().get(language, {})
    return _WORD.sub(lambda found: told.get(found[0], found[0]), words)


@cache
def _told() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(SAID.read_text(encoding="utf-8"))


def _spoken(language: str, words: str) -> array[int]:
    said = _run(
        ["espeak-ng", "-v", VOICES[language], "-s", str(WORDS_PER_MINUTE), "-b", "1",
         "--stdin", "--stdout"],
        as_said(language, words).encode(),
    )  # fmt: skip
    samples = array("h", said[WAV_HEADER_BYTES:])
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


def _trimmed(samples: array[int]) -> array[int]:
    loud = [at for at, sample in enumerate(samples) if abs(sample) > QUIET * FULL]
    if not loud:
        return array("h")
    kept = int(KEPT_S * RATE)
    return samples[max(0, loud[0] - kept) : loud[-1] + kept]


def _levelled(samples: array[int]) -> array[int]:
    """As loud as all others, and nothing cut off at the top."""
    speech = [sample for sample in samples if abs(sample) > QUIET * FULL]
    loudness = math.sqrt(sum(sample * sample for sample in speech) / len(speech))
    peak = max(map(abs, speech))
    gain = min(LOUDNESS * FULL / loudness, PEAK * FULL / peak)
    return array("h", (round(sample * gain) for sample in samples))


def _packed(samples: array[int], mark: str) -> bytes:
    if sys.byteorder == "big":
        samples.byteswap()
    return _run(
        ["opusenc", "--quiet", "--speech", "--bitrate", str(BITS_PER_S / 1000),
         "--framesize", str(FRAME_MS), "--padding", "0", "--serial", "1",
         "--discard-comments", "--comment", mark,
         "--raw", "--raw-rate", str(RATE), "--raw-chan", "1", "-", "-"],
        samples.tobytes(),
    )  # fmt: skip


def _run(command: list[str], given: bytes) -> bytes:
    try:
        return subprocess.run(
            command, input=given, capture_output=True, check=True
        ).stdout
    except FileNotFoundError as error:
        raise NotSpoken(
            f"{command[0]} is missing: see assets/audio/README.md"
        ) from error
    except subprocess.CalledProcessError as error:
        raise NotSpoken(f"{command[0]}: {error.stderr.decode().strip()}") from error
