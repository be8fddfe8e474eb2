"""Who has tried codes within the last hour?"""

from __future__ import annotations

from django.db import models


class Try(models.Model):
    """A code that was not right. `who` is a keyed hash of an address: enough to count
    by, and gone after an hour."""

    who = models.CharField(max_length=64)
    at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = [models.Index(fields=["who", "at"], name="try_who_at")]
