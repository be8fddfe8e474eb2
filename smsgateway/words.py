"""What do these few words mean: a number, an option, stop, hello, help?

What people say in each language is data (`smsgateway.heard` reads it into a `Heard`).
Nobody says which language they text in, so each text is tried in all of them. What is
understood is kept narrow: a text that is not plainly one of the listed forms is a
comment, and is never guessed into a score. So "five stars" is no 5: on the national
question 1 is the best, and who counts in stars means the opposite. They are asked once
more.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from feedback.survey import Question
from smsgateway.patterns import Forms, Phrases
from smsgateway.tokens import Tokens, clauses_in, is_han, tokens_in

STOP_NO, STOP_SURE, STOP_MAYBE = "", "sure", "maybe"
STORY_WORDS = 4
STORY_CHARS = 25  # for scripts that put no space between words
HAN_A_WORD = 2
# How short a text is in which a stop that stands for itself may be meant for us.
STOP_WORDS = 9

# A slip of the thumb, of who texts nothing else. No word of any of our languages.
SLIPS = frozenset(
    "st0p stopp sstop stoop sotp stpo srop stop1 stoo stob stiop unsubscibe unsubcribe "
    "unsuscribe unsubscrib unsubscribed stopped".split()
)

# The carrier's own words, in no language.
_START = (["start"], ["unstop"])
_YES = ["yes"]

# "non-stop" is no stop; "opt-out" is two words.
_NON_STOP = re.compile(r"\bnon[-‐‑\s]?stop", re.IGNORECASE)
_HYPHEN = re.compile(r"(?<=\w)[-‐‑](?=\w)")
_APART = re.compile(r"[\W_]*\w(?:[\W_]+\w)+[\W_]*")
_TONES = re.compile("[\U0001f3fb-\U0001f3ff\ufe0e\ufe0f\\s]")


@dataclass(frozen=True, slots=True)
class Heard:
    """All that is understood, of all languages at once."""

    numbers: Mapping[Tokens, int]
    faces: Mapping[str, tuple[str, ...]]
    names: Mapping[str, Phrases]
    greetings: Mapping[str, Phrases]
    openings: Phrases
    around_names: Phrases
    around_numbers: Phrases
    before_digits: Phrases
    courtesy: Phrases
    help: Phrases
    help_company: Phrases
    help_keywords: Phrases
    who: Phrases
    stop: Phrases
    stop_alone: Phrases
    stop_company: Phrases
    stop_sentences: Forms
    stop_maybe: Forms

    # ── an answer ────────────────────────────────────────────────────────────

    def number_in(self, words: str) -> int | None:
        """The one number that the text is, in digits of any script or in a word.

        Not `int()`: that also takes "5_0", and would pass "-1" on as a number.
        """
        rest = self.around_numbers.without(self.courtesy.without(tokens_in(words)))
        if self.before_digits.cover(rest[:1]) and rest[-1].isdecimal():
            rest = rest[1:]  # "no 3", but "no one" is nobody
        return self._number(rest)

    def option_in(self, words: str, question: Question) -> tuple[str, str] | None:
        """The option that the text names in full, and the language of those words.

        "Very good" and "1 - very good" name one; "1 very poor" contradicts itself.
        """
        tokens = self.courtesy.without(tokens_in(words))
        before, after = self._number(tokens[:1]), self._number(tokens[-1:])
        for place, option in enumerate(question.options, 1):
            forms = {tuple(tokens)}
            if before == place:
                forms.add(tuple(tokens[1:]))
            if after == place:
                forms.add(tuple(tokens[:-1]))
            for language, wording in option.wording.items():
                if _our_tokens(wording) in forms:
                    return option.key, language
        return None

    def value_in(self, words: str, question: Question) -> str:
        """The key of the option that the text chooses, or nothing.

        By its number, its words, or a face (assets/heard/faces.toml).
        """
        number = self.number_in(words)
        if number is not None and 1 <= number <= len(question.options):
            return question.options[number - 1].key
        named = self.option_in(words, question)
        return named[0] if named else self._face(words, question)

    def _number(self, tokens: Sequence[str]) -> int | None:
        if len(tokens) == 1 and len(tokens[0]) == 1:
            digit = tokens[0]
            if unicodedata.category(digit) == "Nd":
                return unicodedata.decimal(digit)
        return self.numbers.get(tuple(tokens))

    def _face(self, words: str, question: Question) -> str:
        """One face, or the same one again and again."""
        said = _TONES.sub("", words)
        if said[:1].isalnum():
            return ""
        for key, faces in self.faces.items():
            alike = any(not said.replace(face, "") for face in faces)
            if said and alike and question.option(key):
                return key
        return ""

    # ── stop and start ───────────────────────────────────────────────────────

    def stop_in(self, words: str) -> str:
        """Whether these words ask us to send nothing more.

        STOP_SURE for a keyword or a plain sentence that asks for it. STOP_MAYBE for
        what speaks of our texts as unwanted: that is for a person to look at.
        """
        words = _HYPHEN.sub(" ", _NON_STOP.sub("nonstop", words))
        clauses = [_said(clause) for clause in clauses_in(words)]
        tokens = [token for clause in clauses for token in clause]
        polite = self.courtesy.without(tokens)
        bare = self.stop_company.without(polite)
        if self.stop_alone.cover(tokens) or self._is_stop(bare, words):
            return STOP_SURE
        if self.stop_sentences.match(tokens, polite, bare):
            return STOP_SURE
        if self._begins_with_stop(clauses) or self.stop_maybe.search(clauses):
            return STOP_MAYBE
        if len(bare) == 1 and bare[0] in SLIPS:
            return STOP_MAYBE
        return STOP_NO

    def _is_stop(self, bare: Sequence[str], words: str) -> bool:
        if self.stop.cover(bare):
            return True
        letters = "".join(c for c in words if c.isalnum())
        is_spelled = _APART.fullmatch(words) is not None  # S T O P
        return is_spelled and self.stop.cover(tokens_in(letters))

    def _begins_with_stop(self, clauses: Sequence[Sequence[str]]) -> bool:
        """ "STOP, I am in mourning", "stop it now you upset me", "Stop Mrs Jones": but
        "stop the noise at night" asks the ward for something."""
        tokens = [token for clause in clauses for token in clause]
        if not tokens or len(tokens) > STOP_WORDS:
            return False
        if self.stop.cover(clauses[0]):
            return True
        after = self.stop.after(tokens)
        if after is None:
            return False
        polite = self.stop_company.after(after) or self.courtesy.after(after)
        return polite is not None or len(after) <= 1 or after[0] == "from"

    def asks_to_start(self, words: str) -> bool:
        return tokens_in(words) in _START

    def says_yes(self, words: str) -> bool:
        return tokens_in(words) == _YES

    # ── hello, help, thanks ──────────────────────────────────────────────────

    def asks_for_help(self, words: str) -> bool:
        """A cry such as "help" or "help me", not a sentence that has the word in it."""
        tokens = tokens_in(words)
        rest = self.help.without(tokens)
        is_company = not self.help_company.without(self.courtesy.without(rest))
        return len(rest) < len(tokens) and is_company

    def is_bare_help(self, words: str) -> bool:
        """The keyword alone, which says nothing that should be kept."""
        tokens = tokens_in(words)
        return len(tokens) == 1 and self.help_keywords.cover(tokens)

    def asks_who(self, words: str) -> bool:
        """Who we are, or what this is or costs: nothing that should be kept."""
        tokens = tokens_in(words)
        rest = self.who.without(tokens)
        return len(rest) < len(tokens) and not self.openings.without(rest)

    def is_greeting(self, words: str, names: Iterable[str] = ()) -> bool:
        """Whether the text only opens the conversation. `names`: the ward's words."""
        rest = set(self.openings.without(tokens_in(words)))
        if not rest or self.language_in(words, greets=False):
            return True
        return rest.issubset(t for name in names for t in _our_tokens(name))

    def is_courtesy(self, words: str) -> bool:
        """Thanks and the like, or nothing at all: no answer is waited for."""
        return not self.courtesy.without(tokens_in(words))

    def is_story(self, words: str) -> bool:
        """Whether these are plainly a person's account: no "why" need be asked."""
        tokens = tokens_in(words)
        signs = sum(map(is_han, tokens))
        count = len(tokens) - signs + signs // HAN_A_WORD
        return count >= STORY_WORDS or len(words) >= STORY_CHARS

    def language_in(self, words: str, greets: bool = True) -> str:
        """The language that the text asks for by name, or nothing.

        `greets`: also the only language in which its words are a greeting; English is
        what is spoken anyhow.
        """
        tokens = tokens_in(words)
        asked = self.around_names.without(self.courtesy.without(tokens))
        for language, names in self.names.items():
            if names.cover(asked):
                return language
        if not greets:
            return ""
        found = [one for one, said in self.greetings.items() if said.cover(tokens)]
        return found[0] if len(found) == 1 and found != ["en"] else ""


@lru_cache(maxsize=512)
def _our_tokens(wording: str) -> Tokens:
    # Remembered for the survey's own words alone, never for a person's.
    return tuple(tokens_in(wording))


def _said(tokens: Iterable[str]) -> list[str]:
    """Without emoji and the like, which change nothing about a stop."""
    return [token for token in tokens if any(map(str.isalnum, token))]
