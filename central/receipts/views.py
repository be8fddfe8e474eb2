"""How does a patient read what they said, or have it deleted?

No login: the code is all they have. It travels in the body of a form, never in an
address, and an unknown code gets the same words as one that cannot be a code.
"""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from central import deriving
from central.intake.models import Answer
from central.intake.remembered import erase_for_good
from central.logs import central_logger
from central.receipts.brake import give_back, take_a_try, who_asks
from central.receipts.finding import Receipt, find

# What the page shows.
ASK, UNKNOWN, BRAKED, SHOWN, SURE, DELETED, GONE = (
    "ask", "unknown", "braked", "shown", "sure", "deleted", "gone",
)  # fmt: skip
STATUS = {UNKNOWN: 404, BRAKED: 429}

logger = central_logger()


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def receipt(request: HttpRequest) -> HttpResponse:
    """The form; a POST with a code shows what was said, and deletes it if asked to."""
    if request.method != "POST":
        return _page(request, ASK)
    now = timezone.now()
    mine = take_a_try(who_asks(request), now)
    if mine is None:
        return _page(request, BRAKED)
    found = find(request.POST.get("code", ""))
    if found is None:
        return _page(request, UNKNOWN)
    give_back(mine)
    if found.gone:
        return _page(request, GONE, found)
    wish = request.POST.get("wish", "")
    if wish == "delete":
        _delete(found.response, now)
        return _page(request, DELETED, found)
    return _page(request, SURE if wish == "sure" else SHOWN, found)


def _delete(response: str, now: datetime) -> None:
    erase_for_good(response, now)
    devices = Answer.objects.filter(response=response).values_list("device", flat=True)
    for device in set(devices):
        deriving.follow(device)


def _page(
    request: HttpRequest, state: str, found: Receipt | None = None
) -> HttpResponse:
    if state != ASK:
        logger.info("receipt", outcome=state)
    words = {"state": state, "receipt": found, "home": reverse("receipt")}
    return render(request, "receipt.html", words, status=STATUS.get(state, 200))
