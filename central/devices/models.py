"""Which devices may speak, for which wards, and how far have we heard them?"""

from __future__ import annotations

from django.db import models

from central.places.models import Ward

KINDS = [("kiosk", "kiosk"), ("sms", "SMS gateway")]
# What an administrator says of a device that was removed: whether more of it may come.
NOTHING, PERHAPS, LOST = "nothing", "perhaps", "lost"
STILL_HOLDS = [
    (NOTHING, "Nothing: all that was said on it has come"),
    (PERHAPS, "There may be answers on it, and it may come back"),
    (LOST, "There may be answers on it, and they will not come"),
]
MADE_UP = "(made up)"  # the name of each device of the demonstration: nobody misses it


class Device(models.Model):
    """A collector. Its row is locked while its log is appended to, so what stands here
    (`removed_at`, `have`) is what the append goes by."""

    id = models.CharField(primary_key=True, max_length=32)
    public_key = models.CharField(max_length=64, unique=True)  # hex
    kind = models.CharField(max_length=10, choices=KINDS, default="kiosk")
    name = models.CharField(max_length=100, blank=True)
    wards = models.ManyToManyField(Ward, related_name="devices")
    enrolled_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)
    # Of a removed one; "" when nobody has said so.
    still_holds = models.CharField(max_length=10, choices=STILL_HOLDS, blank=True)

    # What a removed device had heard before may come in once (central/devices/
    # backlog.py): accepted when, up to which row, and when it was all here.
    backlog_accepted_at = models.DateTimeField(null=True, blank=True)
    backlog_last = models.BigIntegerField(null=True, blank=True)
    backlog_done_at = models.DateTimeField(null=True, blank=True)

    # A successor's log goes on from the old one's: its rows begin at `begins`, and
    # within a response they are later. A restored central may not know the old one.
    succeeds = models.CharField(max_length=32, blank=True)
    begins = models.BigIntegerField(default=1)
    generation = models.IntegerField(default=0)
    family = models.CharField(max_length=32, db_index=True)  # the first one's id

    have = models.BigIntegerField(default=0)  # rows up to here are committed
    last = models.BigIntegerField(default=0)  # the highest that the device speaks of
    last_heard = models.DateTimeField(null=True, blank=True)
    gap_told_at = models.BigIntegerField(
        null=True, blank=True
    )  # `have` of a gap answer
    forked_at = models.BigIntegerField(null=True, blank=True)  # must enrol again
    differed_at = models.DateTimeField(
        null=True, blank=True
    )  # a copy showed other rows
    forked_unsent = models.BigIntegerField(null=True, blank=True)  # waits on it then
    status = models.JSONField(default=dict, blank=True)
    bundle_given = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(begins__gte=1, have__gte=models.F("begins") - 1),
                name="have_from_begins",
            )
        ]

    def __str__(self) -> str:
        return self.name or self.id[:8]

    @property
    def waiting(self) -> int:
        """So many answers it has said to hold have not come."""
        unsent = max(0, self.last - self.have)
        if self.forked_at is None:
            return unsent
        return max(unsent, self.forked_unsent or 0)


class Stint(models.Model):
    """From `since` until `until` (or now) a device was this ward's: a tablet that went
    to another ward may still have what it heard here."""

    device = models.ForeignKey(Device, models.CASCADE, related_name="stints")
    ward = models.ForeignKey(Ward, models.PROTECT, related_name="stints")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["device", "ward"],
                condition=models.Q(until=None),
                name="stint_open_once",
            )
        ]


class EnrolmentCode(models.Model):
    """A one-time code, of which only its beginning and a slow hash are kept."""

    selector = models.CharField(max_length=2)  # which code is meant: no secret
    hash = models.CharField(max_length=200)
    wards = models.ManyToManyField(Ward)
    kind = models.CharField(max_length=10, choices=KINDS, default="kiosk")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    tries = models.IntegerField(default=0)
    # The device that used it. It may ask again, for the same answer.
    device = models.ForeignKey(Device, models.PROTECT, null=True, blank=True)

    def __str__(self) -> str:
        return f"code of {self.made_at:%Y-%m-%d %H:%M}"
