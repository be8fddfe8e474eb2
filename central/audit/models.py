"""Who did what of consequence, and when? A table that is only ever added to.

The database itself refuses to change an entry (its triggers stand in the first
migration), and PostgreSQL to delete one as well. SQLite's DELETE is how Django empties
a database for tests, so there only this model refuses it.
"""

from __future__ import annotations

from typing import Any

from django.db import models


class OnlyAdded(models.QuerySet["Entry"]):
    def delete(self) -> tuple[int, dict[str, int]]:
        raise models.ProtectedError("an entry stays", set(self[:1]))

    def update(self, **_values: object) -> int:
        raise models.ProtectedError("an entry stays as it is", set(self[:1]))


class Entry(models.Model):
    """One act. `about` names a kind of thing and its key, as `ward ASH`. Its `details`
    say what was before and is now: never a patient's words, a code or a password."""

    at = models.DateTimeField(db_index=True)
    who = models.CharField(max_length=150)  # the user name: it outlives the person
    act = models.CharField(max_length=40)
    about = models.CharField(max_length=200)
    details = models.JSONField(default=dict)

    objects = OnlyAdded.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["about", "-id"], name="entry_about")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.who}: {self.act} {self.about}"

    def save(self, *args: Any, **more: Any) -> None:
        if not self._state.adding:
            raise models.ProtectedError("an entry stays as it is", {self})
        super().save(*args, **more)

    def delete(self, *_: object, **__: object) -> tuple[int, dict[str, int]]:
        raise models.ProtectedError("an entry stays", {self})
