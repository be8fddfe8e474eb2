"""Where does an administrator say what devices ask?

Surveys themselves are published from the command line. Here is chosen among them.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest

from central.surveys.asking import something_changed
from central.surveys.models import Asking, Published


def _published() -> list[tuple[str, str]]:
    names = Published.objects.order_by("name").values_list("name", flat=True)
    return [(name, name) for name in names]


class AskingForm(forms.ModelForm):  # type: ignore[type-arg]  # Django's is no generic
    survey = forms.ChoiceField(choices=_published, help_text="Tablets ask it.")
    sms_survey = forms.ChoiceField(
        choices=_published, label="SMS survey", help_text="Text lines ask it."
    )
    also = forms.MultipleChoiceField(
        choices=_published,
        required=False,
        help_text="Tablets offer these beside it, such as one for children.",
    )

    class Meta:
        model = Asking
        fields = ("survey", "sms_survey", "also", "receipts")

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.initial["also"] = self.instance.also.split()

    def clean_also(self) -> str:
        names: list[str] = self.cleaned_data["also"]
        if self.cleaned_data.get("survey") in names:
            raise forms.ValidationError("it is the one that tablets ask")
        return " ".join(names)


@admin.register(Asking)
class AskingAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # as above
    form = AskingForm
    list_display = ("__str__", "also", "sms_survey", "receipts", "version")

    @transaction.atomic
    def save_model(
        self, request: HttpRequest, obj: Asking, form: forms.Form, change: bool
    ) -> None:
        # Not the whole row: its version may have risen since the page was opened.
        values = {name: getattr(obj, name) for name in AskingForm.Meta.fields}
        Asking.objects.filter(id=1).update(**values)
        something_changed()

    def has_add_permission(self, *_: object) -> bool:
        return False  # the first survey that is published makes it

    def has_delete_permission(self, *_: object) -> bool:
        return False
