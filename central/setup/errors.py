"""What cannot be, in words for the administrator who asked for it."""

from __future__ import annotations


class Refused(Exception):
    """The text says why, and what to do instead."""
