"""How does a survey come off the disk?

Survey files are TOML, one per version, with their words in every language. What the
programs themselves say stands in wording files beside them. A file that is wrong in
any way is refused whole, with its name, the line and the reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from string import Formatter
from typing import Any

from feedback.questions import Questions
from feedback.survey import MAP, Survey, Wording
from feedback.tomlfile import (
    FILE_BYTES,
    SurveyError,
    TomlFile,
    is_language,
    is_name,
    is_texts,
    read_text,
    trouble_with_words,
)
from feedback.translations import Translations

__all__ = ["FILE_BYTES", "SurveyError", "load_surveys", "read_survey", "read_wording"]

_TOP = {
    "id", "version", "languages", "reviewed", "title", "practice", "map", "scale",
    "feeling", "question", "words",
}  # fmt: skip


def load_surveys(folder: Path) -> dict[str, Survey]:
    """The surveys of a folder by name (`inpatient@1`); SurveyError if any is bad."""
    surveys: dict[str, Survey] = {}
    for path in sorted(folder.glob("*.toml")):
        survey = read_survey(read_text(path), path.name)
        if survey.name in surveys:
            raise SurveyError(path.name, 1, f"{survey.name} is in another file too")
        surveys[survey.name] = survey
    return surveys


# ── a survey ─────────────────────────────────────────────────────────────────


def read_survey(text: str, file: str) -> Survey:
    """The survey that the text describes. `file` only names it in errors."""
    toml = TomlFile(text, file)
    toml.only(toml.data, _TOP, "the survey", 1)
    languages = _languages(toml, "languages")
    reviewed = frozenset(_languages(toml, "reviewed"))
    if not reviewed <= set(languages):
        raise toml.error(toml.line("reviewed"), "reviewed is not among languages")
    words = Translations(toml, languages)
    questions = Questions(toml, words).read()
    title = words.wording(toml.data.get("title"), "title", toml.line("title"), "title")
    survey = Survey(
        id=toml.key(toml.data.get("id"), "id", toml.line("id")),
        version=_version(toml),
        title=title,
        languages=languages,
        reviewed=reviewed,
        questions=questions,
        practice=_wording_of(toml, words, "practice"),
        map=_wording_of(toml, words, MAP),
    )
    if not survey.map and any(question.page == MAP for question in questions):
        raise toml.error(0, "steps on the page 'map' need the wording of [map]")
    words.check()
    return survey


def _wording_of(toml: TomlFile, words: Translations, name: str) -> Wording:
    """The words of a table that holds nothing else; none when it is absent."""
    if name not in toml.data:
        return {}
    line = toml.line(f"[{name}]") or toml.line(name)
    table = toml.table(toml.data[name], {"wording"}, name, line)
    return words.wording(table.get("wording"), name, line, name)


def _version(toml: TomlFile) -> int:
    version = toml.data.get("version")
    if type(version) is not int or not 1 <= version <= 1_000_000:
        raise toml.error(toml.line("version"), "version must be a number from 1")
    return version


def _languages(toml: TomlFile, name: str) -> tuple[str, ...]:
    found = toml.data.get(name, [])
    line = toml.line(name)
    if not is_texts(found) or not all(map(is_language, found)):
        raise toml.error(line, f"{name} must be a list such as ['en']")
    if name == "languages" and "en" not in found:
        raise toml.error(line, "languages must hold 'en'")
    if len(set(found)) != len(found):
        raise toml.error(line, f"{name} names a language twice")
    return tuple(found)


# ── what the programs say ────────────────────────────────────────────────────


def read_wording(path: Path) -> Mapping[str, Wording]:
    """The phrases of a program: `wording["next"]["cy"]`.

    From one file with a table per phrase, or from a folder with a file per language.
    """
    return _from_folder(path) if path.is_dir() else _from_file(path)


def _from_file(path: Path) -> Mapping[str, Wording]:
    toml = TomlFile(read_text(path), path.name)
    found: dict[str, Wording] = {}
    for phrase, table in toml.data.items():
        if phrase == "reviewed":
            continue
        line = toml.line(f"[{phrase}]")
        if not isinstance(table, dict) or "en" not in table:
            raise toml.error(line, f"{phrase}: needs words in English")
        for language, words in table.items():
            if trouble := trouble_with_words(words):
                raise toml.error(line, f"{phrase}: the words in {language} {trouble}")
        found[phrase] = dict(table)
    return found


def _from_folder(folder: Path) -> Mapping[str, Wording]:
    """English is complete. A phrase that another language lacks stays English."""
    english = _phrases(folder / "en.toml")
    found = {phrase: {"en": words} for phrase, words in english.items()}
    for path in sorted(folder.glob("*.toml")):
        if path.stem == "en":
            continue
        if not is_language(path.stem):
            raise SurveyError(path.name, 0, "a file is named after its language")
        for phrase, words in _phrases(path, english).items():
            found[phrase][path.stem] = words
    return found


def _phrases(path: Path, english: Mapping[str, str] | None = None) -> dict[str, str]:
    toml = TomlFile(read_text(path), path.name)
    phrases = dict(toml.data)
    if not isinstance(phrases.pop("reviewed", None), bool):
        line = toml.line("reviewed")
        raise toml.error(line, "needs reviewed = true or reviewed = false")
    for phrase, words in phrases.items():
        if trouble := _trouble_with(phrase, words, english):
            line = toml.line(f"{phrase} ") or toml.line(phrase)
            raise toml.error(line, f"{phrase}: {trouble}")
    return phrases


def _trouble_with(phrase: str, words: Any, english: Mapping[str, str] | None) -> str:
    if not is_name(phrase):
        return "a phrase is named in small letters, digits and _"
    if trouble := trouble_with_words(words):
        return f"the words {trouble}"
    blanks = _blanks(words)
    if blanks is None:
        return "a { or } stands alone"
    if english is None:
        return ""
    if phrase not in english:
        return "English has no such phrase"
    # A blank of another name would stop the screen that fills it in.
    if not blanks <= (_blanks(english[phrase]) or set()):
        return f"fills in {', '.join(sorted(blanks))}, and English does not"
    return ""


def _blanks(words: str) -> set[str] | None:
    """The names in { }, or None when the braces are no such thing."""
    if "{" not in words and "}" not in words:
        return set()
    try:
        parts = list(Formatter().parse(words))
    except ValueError:
        return None
    blanks = {name for _, name, _, _ in parts if name is not None}
    return blanks if all(map(is_name, blanks)) else None
