"""How is an act written down? In the transaction of the act: both, or neither."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from central.audit.models import Entry

Detail = str | int | list[str]

SERVER = "(on the server)"  # by a command: no user name has brackets


def note(who: str, act: str, about: str, now: datetime, **details: Detail) -> None:
    """Add an entry. An act that could commit without it would leave no trace."""
    assert transaction.get_connection().in_atomic_block, "note it with the act"
    Entry.objects.create(at=now, who=who, act=act, about=about[:200], details=details)


def turned(
    before: Mapping[str, Detail], now: Mapping[str, Detail]
) -> dict[str, Detail]:
    """The details of a change, by which it can be undone: what is another thing `now`,
    under its name, and what it was under the same name with "before"."""
    several = [name for name, value in now.items() if before[name] != value]
    was = {f"{name} before": before[name] for name in several}
    return {**was, **{name: now[name] for name in several}}
