"""Which files say these words?

Each language that has a voice is a folder of clips with an index.toml, a line for each
text. Clips are found by their words and by nothing else: a clip whose words were
changed since is not found, so none can say other words than the screen shows. Pure:
nothing is played here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

INDEX = "index.toml"
ESPEAK, RECORDED = "espeak", "recorded"
SUFFIX = ".opus"
INDEX_BYTES = 262_144
HEAD_BYTES = 1024  # of a clip, where it tells of itself
SAMPLES_PER_S = 48_000  # Opus counts its length in these, whatever went in

# assets/build_audio.py writes one line a clip. tomllib needs 10 ms for them, which
# someone would wait for in front of a dark tablet.
_LINE = re.compile(
    r'("(?:[^"\\]|\\.)*") = \{ file = "([\w.-]+\.opus)", '
    rf'made = "({ESPEAK}|{RECORDED})", digest = "([0-9a-f]{{16}})" \}}'
)


class IndexBroken(Exception):
    """An index that cannot be read. `str()` names it, and the line."""


@dataclass(frozen=True, slots=True)
class Clip:
    """One clip: what it says, and how it was made. `digest`: of the file's bytes, so
    that a file which someone put in its place is noticed."""

    words: str
    file: str
    made: str
    digest: str

    def line(self) -> str:
        words = json.dumps(self.words, ensure_ascii=False)
        about = f'file = "{self.file}", made = "{self.made}", digest = "{self.digest}"'
        return f"{words} = {{ {about} }}"


def read_index(folder: Path) -> dict[str, Clip]:
    """The clips of one language by their words; none where there is no index."""
    path = folder / INDEX
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise IndexBroken(f"{path}: {error.strerror}") from error
    if len(raw) > INDEX_BYTES:
        raise IndexBroken(f"{path}: is larger than {INDEX_BYTES} bytes")
    clips: dict[str, Clip] = {}
    for number, line in enumerate(raw.decode(errors="replace").split("\n"), 1):
        if not line or line.startswith("#"):
            continue
        found = _LINE.fullmatch(line)
        if found is None:
            raise IndexBroken(f"{path}, line {number}: is not the line of a clip")
        clip = Clip(json.loads(found[1]), found[2], found[3], found[4])
        clips[clip.words] = clip
    return clips


def seconds_of(opus: bytes) -> float:
    """The length of an Opus file, by the count of samples in its last page; 0 when it
    is none."""
    last, head = opus.rfind(b"OggS"), opus.find(b"OpusHead", 0, HEAD_BYTES)
    if last < 0 or head < 0 or len(opus) < last + 14:
        return 0.0
    skipped = int.from_bytes(opus[head + 10 : head + 12], "little")
    count = int.from_bytes(opus[last + 6 : last + 14], "little", signed=True)
    return max(0.0, (count - skipped) / SAMPLES_PER_S)


class Clips:
    """The clips of all languages. Each index is read when it is first needed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[str, Mapping[str, Path]] = {}

    def of(self, language: str, texts: Sequence[str]) -> tuple[Path, ...] | None:
        """The files that say these texts, in their order; None unless there is one for
        each. Half a page read aloud would pass for the whole of it.
        """
        files = self._read(language)
        if not texts or not all(text in files for text in texts):
            return None
        return tuple(files[text] for text in texts)

    def _read(self, language: str) -> Mapping[str, Path]:
        if language not in self._files:
            folder = self._folder / language
            self._files[language] = {}  # should the index be broken: say so only once
            clips = read_index(folder).values()
            there = {path.name for path in folder.glob("*.opus")}
            self._files[language] = {
                clip.words: folder / clip.file for clip in clips if clip.file in there
            }
        return self._files[language]
