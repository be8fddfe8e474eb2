"""What does one ward ask of its own, in place of what every ward asks (ADR 20)?"""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from central.audit.writing import note, turned
from central.places.models import Ward
from central.setup.door import administrators_only, show, tell, who
from central.setup.fields import GONE, Ticked
from central.setup.stale import Stale, is_good, look_again, must_be_as_seen, seen
from central.surveys.models import Asking, WardAsking
from central.surveys.published import ask_on, every_survey

EVERY = "What every ward asks"
FIELDS = ("survey", "also", "sms_survey")


class WardAskingForm(forms.Form):
    survey = forms.ChoiceField(
        required=False, label="Its tablets ask", error_messages=GONE
    )
    also = Ticked(label="Its tablets offer beside it")
    sms_survey = forms.ChoiceField(
        required=False, label="Its texts ask", error_messages=GONE
    )

    def __init__(self, asking: Asking | None, *words: Any, **more: Any) -> None:
        super().__init__(*words, **more)
        surveys = every_survey()
        choices = [
            (name, f"{name}, {one.title['en']}")
            for name, one in sorted(surveys.items())
        ]
        # A text asks the national question first; without it there is nothing to say.
        national = [one for one in choices if surveys[one[0]].is_national]
        tablets, texts = (asking.survey, asking.sms_survey) if asking else ("", "")
        self._choose("survey", [("", f"{EVERY} ({tablets})"), *choices])
        self._choose("sms_survey", [("", f"{EVERY} ({texts})"), *national])
        self._choose("also", choices)

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean_also(self) -> list[str]:
        also: list[str] = self.cleaned_data["also"]
        survey = self.cleaned_data.get("survey")
        if also and not survey:
            raise ValidationError(
                "Choose what its tablets ask first: beside what every ward asks, its "
                "tablets offer what every ward offers"
            )
        if survey in also:
            raise ValidationError(f"{survey} is what its tablets ask: choose another")
        return list(dict.fromkeys(also))

    def values(self) -> dict[str, str]:
        said = self.cleaned_data
        return {**said, "also": " ".join(said["also"])}


@administrators_only
def ward_asked(request: HttpRequest, code: str) -> HttpResponse:
    ward = get_object_or_404(Ward, code=code)
    shown = initial_of(ward)
    asking = Asking.objects.exclude(survey="").filter(id=1).first()
    form = WardAskingForm(asking, request.POST or None, initial=shown)
    page: dict[str, Any] = {
        "form": form,
        "ward": ward,
        "asking": asking,
        "seen": seen(request, form),
    }
    try:
        if is_good(form, page["seen"]) and asking is not None:
            _keep(ward, form.values(), page["seen"], who(request))
            words = f"{ward.name} asks this from its next patient on. To undo it, "
            tell(request, words + "choose what it was before: that stands under What "
                                  "was done.")  # fmt: skip
            return redirect("setup_ward", ward.code)
    except Stale:
        page |= look_again(form, WardAskingForm(asking, initial=shown))
    return show(request, "ward_asked", page)


@transaction.atomic
def _keep(ward: Ward, values: dict[str, str], seen: str, who: str) -> None:
    # The row is locked, so that what is written down as before was before.
    Ward.objects.select_for_update().get(code=ward.code)
    must_be_as_seen(seen, initial_of(ward))
    details = turned(own_of(ward), values)
    ask_on(ward, **values)
    note(who, "changed", f"what ward {ward.code} asks", timezone.now(), **details)


def initial_of(ward: Ward) -> dict[str, Any]:
    """What the form of what this ward asks shows first."""
    own = own_of(ward)
    return {**own, "also": own["also"].split()}


def own_of(ward: Ward) -> dict[str, str]:
    """What it asks of its own; empty words where it has nothing."""
    row = WardAsking.objects.filter(ward=ward).values(*FIELDS).first()
    return {name: str(row[name]) if row else "" for name in FIELDS}
