"""Which surveys are published, and what do devices ask?"""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models

from central.places.models import Ward
from feedback.bundle import ADDRESS_CHARS

ADDRESS = r"^https?://[!-~]+$"
RECEIPTS_HELP = (
    "The address that a tablet shows beside a patient's code, such as "
    "https://feedback.example.org/receipt/. Empty when patients cannot reach this "
    "server: the tablet then says whom to ask."
)


class Published(models.Model):
    """A survey as published. Its text never changes: a change is a new version."""

    name = models.CharField(primary_key=True, max_length=80)  # inpatient@1
    text = models.TextField()  # TOML
    published_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Asking(models.Model):
    """What every device is told to ask, and the version of the bundle. One row."""

    id = models.IntegerField(primary_key=True, default=1)
    version = models.BigIntegerField(default=0)
    survey = models.CharField(max_length=80, blank=True)
    sms_survey = models.CharField(max_length=80, blank=True)
    # What the tablets' first screen offers beside it: names with spaces between.
    also = models.CharField(max_length=400, blank=True)
    receipts = models.CharField(
        max_length=ADDRESS_CHARS, blank=True, validators=[RegexValidator(ADDRESS)],
        help_text=RECEIPTS_HELP,
    )  # fmt: skip
    opening_hours = models.JSONField(default=dict, blank=True)
    pin_hash = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="one_asking")
        ]
        verbose_name = verbose_name_plural = "what devices ask"

    def __str__(self) -> str:
        return self.survey or "nothing yet"


class WardAsking(models.Model):
    """What one ward asks of its own (ADR 20), in place of what every ward asks: on its
    tablets, by text, or both. A ward without a row asks what all do."""

    ward = models.OneToOneField(
        Ward, models.PROTECT, primary_key=True, related_name="asking"
    )
    survey = models.CharField(max_length=80, blank=True)
    also = models.CharField(max_length=400, blank=True)
    sms_survey = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(survey="", sms_survey=""),
                name="ward_asking_something",
            ),
            models.CheckConstraint(
                condition=~models.Q(survey="") | models.Q(also=""),
                name="ward_offers_beside_its_own",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ward_id}: {self.survey or self.sms_survey}"
