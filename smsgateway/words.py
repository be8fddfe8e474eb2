"""What do these few words mean: a number, an option, stop, hello, help?

Pure. What is understood is kept narrow: a text that is not plainly one of the listed
forms is a comment, and is never guessed into a score.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from feedback.survey import Question

_NUMBER_WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6,
    "un": 1, "dau": 2, "dwy": 2, "tri": 3, "tair": 3, "pedwar": 4, "pedair": 4,
    "pump": 5, "chwech": 6, "chwe": 6,
}  # fmt: skip
_AROUND_NUMBERS = frozenset("option number answer opsiwn rhif ateb".split())
_COURTESY = frozenset("please pls plz plis thanks thank you ok diolch ta".split())
_GREETINGS = {
    "en": frozenset(
        "hi hello hey hiya there good morning afternoon evening yes yeah "
        "feedback survey start ward text test thanks thank you please ok".split()
    ),
    "cy": frozenset(
        "helo shwmae smae bore prynhawn noswaith da adborth arolwg ward diolch".split()
    ),
}
_LANGUAGE_NAMES = {"cymraeg": "cy", "welsh": "cy", "english": "en", "saesneg": "en"}
_OPENINGS = frozenset(_LANGUAGE_NAMES).union(*_GREETINGS.values())
_HELP_WORDS = frozenset("help info helpu cymorth".split())
_HELP_COMPANY = frozenset("me please i need can you someone a fi".split()) | _COURTESY
STOP_NO, STOP_SURE, STOP_MAYBE = "", "sure", "maybe"
STORY_WORDS = 4
STORY_CHARS = 25  # for scripts that put no space between words

_STOP = frozenset(
    "stop stopall unsubscribe cancel end quit revoke optout "
    "stopio stopiwch arret".split()
)
_STOP_PHRASES = frozenset(
    ("stop all", "opt out", "opt me out", "unsubscribe me", "stop it", "stop this")
)
_STOP_COMPANY = _COURTESY | frozenset("now sorry os gwelwch yn dda just".split())
# Only at the start of a short text: "the pain would not stop" is about pain.
_STOP_SENTENCE = re.compile(
    r"(?:(?:can|could|will|would)(?: you)? |i want(?: you)? to |(?:you )?must |rhaid )?"
    r"(?:stop(?: \w+){0,2} (?:texts?|texting|txts?|messages?|messaging|contacting)\b"
    r"|(?:do not|dont|never) (?:text|txt|message|contact) (?:me|us)\b"
    r"|(?:do not|dont) send(?: \w+){0,3} (?:texts?|txts?|messages?)\b"
    r"|no more (?:texts?|txts?|messages?)\b"
    r"|remove (?:me|my number)\b|take (?:me|my number) off\b"
    r"|(?:stopiwch|peidiwch a|peidiwch) (?:thecstio|tecstio|anfon)\b)"
)
STOP_SENTENCE_WORDS = 9


def number_in(words: str) -> int | None:
    """The one number that the text is, in digits of any script or in a word.

    Not `int()`: that also takes "5_0", and would pass "-1" on as a number.
    """
    tokens = [one for one in _tokens(words) if one not in _AROUND_NUMBERS | _COURTESY]
    return _number(tokens[0]) if len(tokens) == 1 else None


def option_in(words: str, question: Question) -> tuple[str, str] | None:
    """The option that the text names in full, and the language of those words.

    "Very good" and "1 - very good" name one; "1 very poor" contradicts itself.
    """
    tokens = [one for one in _tokens(words) if one not in _COURTESY]
    number = _number(tokens[0]) if len(tokens) > 1 else None
    said = " ".join(tokens if number is None else tokens[1:])
    for place, option in enumerate(question.options, 1):
        for language, wording in option.wording.items():
            if said == " ".join(_our_tokens(wording)) and number in (None, place):
                return option.key, language
    return None


def value_in(words: str, question: Question) -> str:
    """The key of the option that the text chooses by number or by name; or nothing."""
    number = number_in(words)
    if number is not None and 1 <= number <= len(question.options):
        return question.options[number - 1].key
    named = option_in(words, question)
    return named[0] if named else ""


def asks_to_stop(words: str) -> bool:
    """Whether these words ask us to send nothing more, keyword or sentence.

    In doubt it is a stop: who is stopped by mistake is told so and can text START.
    """
    tokens = _tokens(words)
    if tokens and all(len(one) == 1 for one in tokens):
        tokens = ["".join(tokens)]  # S T O P
    rest = [one for one in tokens if one not in _STOP_COMPANY]
    said = " ".join(rest).replace("-", " ")
    if said in _STOP or said in _STOP_PHRASES:
        return True
    short = len(tokens) <= STOP_SENTENCE_WORDS
    return short and _STOP_SENTENCE.match(said) is not None


def stop_in(words: str) -> str:
    if "keep sending me messages" in words:
        return STOP_MAYBE
    return STOP_SURE if asks_to_stop(words) else STOP_NO


def asks_to_start(words: str) -> bool:
    return _tokens(words) in (["start"], ["unstop"])


def says_yes(words: str) -> bool:
    return _tokens(words) == ["yes"]


def asks_for_help(words: str) -> bool:
    """A cry such as "help" or "help me", not a sentence that has the word in it."""
    tokens = frozenset(_tokens(words))
    return bool(tokens & _HELP_WORDS) and tokens <= _HELP_WORDS | _HELP_COMPANY


def is_bare_help(words: str) -> bool:
    return len(_tokens(words)) == 1 and asks_for_help(words)


def is_greeting(words: str, names: Iterable[str] = ()) -> bool:
    """Whether the text only opens the conversation. `names`: the ward's own words."""
    tokens = frozenset(_tokens(words))
    rest = tokens - _OPENINGS
    return not rest or rest.issubset(t for name in names for t in _our_tokens(name))


