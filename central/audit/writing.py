"""How is an act written down? In the transaction of the act: both, or neither."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from central.audit.models import Entry

SERVER = "(on the server)"  # by a command: no user name has brackets


def note(
    who: str, act: str, about: str, now: datetime, **details: str | int | list[str]
) -> None:
    """Add an entry. An act that could commit without it would leave no trace."""
    assert transaction.get_connection().in_atomic_block, "note it with the act"
    Entry.objects.create(at=now, who=who, act=act, about=about[:200], details=details)
