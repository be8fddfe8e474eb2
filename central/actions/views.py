"""How does a ward tell its patients what it did?"""

from __future__ import annotations

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from central.actions.forms import CardForm
from central.actions.models import Card
from central.places.models import Ward
from central.surveys.asking import something_changed
from central.web.numbers import row_number
from central.web.page import ZONE
from central.web.views import my_ward


@require_http_methods(["GET", "HEAD", "POST"])
def cards(request: HttpRequest, code: str) -> HttpResponse:
    """The ward's cards; a POST adds one, or withdraws the one that it names."""
    ward = my_ward(request, code)
    form = CardForm(request.POST or None)
    if "withdraw" in request.POST:
        _withdraw(ward, request.POST["withdraw"])
        return redirect("cards", ward.code)
    if form.is_valid():
        _add(ward, form)
        return redirect("cards", ward.code)
    told = Card.objects.filter(ward=ward)
    return render(request, "cards.html", {"ward": ward, "form": form, "cards": told})


@transaction.atomic
def _add(ward: Ward, form: CardForm) -> None:
    today = timezone.now().astimezone(ZONE).date()
    Card.objects.create(ward=ward, on=today, **form.cleaned_data)
    something_changed()


@transaction.atomic
def _withdraw(ward: Ward, number: str) -> None:
    # A WHERE clause and a row count: another ward's card is not found.
    if not Card.objects.filter(ward=ward, pk=row_number(number)).delete()[0]:
        raise Http404
    something_changed()
