"""What does the kiosk read aloud, and which clips say it?

Renders each text of the surveys and of the kiosk's own screens in each language that
has a voice. Only what is missing is rendered, and a recorded voice is never
overwritten: assets/audio/README.md. Run from the repository:
`.venv/bin/python -m assets.build_audio`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path

from assets.voice import MARK, VOICES, NotSpoken, mark_of, render
from feedback.survey import COMMENT, FEELINGS, Option, Question, Survey, Wording
from feedback.surveys import load_surveys, read_wording
from kiosk.clips import (
    ESPEAK,
    HEAD_BYTES,
    INDEX,
    RECORDED,
    SUFFIX,
    Clip,
    read_index,
    seconds_of,
)

ASSETS = Path(__file__).parent
AUDIO = ASSETS / "audio"

# Of the kiosk's own words, those that stand on screens which a patient reads: not the
# technician's screens, not the keys, not what can be heard by trying it (sizes,
# colours), nothing with a { } in it.
PHRASES = """
    start no_name not_watched who_reads not_checked
    about_title about_who about_name about_choice about_share about_take_back about_help
    back next skip finish remove stop close done
    words_hint comment_hint comment_names
    map_hint map_hint_tall map_cards_hint
    thanks_title thanks_saved thanks_help thanks_help_now thanks_closes
    take_back take_back_title take_back_words take_back_yes take_back_no
    taken_back_title taken_back_words
    receipt receipt_title receipt_words receipt_staff
    trouble_title trouble_words try_again
    idle_title still_here clear_now
    closed_title closed_words
    languages_title ways_title
""".split()

RECORDED_S = (0.3, 60.0)  # a recording of fewer or more seconds is a mistake
DIGEST_CHARS = 16

Voice = Callable[[str, str], bytes]  # language, words → the bytes of an Opus file


# ── what there is to say ─────────────────────────────────────────────────────


def wanted(
    surveys: Mapping[str, Survey], phrases: Mapping[str, Wording], language: str
) -> dict[str, str]:
    """Each text once, with the name of its clip: `{"Good": "inpatient-1.fft.good"}`.

    A text that stands in several places has the first place's name, the oldest survey
    first: a published version never changes, so names stay.
    """
    names: dict[str, str] = {}
    for phrase in PHRASES:
        if words := phrases.get(phrase, {}).get(language):
            names.setdefault(words, f"kiosk.{phrase}")
    for survey in sorted(surveys.values(), key=lambda one: (one.version, one.id)):
        for path, wording in texts_of(survey):
            if words := wording.get(language):
                names.setdefault(words, f"{survey.id}-{survey.version}.{path}")
    return names


def texts_of(survey: Survey) -> Iterator[tuple[str, Wording]]:
    """Each text of a survey that is read aloud, with the path that its translations
    have in the survey file."""
    yield "title", survey.title
    yield "map", survey.map
    for question in survey.questions:
        path = _path(question)
        yield path, question.wording
        yield f"{path}.easy", question.easy
        yield f"{question.step}.title", question.title
        for option in question.options:
            yield from _option(question, option)


def _path(question: Question) -> str:
    if question.step and question.kind == FEELINGS:
        return f"{question.step}.words"
    if question.step and question.kind == COMMENT:
        return f"{question.step}.own"
    return question.key


def _option(question: Question, option: Option) -> Iterator[tuple[str, Wording]]:
    scale = "feeling" if question.kind == FEELINGS else "scale"
    path = f"{scale if question.step else question.key}.{option.key}"
    yield path, option.wording
    yield f"{path}.easy", option.easy


# ── what there is ────────────────────────────────────────────────────────────


def build(folder: Path, names: Mapping[str, str], voice: Voice) -> list[str]:
    """Make one language's folder say these texts; what a person must see to.

    What was rendered and still says its words stays as it is. A recorded file is never
    written to: when its words change it is put aside, and espeak stands in for it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    before = {clip.file: clip for clip in read_index(folder).values()}
    clips, trouble = [], []
    for words, name in names.items():
        path, clip = folder / f"{name}{SUFFIX}", before.pop(f"{name}{SUFFIX}", None)
        if made_by(path) == RECORDED and (wrong := _wrong_with(path, clip, words)):
            trouble.append(_put_aside(path, f"{wrong}: {words}"))
        made = made_by(path) or ESPEAK
        if made == ESPEAK and folder.name not in VOICES:
            trouble.append(f"{folder.name}/{path.name}: not recorded: {words}")
            continue
        if made == ESPEAK and not _stands(path, clip, words):
            path.write_bytes(voice(folder.name, words))
        clips.append(Clip(words, path.name, made, digest_of(path)))
    trouble += _clear(folder, before)
    _write(folder, clips)
    return trouble


