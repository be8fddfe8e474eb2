"""What is held, and why? To look at only: a row leaves when it can stand."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from central.intake.models import Held
from central.looked_at import OnlyLookedAt


@admin.register(Held)
class HeldAdmin(OnlyLookedAt):
    """Never `body`: it holds what a patient said, in the clear if its form is wrong."""

    list_display = fields = ("reason", "detail", "device", "seq", "arrived_at")
    list_filter = ("reason", "device")
    show_facets = admin.ShowFacets.ALWAYS  # how many are held for each reason
    ordering = ("-arrived_at", "device", "seq")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Held]:
        return super().get_queryset(request).defer("body")
