"""Who did what of consequence, and who read what patients wrote? Two tables that are
only ever added to.

The database itself refuses to change an entry (its triggers stand in the first
migration), and PostgreSQL to delete one as well. SQLite's DELETE is how Django empties
a database for tests, so there only this model refuses it.
"""

from __future__ import annotations

from typing import Any

from django.db import models


class OnlyAdded(models.QuerySet[models.Model]):
    def delete(self) -> tuple[int, dict[str, int]]:
        raise models.ProtectedError("an entry stays", set(self[:1]))

    def update(self, **_values: object) -> int:
        raise models.ProtectedError("an entry stays as it is", set(self[:1]))


class Stays(models.Model):
    """A row that is added, and neither changed nor deleted."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **more: Any) -> None:
        if not self._state.adding:
            raise models.ProtectedError("an entry stays as it is", {self})
        super().save(*args, **more)

    def delete(self, *_: object, **__: object) -> tuple[int, dict[str, int]]:
        raise models.ProtectedError("an entry stays", {self})


class Entry(Stays):
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


class Read(Stays):
    """Somebody had patients' words before them. `page`, with its `first` and `last`
    day, and `chosen`, what its words were filtered by, say which; `words`, how many
    texts there were. One row for each of these and a quarter of an hour, however often
    the page was opened: never the words, and never what was searched for."""

    at = models.DateTimeField()  # when it was first opened in this quarter
    quarter = models.DateTimeField()  # of an hour, when it began
    who = models.CharField(max_length=150)
    ward = models.CharField(max_length=20)
    page = models.CharField(max_length=80)
    first = models.DateField()
    last = models.DateField()
    chosen = models.CharField(max_length=200, blank=True)
    words = models.IntegerField()

    objects = OnlyAdded.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "quarter",
                    "who",
                    "ward",
                    "page",
                    "first",
                    "last",
                    "chosen",
                    "words",
                ],
                name="read_once",
            )
        ]
        indexes = [
            models.Index(fields=["-at", "-id"], name="read_at"),
            models.Index(fields=["ward", "-at"], name="read_ward"),
            models.Index(fields=["who", "-at"], name="read_who"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.who}: {self.page} of {self.ward}"
