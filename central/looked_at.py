"""What may be looked at in Django's admin? Lists, and nothing is changed there.

Each act of an administrator has a page in set-up, which checks it and writes it down:
the admin's own forms would let somebody give themselves a ward, choose another's
password, or make a half administrator, past all of that (ADR 17). Nor may a list be
asked for what it does not show: `?body__startswith=` would tell a patient's words
letter by letter.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import admin
from django.http import HttpRequest


class NarrowAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # Django's is no generic
    """Its list is filtered by what it offers, and by nothing else."""

    actions: Sequence[str] | None = None

    def lookup_allowed(
        self, lookup: str, value: str, request: HttpRequest | None = None
    ) -> bool:
        offered = {one for one in self.list_filter if isinstance(one, str)}
        return lookup.partition("__")[0] in offered


class OnlyLookedAt(NarrowAdmin):
    def has_add_permission(self, *_: object) -> bool:
        return False

    def has_change_permission(self, *_: object) -> bool:
        return False

    def has_delete_permission(self, *_: object) -> bool:
        return False
