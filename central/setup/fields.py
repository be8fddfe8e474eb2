"""What may be typed into a form of set-up? One rule for forms and for files.

A name is plain text on every page, on tablets and in files that people open in a
spreadsheet. So one that a spreadsheet would run as a formula is refused, and letters
that nobody can see do not come in.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from feedback.text import clean_comment

# Full-width forms too: a spreadsheet takes them for the narrow ones.
FORMULA = re.compile(r"[=+\-@]")
NAME_CHARS = 200
GONE = {"invalid_choice": "Something here has changed since: choose again"}


class PlainField(forms.CharField):
    """One line of plain text. `asks` says what to write, when nothing was."""

    def __init__(self, asks: str, max_length: int = NAME_CHARS, **more: Any) -> None:
        messages = {
            "required": asks,
            "max_length": f"{asks} in {max_length} characters or fewer",
        }
        super().__init__(max_length=max_length, error_messages=messages, **more)

    def clean(self, value: Any) -> str:
        text = super().clean(plain(str(value or "")))
        if FORMULA.match(unicodedata.normalize("NFKC", text)):
            raise ValidationError(
                "It must not begin with = + - or @: a spreadsheet would run it"
            )
        return str(text)


def plain(text: str) -> str:
    """In one line, without what cannot be seen."""
    return " ".join(clean_comment(text).split())


class OneOf(forms.ChoiceField):
    """One of several; `asks` says what to choose."""

    def __init__(self, asks: str, **more: Any) -> None:
        messages = {"required": asks, "invalid_choice": asks}
        super().__init__(error_messages=messages, **more)


class Ticked(forms.MultipleChoiceField):
    """Any of several, none too. What is no longer among them is an error in words."""

    def __init__(self, **more: Any) -> None:
        super().__init__(required=False, error_messages=GONE, **more)


class Whole(forms.IntegerField):
    """A whole number between two; `asks` says which ones."""

    def __init__(
        self, asks: str, least: int, most: int, usual: int, **more: Any
    ) -> None:
        wrong = ("required", "invalid", "min_value", "max_value")
        super().__init__(
            min_value=least,
            max_value=most,
            initial=usual,
            error_messages=dict.fromkeys(wrong, asks),
            **more,
        )
