"""What did the ward do about it?"""

from __future__ import annotations

from django.db import models

from central.people.models import User
from central.places.models import Ward


class Card(models.Model):
    """One "You said, we did": it goes to the ward's devices with the bundle."""

    ward = models.ForeignKey(Ward, models.PROTECT, related_name="cards")
    said = models.CharField(max_length=300)
    did = models.CharField(max_length=300)
    on = models.DateField()

    class Meta:
        ordering = ["-on", "-id"]
        indexes = [models.Index(fields=["ward", "on"], name="card_ward_on")]

    def __str__(self) -> str:
        return self.did


class Change(models.Model):
    """What the ward changed, and when: a mark on its charts. `step`: the step of the
    journey whose chart alone it concerns, "" for all. Undone it stays, with who did
    that, and can be put back."""

    KEEP, ANEW = "keep", "anew"

    ward = models.ForeignKey(Ward, models.PROTECT, related_name="changes")
    on = models.DateField()
    note = models.CharField(max_length=200)
    step = models.CharField(max_length=100, blank=True, default="")
    limits = models.CharField(max_length=4, default=KEEP)
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    undone_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-on", "-id"]
        indexes = [models.Index(fields=["ward", "on"], name="change_ward_on")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(limits__in=["keep", "anew"]), name="change_limits"
            )
        ]

    def __str__(self) -> str:
        return self.note


class Seen(models.Model):
    """Somebody has seen one row that calls for somebody (central/summaries/calls.py):
    a fact, which no rebuilding touches, and no words. Taken back it stays, with who did
    that. `by` is None for what came before anybody could mark it."""

    ward = models.ForeignKey(Ward, models.PROTECT, related_name="+")
    response = models.TextField(db_index=True)
    device = models.TextField()
    seq = models.BigIntegerField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField()
    undone_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # Two who press at once: the first one's mark is the only one.
            models.UniqueConstraint(
                fields=["device", "seq"],
                name="seen_once",
                condition=models.Q(undone_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.ward_id}, by {self.by}"
