"""What stands, and what of it calls for somebody?"""

from __future__ import annotations

from django.db import models

from feedback.seal import SEALED


class Standing(models.Model):
    """What stands of one question in one response: derived, and rebuilt at will.

    `device` and `seq` name the row that decided. Ward, survey, mode and time are those
    of the response's first row.
    """

    response = models.TextField()
    question = models.TextField()
    value = models.TextField()
    device = models.TextField()
    seq = models.BigIntegerField()
    survey = models.TextField()
    ward = models.TextField()
    mode = models.TextField()
    day = models.DateField()  # local, of when the response began
    part = models.TextField()  # of that day: pages never show the minute
    began_at = models.DateTimeField()  # the device's time, within what central knows
    moved = models.BooleanField(default=False)  # that time had to be moved
    counts = models.BooleanField(default=True)  # not practice, not withdrawn

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["response", "question"], name="standing_once"
            )
        ]
        indexes = [
            # Without `value`: a long sealed comment does not fit a PostgreSQL index,
            # and the row would be refused.
            models.Index(fields=["ward", "day", "question"], name="standing_ward_day"),
            # What people wrote is a twentieth of the rows, and is searched for a year
            # at once: period_reading.py names this condition to the letter.
            models.Index(
                fields=["ward", "day"],
                name="standing_words",
                condition=models.Q(value__startswith=SEALED)
                | models.Q(value="erased")
                | models.Q(question__startswith="_concern"),
            ),
            models.Index(
                fields=["ward", "day"],
                name="standing_moved",
                condition=models.Q(moved=True),
            ),
            # Whose code is it? Hashes are short, and few people take a code.
            models.Index(
                fields=["value"],
                name="standing_receipt",
                condition=models.Q(question="_receipt"),
            ),
        ]


class Late(models.Model):
    """From `since` until `until` (or now) one person's answers counted so for this
    ward's day, and one of these moments came after the day was over. Derived as
    `standing` is; holds no answer, so nothing of one that was erased."""

    response = models.TextField(db_index=True)
    ward = models.TextField()
    day = models.DateField()
    survey = models.TextField()
    answered = models.BooleanField()  # anything but our own questions
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["response", "since"], name="late_once")
        ]
        indexes = [
            models.Index(fields=["ward", "day"], name="late_ward_day"),
            models.Index(fields=["ward", "since"], name="late_ward_since"),
        ]


class Call(models.Model):
    """A row that stands and calls for somebody: derived, and rebuilt at will. That
    somebody has `seen` it follows from a fact, which is kept elsewhere
    (central/actions/seen.py); here it makes who waits quick to find.

    `kind`: `talk` (a request for someone to come), `place` (where to find who asked),
    `concern` (words that may call for help). `key` names the response on a page: the
    response itself tells to the millisecond when somebody was there.
    """

    TALK, PLACE, CONCERN = "talk", "place", "concern"

    response = models.TextField(db_index=True)
    device = models.TextField()
    seq = models.BigIntegerField()
    ward = models.TextField()
    day = models.DateField()
    kind = models.TextField()
    key = models.TextField(db_index=True)
    seen = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["device", "seq"], name="call_once")
        ]
        indexes = [
            models.Index(fields=["ward", "day"], name="call_ward_day"),
            models.Index(
                fields=["ward", "day"],
                name="call_waits",
                condition=models.Q(seen=False),
            ),
        ]
