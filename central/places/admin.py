"""Where does an administrator make trusts, sites and wards?"""

from __future__ import annotations

from django.contrib import admin
from django.db import transaction
from django.forms import ModelForm
from django.http import HttpRequest

from central.places.models import Site, Trust, Ward
from central.surveys.asking import something_changed

admin.site.register(Trust)
admin.site.register(Site)


@admin.register(Ward)
class WardAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # Django's is no generic
    list_display = ("code", "name", "site", "closed_on")

    def get_readonly_fields(
        self, _request: HttpRequest, obj: Ward | None = None
    ) -> tuple[str, ...]:
        return ("code",) if obj else ()  # a code never changes

    @transaction.atomic
    def save_model(
        self, request: HttpRequest, obj: Ward, form: ModelForm[Ward], change: bool
    ) -> None:
        super().save_model(request, obj, form, change)
        something_changed()  # its name is on the tablets

    def has_delete_permission(self, *_: object) -> bool:
        return False
