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

    @property
    def administers(self) -> bool:
        """Whether they set Wardvoice up. Asked of the database with each request, and
        it opens no ward's page."""
        return self.is_active and self.is_staff and self.is_superuser

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


class FirstCode(models.Model):
    """The one-time code with which the first administrator is made: its digest. One
    row, and whoever deletes it has claimed it (central/people/first.py)."""

    id = models.IntegerField(primary_key=True, default=1)
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="one_first_code")
        ]

    def __str__(self) -> str:
        return f"first code of {self.made_at:%Y-%m-%d %H:%M}"


class LoginTry(models.Model):
    """A log-in that was not right, or that is being looked at. Keyed hashes of the name
    that was typed and of the address: enough to count by (central/people/brake.py)."""

    name = models.CharField(max_length=64)
    address = models.CharField(max_length=64)
    at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = [
            models.Index(fields=["name", "at"], name="login_try_name"),
            models.Index(fields=["address", "at"], name="login_try_address"),
        ]
