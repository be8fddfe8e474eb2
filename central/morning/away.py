"""When is somebody away, and who reads their mails meanwhile?

Each person says it of themselves. Whoever is offered as a deputy reads all their wards
already: standing in lets nobody see more.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from central.morning.models import Away
from central.people.models import User
from central.summaries.times import ZONE
from central.web.dates import day_field
from central.web.numbers import row_number

FIRST = "Enter the first day that you are away, such as 24/12/2026"
LAST = "Enter the last day that you are away, such as 02/01/2027"
DEPUTY = "Choose who reads your mails meanwhile"
LONGEST = timedelta(days=400)
NOBODY = "nobody"


class AwayForm(forms.Form):
    first = day_field(FIRST)
    last = day_field(LAST)
    deputy = forms.ChoiceField(
        error_messages={"required": DEPUTY, "invalid_choice": DEPUTY}
    )

    def __init__(
        self, data: Any, deputies: QuerySet[User], today: date, **words: Any
    ) -> None:
        super().__init__(data, **words)
        self.today = today
        self.deputies = {str(one.pk): one for one in deputies}
        offered = [(key, str(one)) for key, one in self.deputies.items()]
        self.offered = [*offered, (NOBODY, "Nobody")]
        cast(forms.ChoiceField, self.fields["deputy"]).choices = self.offered

    def clean_last(self) -> date:
        last, first = self.cleaned_data["last"], self.cleaned_data.get("first")
        if first is not None and last < first:
            raise ValidationError("The last day must be the first one, or after it")
        if last < self.today:
            raise ValidationError("The last day must be today, or to come")
        if first is not None and last - first > LONGEST:
            raise ValidationError("Longer than a year: ask who looks after Wardvoice")
        return cast(date, last)


@require_http_methods(["GET", "HEAD", "POST"])
def away(request: HttpRequest) -> HttpResponse:
    """Somebody's own absences; a POST adds one, or takes back the one that it names."""
    user = cast(User, request.user)
    if "take_back" in request.POST:
        _take_back(user, request.POST["take_back"])
        return redirect("away")
    today = timezone.now().astimezone(ZONE).date()
    form = AwayForm(request.POST or None, _deputies(user), today)
    if form.is_valid():
        said = form.cleaned_data
        deputy = form.deputies.get(said["deputy"])
        Away.objects.create(
            user=user, first=said["first"], last=said["last"], deputy=deputy
        )
        return redirect("away")
    mine = Away.objects.filter(user=user, last__gte=today).order_by("first", "id")
    page = {"form": form, "absences": mine.select_related("deputy")}
    return render(request, "away.html", page)


def _deputies(user: User) -> QuerySet[User]:
    """Who reads every ward that this person reads."""
    wards = user.open_wards().filter(closed_on=None)
    both = Count("membership", filter=Q(membership__ward__in=wards), distinct=True)
    others = User.objects.filter(is_active=True).exclude(pk=user.pk)
    found = others.annotate(both=both).filter(both=wards.count(), both__gt=0)
    return found.order_by("username")


def _take_back(user: User, number: str) -> None:
    # A WHERE clause and a row count: somebody else's absence is not found.
    if not Away.objects.filter(user=user, pk=row_number(number)).delete()[0]:
        raise Http404
