"""What did each device say, and when did central hear it?"""

from __future__ import annotations

from django.db import models


class Answer(models.Model):
    """One row of a device's log, as it was said: the nine words, and what central adds.

    `(device, seq)` is its identity. Plain text columns and no foreign keys: they are
    checked before, and an append of a thousand rows pays for each constraint.
    """

    pk = models.CompositePrimaryKey("device", "seq")
    device = models.TextField()
    seq = models.BigIntegerField()
    response = models.TextField()
    survey = models.TextField()
    question = models.TextField()
    value = models.TextField()
    ward = models.TextField()
    mode = models.TextField()
    answered_at = models.TextField()  # the device's clock, exactly as signed
    digest = models.TextField()  # of the nine words as they first came
    arrived_at = models.DateTimeField()  # central's clock

    class Meta:
        indexes = [models.Index(fields=["response"], name="answer_response")]


class Held(models.Model):
    """An authentic row that cannot stand among the answers yet. It counts in `have`,
    and is tried again when a survey or a ward arrives."""

    device = models.TextField()
    seq = models.BigIntegerField()
    reason = models.TextField()
    detail = models.TextField(blank=True)
    body = models.TextField()  # ASCII JSON: any database keeps it, whatever it holds
    digest = models.TextField()  # of the nine words, or of the body if it has none
    response = models.TextField(blank=True, db_index=True)
    arrived_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["device", "seq"], name="held_once")
        ]


class Contact(models.Model):
    """When the device last spoke with its log at `last`: a row above `last` was written
    after `at`. One row for each `last`, so an idle tablet adds none."""

    device = models.TextField()
    last = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["device", "last"], name="contact_once")
        ]


class Closing(models.Model):
    """How far a device's log went, and how far central had it, at the last contact of
    one of central's days: the ledger's balance of a day that is over."""

    device = models.TextField()
    day = models.DateField()
    last = models.BigIntegerField()
    have = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["device", "day"], name="closing_once")
        ]


class Hole(models.Model):
    """Rows that the device had purged before a restored central asked for them."""

    device = models.TextField(db_index=True)
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    declared_at = models.DateTimeField()


class Altered(models.Model):
    """When a row became what it is, after it had come: it was held and then stood, or
    its value was erased. A row that is not named here is as it arrived."""

    RELEASED, ERASED = "released", "erased"

    device = models.TextField()
    seq = models.BigIntegerField()
    response = models.TextField(db_index=True)
    what = models.TextField(choices=[(RELEASED, RELEASED), (ERASED, ERASED)])
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["device", "seq", "what"], name="altered_once"
            )
        ]


class Erased(models.Model):
    """A response whose words are erased, now and whenever a device resends them."""

    response = models.TextField(primary_key=True)
    at = models.DateTimeField()


class Followed(models.Model):
    """How far what is derived (comments, standing) has followed a device's log. The
    row of the first device of a family is also the lock under which its responses
    are derived: two at once could write an older state over a newer one."""

    device = models.TextField(primary_key=True)
    seq = models.BigIntegerField(default=0)


class Behind(models.Model):
    """A response that changed behind the mark (a hole filled, a held row released, an
    erasure): written with the change, gone when it has been followed."""

    response = models.TextField(primary_key=True)
    family = models.TextField(db_index=True)