def is_courtesy(words: str) -> bool:
    """Thanks and the like, or nothing at all: no answer is waited for."""
    return _COURTESY.issuperset(_tokens(words))


def is_story(words: str) -> bool:
    """Whether these are plainly a person's account, so that no "why" need be asked."""
    return len(_tokens(words)) >= STORY_WORDS or len(words) >= STORY_CHARS


def language_in(words: str) -> str:
    """The language that the text asks for by name, or greets in; or nothing."""
    tokens = _tokens(words)
    if len(tokens) == 1 and tokens[0] in _LANGUAGE_NAMES:
        return _LANGUAGE_NAMES[tokens[0]]
    only_welsh = tokens and _GREETINGS["cy"].issuperset(tokens)
    return "cy" if only_welsh and not _GREETINGS["en"].issuperset(tokens) else ""


def _number(token: str) -> int | None:
    if len(token) == 1 and unicodedata.category(token) == "Nd":
        return unicodedata.decimal(token)
    return _NUMBER_WORDS.get(token)


@lru_cache(maxsize=512)
def _our_tokens(wording: str) -> tuple[str, ...]:
    # Remembered for the survey's own words alone, never for a person's.
    return tuple(_tokens(wording))


def _tokens(words: str) -> list[str]:
    """The words in small letters, without accents' variants, apostrophes, punctuation.

    A keycap emoji (1️⃣) counts as its digit. A sign that belongs to a number (-1,
    1/2, 10%) is not punctuation and stays, so that it makes the number unclear.
    """
    plain = unicodedata.normalize("NFC", words).translate(_UNHEARD).casefold()
    tokens = [_strip(token) for token in plain.split()]
    kept = [t for n, t in enumerate(tokens) if t and not (n and _is_dash(t))]
    return [_without_accents(token) for token in kept]


# Apostrophes, and what makes a keycap of a digit.
_UNHEARD = str.maketrans("", "", "'’‘`\ufe0f\u20e3")


def _strip(token: str) -> str:
    while token and _is_punctuation(token[0]):
        token = token[1:]
    while token and _is_punctuation(token[-1]):
        token = token[:-1]
    return token


def _is_punctuation(character: str) -> bool:
    if character.isalnum():
        return False
    if character in "%‰/\\#&@*":
        return False
    return unicodedata.category(character) in ("Po", "Ps", "Pe", "Pi", "Pf")


def _is_dash(token: str) -> bool:
    return all(c == "=" or unicodedata.category(c) == "Pd" for c in token)


def _without_accents(token: str) -> str:
    # "arrêt" and "plîs" as typed on a keyboard without the accent.
    if token.isascii():
        return token
    parts = unicodedata.normalize("NFD", token)
    return "".join(c for c in parts if unicodedata.category(c) != "Mn") or token
