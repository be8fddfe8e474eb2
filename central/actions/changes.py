"""What did a ward change, and when? Its charts show it.

Whoever reads the ward writes it down. Undone it leaves the charts and stays in the
list, with who did that, and can be put back.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, cast

from django import forms
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from central.actions.models import Change
from central.people.models import User
from central.places.models import Ward
from central.summaries.steps import journey
from central.surveys.published import every_survey
from central.web.dates import A_DATE, day_field
from central.web.numbers import row_number
from central.web.page import ZONE
from central.web.periods import EARLIEST
from central.web.views import my_ward
from feedback.survey import in_language

NOTE_CHARS = 200
NOTE = "Write what changed"
LIMITS = (
    (Change.KEEP, "Keep the limits of the weeks before it"),
    (Change.ANEW, "Begin new limits with it"),
)


class ChangeForm(forms.Form):
    """In the page's order: what is wrong is listed in it too."""

    note = forms.CharField(
        max_length=NOTE_CHARS,
        error_messages={
            "required": NOTE,
            "max_length": f"{NOTE} in {NOTE_CHARS} characters or fewer",
        },
    )
    on = day_field(A_DATE.format("day"))
    step = forms.ChoiceField(
        required=False,
        error_messages={"invalid_choice": "Choose a step from the list"},
    )
    limits = forms.ChoiceField(
        choices=LIMITS,
        error_messages={
            "required": "Choose what becomes of the limits",
            "invalid_choice": "Choose what becomes of the limits",
        },
    )

    def __init__(
        self, *args: Any, today: date, steps: dict[str, str], **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.today = today
        field = cast(forms.ChoiceField, self.fields["step"])
        field.choices = [("", "The whole ward: all charts"), *steps.items()]

    def clean_on(self) -> date:
        on = cast(date, self.cleaned_data["on"])
        if on > self.today:
            raise forms.ValidationError("The day is still to come")
        if on < EARLIEST:
            raise forms.ValidationError(f"The day cannot be before {EARLIEST:%d/%m/%Y}")
        return on


@require_http_methods(["GET", "HEAD", "POST"])
def changes(request: HttpRequest, code: str) -> HttpResponse:
    """The ward's changes; a POST adds one, undoes one, or puts one back."""
    ward, now = my_ward(request, code), timezone.now()
    user = cast(User, request.user)
    for act, is_undone in (("undo", True), ("put_back", False)):
        if act in request.POST:
            _undo(ward, request.POST[act], user, now, is_undone)
            return redirect("changes", ward.code)
    steps = _steps()
    today = now.astimezone(ZONE).date()
    form = ChangeForm(request.POST or None, today=today, steps=steps)
    if form.is_valid():
        _add(ward, form.cleaned_data, user, now)
        return redirect("changes", ward.code)
    told = Change.objects.filter(ward=ward).select_related("written_by", "undone_by")
    page = {"ward": ward, "form": form, "changes": told, "steps": steps}
    return render(request, "over_time/changes.html", {**page, "limits": LIMITS})


def _steps() -> dict[str, str]:
    asked = [one for one in every_survey().values() if one.is_national]
    found = journey(asked)
    return {key: in_language(title, "en") for key, (title, _) in found.items()}


@transaction.atomic
def _add(ward: Ward, words: dict[str, Any], user: User, now: datetime) -> None:
    """One of two that a double click sends."""
    Ward.objects.select_for_update(no_key=True).get(pk=ward.pk)  # the second one waits
    if not Change.objects.filter(ward=ward, undone_at=None, **words).exists():
        Change.objects.create(ward=ward, written_by=user, written_at=now, **words)


def _undo(ward: Ward, number: str, user: User, now: datetime, is_undone: bool) -> None:
    """What is done already, by a double click, stays as it is."""
    mine = Change.objects.filter(ward=ward, pk=row_number(number))
    if not mine.exists():
        raise Http404
    by, at = (user, now) if is_undone else (None, None)
    mine.filter(undone_at__isnull=is_undone).update(undone_by=by, undone_at=at)
