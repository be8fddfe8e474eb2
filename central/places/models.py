"""Which trusts, sites and wards are there?"""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models

from central.places.hours import Hours, hours_of
from feedback.bundle import LEFT, WITHDRAWN
from feedback.tomlfile import is_language

WARD_CODE = r"^[A-Z0-9][A-Z0-9-]{0,19}$"


LANGUAGES_HELP = (
    "Languages whose wording no speaker has checked yet, and which this ward's tablets "
    "offer all the same, marked as not checked: codes with spaces between, such as "
    "cy pl zh-Hans. Checked languages are always offered."
)
WHEN_LEFT = [
    (LEFT, "They count: what was answered so far stays"),
    (WITHDRAWN, "They are withdrawn: nothing counts and the words are erased"),
]
QUIET_MINUTES, QUIET_LEAST, QUIET_MOST = 30, 10, 10_080  # a week is no longer quiet
# Of how many people something is told: never of fewer than five (measures.md).
LEAST, LEAST_MOST = 5, 50
WHEN_LEFT_HELP = "What becomes of the answers of someone who walks away from a tablet."


def check_languages(value: str) -> None:
    for code in value.split():
        if not is_language(code):
            raise ValidationError(f"{code} is no code of a language, such as cy")


class Trust(models.Model):
    name = models.CharField(max_length=200, unique=True)

    def __str__(self) -> str:
        return self.name


class Site(models.Model):
    trust = models.ForeignKey(Trust, models.PROTECT, related_name="sites")
    name = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["trust", "name"], name="site_once")
        ]

    def __str__(self) -> str:
        return self.name


class NeverDeleted(models.QuerySet["Ward"]):
    """A ward that closes keeps its row, so that its code cannot come back for another
    one: old tablets and old answers go on naming it."""

    def delete(self) -> tuple[int, dict[str, int]]:
        raise models.ProtectedError("a ward is closed, never deleted", set(self))


class Ward(models.Model):
    """A ward. Its code is its identity on every answer: never changed or reused."""

    code = models.CharField(
        primary_key=True, max_length=20, validators=[RegexValidator(WARD_CODE)]
    )
    site = models.ForeignKey(Site, models.PROTECT, related_name="wards")
    name = models.CharField(max_length=200)
    closed_on = models.DateField(null=True, blank=True)
    languages = models.CharField(
        max_length=200, blank=True, validators=[check_languages],
        help_text=LANGUAGES_HELP,
    )  # fmt: skip
    when_left = models.CharField(
        max_length=10, choices=WHEN_LEFT, default=LEFT, help_text=WHEN_LEFT_HELP
    )
    open_days = models.CharField(max_length=40, blank=True)  # mon tue …; empty: all
    opens_at = models.TimeField(null=True, blank=True)
    closes_at = models.TimeField(null=True, blank=True)
    # A device that was not heard for longer, while the ward was open, is missed.
    quiet_minutes = models.PositiveIntegerField(default=QUIET_MINUTES)
    # Fewer people than these are not compared with other days in a sentence, and a
    # group of fewer is not shown on the sheet for the board.
    least_compared = models.PositiveIntegerField(default=LEAST)
    least_shared = models.PositiveIntegerField(default=LEAST)

    objects = NeverDeleted.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(when_left__in=[LEFT, WITHDRAWN]),
                name="ward_when_left",
            ),
            models.CheckConstraint(
                condition=models.Q(opens_at=None, closes_at=None)
                | models.Q(opens_at__lt=models.F("closes_at")),
                name="ward_opens_before_it_closes",
            ),
            models.CheckConstraint(
                condition=models.Q(quiet_minutes__range=(QUIET_LEAST, QUIET_MOST)),
                name="ward_quiet_minutes",
            ),
            models.CheckConstraint(
                condition=models.Q(least_compared__range=(LEAST, LEAST_MOST))
                & models.Q(least_shared__range=(LEAST, LEAST_MOST)),
                name="ward_least_people",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def hours(self) -> Hours:
        return hours_of(self.open_days, self.opens_at, self.closes_at)

    def delete(self, *_: object, **__: object) -> tuple[int, dict[str, int]]:
        raise models.ProtectedError("a ward is closed, never deleted", {self})


class Merge(models.Model):
    """This ward was merged into another one (ADR 16): what it said keeps its code, and
    these devices and people came to the other one by it, so that they can go back."""

    ward = models.OneToOneField(
        Ward, models.PROTECT, primary_key=True, related_name="merge"
    )
    into = models.ForeignKey(Ward, models.PROTECT, related_name="merged")
    at = models.DateTimeField()
    devices = models.JSONField(default=list)
    people = models.JSONField(default=list)  # user names

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(ward=models.F("into")), name="merge_of_two"
            )
        ]

    def __str__(self) -> str:
        return f"{self.ward_id} into {self.into_id}"
