"""Where does an administrator say what devices ask?

Surveys themselves are published from the command line. Here is chosen among them.
"""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from central.surveys.forms import AskingForm
from central.surveys.models import Asking
from central.surveys.published import ask_for


@admin.register(Asking)
class AskingAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # as above
    form = AskingForm
    list_display = ("__str__", "also", "sms_survey", "receipts", "version")

    def save_model(
        self, request: HttpRequest, obj: Asking, form: AskingForm, change: bool
    ) -> None:
        ask_for(form.values())

    def has_add_permission(self, *_: object) -> bool:
        return False  # the first survey that is published makes it

    def has_delete_permission(self, *_: object) -> bool:
        return False
