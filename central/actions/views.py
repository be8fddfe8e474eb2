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

WITHDRAWN = "withdrawn"  # the words of the last card that somebody took away


@require_http_methods(["GET", "HEAD", "POST"])
def cards(request: HttpRequest, code: str) -> HttpResponse:
    """The ward's cards; a POST adds one, or withdraws the one that it names, whose
    words then stand in the form: adding them again undoes it."""
    ward = my_ward(request, code)
    if "withdraw" in request.POST:
        if words := _withdraw(ward, request.POST["withdraw"]):
            request.session[WITHDRAWN] = {"ward": ward.code, **words}
        return redirect("cards", ward.code)
    words = request.session.get(WITHDRAWN, {})
    words = words if words.get("ward") == ward.code else {}
    form = CardForm(request.POST or None, initial=words)
    if form.is_valid():
        _add(ward, form)
        request.session.pop(WITHDRAWN, None)
        return redirect("cards", ward.code)
    told = Card.objects.filter(ward=ward)
    page = {"ward": ward, "form": form, "cards": told, "withdrawn": words}
    return render(request, "cards.html", page)


@transaction.atomic
def _add(ward: Ward, form: CardForm) -> None:
    """One of two that a double click sends."""
    Ward.objects.select_for_update(no_key=True).get(pk=ward.pk)  # the second one waits
    today = timezone.now().astimezone(ZONE).date()
    words = {"ward": ward, "on": today, **form.cleaned_data}
    if not Card.objects.filter(**words).exists():
        Card.objects.create(**words)
        something_changed()


@transaction.atomic
def _withdraw(ward: Ward, number: str) -> dict[str, str]:
    """Its words; none of one that is gone already, by a double click."""
    pk = row_number(number)
    card = Card.objects.filter(ward=ward, pk=pk).first()
    if card is None:
        if Card.objects.filter(pk=pk).exists():
            raise Http404  # another ward's
        return {}
    # A WHERE clause and a row count: of two at once, one has withdrawn it.
    if not Card.objects.filter(ward=ward, pk=pk).delete()[0]:
        return {}
    something_changed()
    return {"said": card.said, "did": card.did}
