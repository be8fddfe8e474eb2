"""What were devices told of keys, and when did anybody see that the keys open?

No key stands here, public or private: a database's backup opens nothing.
"""

from __future__ import annotations

from django.db import models


class Document(models.Model):
    """A keys document that devices were told of: those that hold the bundle of version
    `bundle` or above hold it, or a later one."""

    version = models.BigIntegerField(primary_key=True)
    comment_key = models.CharField(max_length=32)  # comments are sealed for it
    bundle = models.BigIntegerField()
    told_at = models.DateTimeField()

    class Meta:
        verbose_name = "keys document"

    def __str__(self) -> str:
        return f"version {self.version}: comments are sealed for {self.comment_key}"


class Proof(models.Model):
    """The daily test comment on one server. `trouble` is empty when it was opened."""

    host = models.CharField(primary_key=True, max_length=255)
    tested_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)  # the last time it was
    trouble = models.TextField(blank=True)

    class Meta:
        verbose_name = "daily test comment"

    def __str__(self) -> str:
        return self.host


class Rehearsal(models.Model):
    """One drill with one offline copy. `keys`: the comment keys that opened what they
    must, with spaces between. `missing` is empty when the copy is whole."""

    copy = models.CharField(max_length=80)
    at = models.DateTimeField()
    version = models.BigIntegerField()  # of the server's document then
    keys = models.TextField(blank=True)
    missing = models.TextField(blank=True)

    class Meta:
        verbose_name = "rehearsal of an offline copy"
        verbose_name_plural = "rehearsals of the offline copies"
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.copy}, {self.at:%Y-%m-%d}"
