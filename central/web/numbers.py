"""Which row does a form name? A hidden field comes back as anybody wrote it."""

from __future__ import annotations

from django.http import Http404

MOST_DIGITS = 18  # more than that no database keeps


def row_number(text: str) -> int:
    """The number; Http404 when it is none that a row can have."""
    if not (text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS):
        raise Http404
    return int(text)
