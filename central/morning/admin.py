"""Where does an administrator see the mails, and say who is away?"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from central.audit.writing import note
from central.custody.admin import WithNotices
from central.looked_at import NarrowAdmin
from central.morning.models import Away, Mail
from central.morning.notices import notices


@admin.register(Mail)
class MailAdmin(WithNotices):
    notices = staticmethod(notices)
    list_display = (
        "day", "ward", "reader", "state", "trouble", "tries", "sent_at", "address"
    )  # fmt: skip
    list_filter = ("state", "day")


@admin.register(Away)
class AwayAdmin(NarrowAdmin):
    """For who fell ill and cannot say so themselves. A deputy reads the ward already,
    or is refused: standing in lets nobody see more."""

    list_display = ("user", "first", "last", "deputy")

    @transaction.atomic
    def save_model(
        self, request: HttpRequest, obj: Away, form: Any, change: bool
    ) -> None:
        super().save_model(request, obj, form, change)
        _note(request, "changed the absence of" if change else "added an absence of",
              obj)  # fmt: skip

    @transaction.atomic
    def delete_model(self, request: HttpRequest, obj: Away) -> None:
        _note(request, "took back an absence of", obj)
        super().delete_model(request, obj)


def _note(request: HttpRequest, act: str, away: Away) -> None:
    about = f"person {away.user}"
    deputy = str(away.deputy or "")
    note(
        request.user.get_username(), act, about, timezone.now(),
        first=str(away.first), last=str(away.last), deputy=deputy,
    )  # fmt: skip
