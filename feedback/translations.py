"""What are the words of a survey in its other languages?

English stands beside each question. The others stand at the end of the file, one table
per language, so that a translator has one block to read, and a checker one to sign:

    [words.pl]
    "title" = "…"    "arrival.own" = "…"    "_who.carer.easy" = "…"

A table of several languages beside the question, as in older files, goes on working.
"""

from __future__ import annotations

from typing import Any

from feedback.survey import Wording
from feedback.tomlfile import TomlFile, trouble_with_words

# Without them a language is served by its own plain words, never by English ones.
MAY_LACK = (".easy", ".sms")
NAMED_AT_MOST = 5


class Translations:
    """Hands out each wording once, by its path, and knows at the end what was left."""

    def __init__(self, file: TomlFile, languages: tuple[str, ...]) -> None:
        self._file = file
        self._languages = languages
        self._headers: dict[str, int] = {}
        self._tables = self._read(file.data.get("words", {}))
        self._paths: set[str] = set()
        self._lacks: dict[str, list[str]] = {}

    def _read(self, tables: object) -> dict[str, dict[str, Any]]:
        if not isinstance(tables, dict):
            raise self._file.error(self._file.line("words"), "words must be tables")
        for language, table in tables.items():
            line = self._header(language)
            if language == "en":
                raise self._file.error(line, "English stands beside each question")
            if language not in self._languages:
                raise self._file.error(line, f"{language} is not among languages")
            if not isinstance(table, dict):
                raise self._file.error(line, f"words.{language} must be a table")
            self._headers[language] = line
        return tables

    def _header(self, language: str) -> int:
        plain, quoted = f"[words.{language}]", f'[words."{language}"]'
        return self._file.line(plain) or self._file.line(quoted)

    # ── handing out ──────────────────────────────────────────────────────────

    def wording(self, inline: object, name: str, line: int, path: str) -> Wording:
        """The words of `path`: the English ones given here, and all translations."""
        found = self._beside(inline, name, line)
        if not self._tables:
            return found
        if path in self._paths:
            raise self._file.error(line, f"two things have their words at {path!r}")
        self._paths.add(path)
        for language, table in self._tables.items():
            if path in table:
                found[language] = self._words(language, path, language in found)
        if not path.endswith(MAY_LACK):
            for language in self._languages:
                if language not in found:
                    self._lacks.setdefault(language, []).append(path)
        return found

    def optional(self, inline: object, name: str, line: int, path: str) -> Wording:
        """The same of words that need not be there in English either: None."""
        return {} if inline is None else self.wording(inline, name, line, path)

    def _beside(self, inline: object, name: str, line: int) -> dict[str, str]:
        if not isinstance(inline, dict) or "en" not in inline:
            raise self._file.error(line, f"{name}: needs words in English")
        for language, words in inline.items():
            if language not in self._languages:
                raise self._file.error(
                    line, f"{name}: {language} is not among languages"
                )
            if trouble := trouble_with_words(words):
                raise self._file.error(
                    line, f"{name}: the words in {language} {trouble}"
                )
        return dict(inline)

    def _words(self, language: str, path: str, twice: bool) -> str:
        words = self._tables[language][path]
        trouble = "stand beside the question too" if twice else ""
        if trouble := trouble or trouble_with_words(words):
            line = self._line_of(language, path)
            raise self._file.error(
                line, f"the words in {language} at {path!r} {trouble}"
            )
        return str(words)

    # ── at the end ───────────────────────────────────────────────────────────

    def check(self) -> None:
        """SurveyError unless each language has the words of all paths, and no others.

        Half a language is worse than none: someone who reads no English would meet
        English in the middle of it.
        """
        for language, table in self._tables.items():
            for path in table:
                if path not in self._paths:
                    raise self._file.error(
                        self._line_of(language, path),
                        f"{language}: nothing has its words at {path!r}",
                    )
        for language, paths in self._lacks.items():
            line = self._headers.get(language) or self._file.line("languages")
            named = ", ".join(paths[:NAMED_AT_MOST])
            raise self._file.error(
                line, f"{language} lacks the words of {len(paths)}: {named}"
            )

    def _line_of(self, language: str, path: str) -> int:
        header = self._headers[language]
        starts = (f'"{path}"', f"'{path}'", f"{path} ", f"{path}.", f"{path}=")
        lines = (self._file.line(start, after=header) for start in starts)
        return min((line for line in lines if line), default=header)
