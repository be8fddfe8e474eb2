"""Which day did a technician type?"""

from __future__ import annotations

from argparse import ArgumentTypeError
from datetime import date


def a_day(typed: str) -> date:
    """For argparse, which else says "invalid fromisoformat value"."""
    try:
        return date.fromisoformat(typed)
    except ValueError as error:
        raise ArgumentTypeError("a day is typed like 2026-11-28") from error
