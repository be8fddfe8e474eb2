"""Where does an administrator make trusts, sites and wards?"""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.db import transaction
from django.forms import ModelForm
from django.http import HttpRequest

from central.places.models import Site, Trust, Ward, check_languages
from central.surveys.asking import something_changed
from central.surveys.published import languages_asked

admin.site.register(Trust)
admin.site.register(Site)


class WardForm(forms.ModelForm):  # type: ignore[type-arg]  # Django's is no generic
    def clean_languages(self) -> str:
        """Codes that the surveys have: `zh` for `zh-Hans` would turn on nothing."""
        typed = str(self.cleaned_data["languages"])
        check_languages(typed)
        codes = list(dict.fromkeys(typed.split()))
        spoken = languages_asked()
        for code in codes:
            if spoken and code not in spoken:
                raise forms.ValidationError(
                    f"no survey that is asked speaks {code}: "
                    f"they speak {' '.join(spoken)}"
                )
        return " ".join(codes)


@admin.register(Ward)
class WardAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # Django's is no generic
    form = WardForm
    # The page of set-up checks these together; here a ward keeps what it has.
    exclude = ("open_days", "opens_at", "closes_at", "quiet_minutes")
    list_display = ("code", "name", "site", "languages", "when_left", "closed_on")

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
