"""Which trusts, sites and wards are there?"""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models

WARD_CODE = r"^[A-Z0-9][A-Z0-9-]{0,19}$"


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

    objects = NeverDeleted.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def delete(self, *_: object, **__: object) -> tuple[int, dict[str, int]]:
        raise models.ProtectedError("a ward is closed, never deleted", {self})
