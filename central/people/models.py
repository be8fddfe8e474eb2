"""Who reads, and which wards may they see?"""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models

from central.places.models import Ward


class User(AbstractUser):
    """Someone who logs in. What they see hangs on their memberships alone: being staff
    opens the admin, which shows no patient's words."""

    wards = models.ManyToManyField(
        Ward, through="Membership", related_name="people", blank=True
    )

    def open_wards(self) -> models.QuerySet[Ward]:
        """The wards whose pages this person may read, as of now: nothing is cached."""
        if not (self.is_authenticated and self.is_active):
            return Ward.objects.none()
        return Ward.objects.filter(membership__user=self)


class Membership(models.Model):
    """This person reads this ward."""

    user = models.ForeignKey(User, models.CASCADE)
    ward = models.ForeignKey(Ward, models.PROTECT)
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "ward"], name="member_once")
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.ward_id}"
