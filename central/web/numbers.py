"""Which row does a form name, which page an address? Both come as anybody wrote."""

from __future__ import annotations

from django.http import Http404

MOST_DIGITS = 18  # more than that no database keeps
PAGE_DIGITS = 6


def row_number(text: str) -> int:
    """The number; Http404 when it is none that a row can have."""
    if not (text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS):
        raise Http404
    return int(text)


def page_number(text: str) -> int:
    """Which page of the words; Http404 when it is no page's number."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= PAGE_DIGITS
    if not is_number or not int(text):
        raise Http404
    return int(text)
