"""What may devices be told to ask?"""

from __future__ import annotations

from typing import Any

from django import forms

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

    def values(self) -> dict[str, Any]:
        """Not the whole row: its version may have risen since the page was opened."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}
