"""What do the sealed words say, once they are opened?"""

from __future__ import annotations

from django.db import models

OPENED = ""  # no trouble


class Comment(models.Model):
    """A comment of one row of a log. `trouble` says why it has no text: `key` (sealed
    for a key that is not here yet), `damaged`, `swapped`. The sealed row stays.
    `concerns`: the kinds of help that the text may call for, joined by spaces; None
    when nobody has listened yet. `folded`: the text as it is searched."""

    device = models.TextField()
    seq = models.BigIntegerField()
    response = models.TextField(db_index=True)
    question = models.TextField()
    text = models.TextField(blank=True)
    trouble = models.TextField(blank=True)
    key_id = models.TextField(blank=True)
    concerns = models.TextField(blank=True, null=True)
    folded = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["device", "seq"], name="comment_once")
        ]
        indexes = [
            models.Index(
                fields=["trouble"],
                name="comment_trouble",
                condition=~models.Q(trouble=""),
            ),
            # Nearly always empty: each start looks for them among millions.
            models.Index(
                fields=["id"],
                name="comment_unheard",
                condition=models.Q(concerns=None),
            ),
        ]
