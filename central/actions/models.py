"""What did the ward do about it?"""

from __future__ import annotations

from django.db import models

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
