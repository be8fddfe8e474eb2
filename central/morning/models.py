"""Which mails are there, which of them went out, and who reads them meanwhile?

A row of `Mail` is the claim: it is there before anything is sent, and there is one for
each ward, day and address. No patient's words stand here, nor what a mail said.
"""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from central.places.models import Ward

WAITING, SENT, REFUSED, TOO_LATE = "waiting", "sent", "refused", "too_late"
QUIET = "quiet"
STATES = [
    (WAITING, "waits to be sent"),
    (SENT, "sent"),
    (REFUSED, "refused"),
    (TOO_LATE, "could not be sent in time"),
    (QUIET, "not sent: there was nothing to tell"),
]
TROUBLE_CHARS = 300
WORDS_HELP = (
    "Put what patients wrote into this ward's mail. A mail can be sent on, and is read "
    "on telephones: leave this off unless the ward has decided it. What may call for "
    "help is never put into a mail."
)


class Mail(models.Model):
    """One ward's day for one reader; without a ward, what an administrator must know
    that morning. While `held_until` is to come, the process that
    wrote `holder` is sending it; a crash leaves it to the next one after that."""

    ward = models.ForeignKey(
        Ward, models.PROTECT, related_name="mails", null=True, blank=True
    )
    day = models.DateField()  # that it shows
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="mails"
    )
    address = models.CharField(max_length=254)
    message_id = models.CharField(max_length=250, unique=True)
    planned_at = models.DateTimeField()
    valid_until = models.DateTimeField()
    next_at = models.DateTimeField()  # not tried before
    tries = models.IntegerField(default=0)
    holder = models.CharField(max_length=32, blank=True)
    held_until = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=STATES, default=WAITING)
    sent_at = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=TROUBLE_CHARS, blank=True)  # of the last try

    class Meta:
        ordering = ["-day", "ward", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["ward", "day", "address"], name="mail_once"
            ),
            # Two rows without a ward are two to the constraint above.
            models.UniqueConstraint(
                fields=["day", "address"],
                name="mail_to_administrator_once",
                condition=models.Q(ward=None),
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[state for state, _ in STATES]),
                name="mail_state",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_at"],
                name="mail_waiting",
                condition=models.Q(state=WAITING),
            )
        ]

    def __str__(self) -> str:
        return f"{self.about}, {self.day}: {self.reader}"

    @property
    def about(self) -> str:
        """Which mail it is, in a few words."""
        return self.ward.name if self.ward else "what administrators must know"


class Away(models.Model):
    """Somebody is away from `first` to `last`, both included, and their deputy reads
    the mails of those wards that the deputy may see as well."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="absences"
    )
    first = models.DateField("from")
    last = models.DateField("to")
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True,
        related_name="stands_in",
        help_text="Reads the mails meanwhile, of the wards that they are a member of.",
    )  # fmt: skip

    class Meta:
        verbose_name = "absence"
        ordering = ["-first", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last__gte=models.F("first")), name="away_in_order"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.first} to {self.last}"

    def clean(self) -> None:
        """What would leave a ward without a reader is refused where it is typed."""
        if self.first and self.last and self.last < self.first:
            raise ValidationError({"last": "it ends before it begins"})
        if self.deputy_id is None or self.user_id is None:
            return
        if self.deputy_id == self.user_id:
            raise ValidationError({"deputy": "nobody is their own deputy"})
        if lacking := self.wards_that_the_deputy_lacks():
            names = ", ".join(ward.name for ward in lacking)
            raise ValidationError(
                {"deputy": f"{self.deputy} is no member of {names}: add that first"}
            )

    def wards_that_the_deputy_lacks(self) -> list[Ward]:
        """A deputy sees no more by standing in."""
        theirs = Ward.objects.filter(membership__user=self.user_id, closed_on=None)
        return list(theirs.exclude(membership__user=self.deputy_id))


class WardMail(models.Model):
    """What a ward wants of its mail; one without a row wants what is usual."""

    ward = models.OneToOneField(
        Ward, models.CASCADE, primary_key=True, related_name="mail"
    )
    words = models.BooleanField(
        "patients' words in the mail", default=False, help_text=WORDS_HELP
    )

    class Meta:
        verbose_name = "ward's mail"
        verbose_name_plural = "wards' mails"

    def __str__(self) -> str:
        return str(self.ward)


def wants_words(ward: Ward) -> bool:
    """Whether its mails carry patients' words: not, unless somebody decided so."""
    return WardMail.objects.filter(ward=ward, words=True).exists()


class Sheet(models.Model):
    """What the sheet of a ward's day has shown, one after the other: later answers must
    not be told by the difference (central/summaries/leaving.py). `counts`: by question,
    each state that it was in; `words` and `changed`: what goes with the last."""

    ward = models.ForeignKey(Ward, models.PROTECT, related_name="sheets")
    day = models.DateField()
    counts = models.JSONField(default=dict)
    words = models.JSONField(default=dict)
    changed = models.JSONField(default=list)
    first_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ward", "day"], name="sheet_once")
        ]

    def __str__(self) -> str:
        return f"{self.ward_id}, {self.day}"
