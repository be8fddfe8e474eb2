"""Where does an administrator see the mails, and say who is away?"""

from __future__ import annotations

from django.contrib import admin

from central.custody.admin import OnlyLookedAt
from central.morning.models import Away, Mail, WardMail
from central.morning.notices import notices


@admin.register(Mail)
class MailAdmin(OnlyLookedAt):
    notices = staticmethod(notices)
    list_display = (
        "day", "ward", "reader", "state", "trouble", "tries", "sent_at", "address"
    )  # fmt: skip
    list_filter = ("state", "day")


@admin.register(Away)
class AwayAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # Django's is no generic
    list_display = ("user", "first", "last", "deputy")


@admin.register(WardMail)
class WardMailAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # as above
    list_display = ("ward", "words")