def complaints(folder: Path, names: Mapping[str, str]) -> list[str]:
    """Why this folder is not what `build` would leave: empty when it is."""
    found = []
    clips = read_index(folder)
    for words, name in names.items():
        if words not in clips:
            found.append(f"{folder.name}/{name}{SUFFIX} does not say: {words}")
    for words, clip in clips.items():
        if words not in names:
            found.append(f"{folder.name}/{clip.file} says what nobody shows: {words}")
        elif not (folder / clip.file).is_file():
            found.append(f"{folder.name}/{clip.file} is missing")
        elif digest_of(folder / clip.file) != clip.digest:
            found.append(f"{folder.name}/{clip.file} is not the file of the index")
        elif clip.made == ESPEAK and not _stands(folder / clip.file, clip, words):
            found.append(f"{folder.name}/{clip.file} was rendered in another way")
    files = {clip.file for clip in clips.values()} | {INDEX}
    strays = sorted(path.name for path in folder.glob("*") if path.name not in files)
    return found + [f"{folder.name}/{name} is not in the index" for name in strays]


def digest_of(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()[:DIGEST_CHARS]


def made_by(path: Path) -> str:
    """How a clip came about, which the file itself tells; empty when there is none."""
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        return ESPEAK if MARK.encode() in file.read(HEAD_BYTES) else RECORDED


def _stands(path: Path, clip: Clip | None, words: str) -> bool:
    """Whether this rendered file is whole, and made from these words."""
    if clip is None or not path.is_file() or digest_of(path) != clip.digest:
        return False
    return mark_of(path.parent.name, words).encode() in path.read_bytes()[:HEAD_BYTES]


def _wrong_with(path: Path, clip: Clip | None, words: str) -> str:
    """Why this recording cannot be used; empty when it can."""
    low, high = RECORDED_S
    if not low <= seconds_of(path.read_bytes()) <= high:
        return f"not an Opus file of {low} to {high:.0f} seconds"
    if clip and clip.words != words and clip.digest == digest_of(path):
        return "says older words, record it again"
    return ""


def _put_aside(path: Path, why: str) -> str:
    """A recording is for a person to throw away."""
    aside = path.with_name(f"{path.name}.{digest_of(path)}.outdated")
    path.rename(aside)
    return f"{path.parent.name}/{aside.name}: {why}"


def _clear(folder: Path, left: Mapping[str, Clip]) -> list[str]:
    """Clips whose text is gone."""
    trouble = []
    for path in (folder / clip.file for clip in left.values()):
        if made_by(path) == RECORDED:
            trouble.append(_put_aside(path, "nothing shows its words any more"))
        else:
            path.unlink(missing_ok=True)
    return trouble


def _write(folder: Path, clips: list[Clip]) -> None:
    head = "# Which file says which words. Written by assets/build_audio.py.\n\n"
    lines = (f"{clip.line()}\n" for clip in sorted(clips, key=lambda one: one.file))
    (folder / INDEX).write_text(head + "".join(lines), encoding="utf-8")


def main() -> int:
    surveys = load_surveys(ASSETS / "surveys")
    phrases = read_wording(ASSETS / "wording" / "kiosk")
    trouble, size = [], 0
    recorded = {path.name for path in AUDIO.iterdir() if path.is_dir()} - VOICES.keys()
    for language in (*VOICES, *sorted(recorded)):
        folder = AUDIO / language
        names = wanted(surveys, phrases, language)
        trouble += build(folder, names, render)
        files = [path.stat().st_size for path in folder.glob(f"*{SUFFIX}")]
        print(language, len(files), "clips", sum(files) // 1024, "KiB")
        size += sum(files)
    print("all together", size // 1024, "KiB")
    print(*trouble, sep="\n", end="\n" if trouble else "")
    return 1 if trouble else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except NotSpoken as error:
        sys.exit(str(error))
