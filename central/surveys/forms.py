"""What may devices be told to ask?"""

from __future__ import annotations

from typing import Any

from django import forms

from central.surveys.models import Asking, Published
from central.surveys.published import surveys_apart

TABLETS, TEXTS = "Choose what tablets ask", "Choose what texts ask"
BESIDE = "Choose again what tablets offer beside it"
RECEIPTS = "Write a whole address such as https://example.org/receipt/, or nothing"


def _says(asks: str) -> dict[str, str]:
    """Whatever is wrong with it, it asks for the same."""
    return dict.fromkeys(("required", "invalid", "invalid_choice", "max_length"), asks)


def _published() -> list[tuple[str, str]]:
    names = Published.objects.order_by("name").values_list("name", flat=True)
    return [(name, name) for name in names]


def _for_texts() -> list[tuple[str, str]]:
    """A text asks the national question first; without it there is nothing to say."""
    apart = surveys_apart()
    return [one for one in _published() if one[0] not in apart] or _published()


class AskingForm(forms.ModelForm):  # type: ignore[type-arg]  # Django's is no generic
    survey = forms.ChoiceField(
        choices=_published, label="Tablets ask", error_messages=_says(TABLETS)
    )
    sms_survey = forms.ChoiceField(
        choices=_for_texts, label="Texts ask", error_messages=_says(TEXTS)
    )
    also = forms.MultipleChoiceField(
        choices=_published,
        required=False,
        label="Tablets offer beside it",
        error_messages=_says(BESIDE),
    )

    class Meta:
        model = Asking
        fields = ("survey", "sms_survey", "also", "receipts")
        labels = {"receipts": "Where a patient uses their receipt code"}
        error_messages = {"receipts": _says(RECEIPTS)}

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.initial["also"] = self.instance.also.split()

    def clean_also(self) -> str:
        names: list[str] = self.cleaned_data["also"]
        if self.cleaned_data.get("survey") in names:
            raise forms.ValidationError("Tablets ask one of these already: untick it")
        return " ".join(names)

    def values(self) -> dict[str, Any]:
        """Not the whole row: its version may have risen since the page was opened."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}
