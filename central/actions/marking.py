"""How does a ward say that somebody has seen it, or that nobody has yet?

One button each, without scripts; both lead back to the day that they were pressed on.
"""

from __future__ import annotations

from datetime import date
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from central.actions import seen
from central.people.models import User
from central.places.models import Ward
from central.summaries.models import Call
from central.web.numbers import row_number
from central.web.page import ZONE
from central.web.views import EARLIEST, my_ward

# What the page says next, by what became of it.
TOLD = {
    seen.DONE: "Marked as seen. To undo it, choose “Not seen yet” beside it.",
    seen.ALREADY: "It was marked as seen already, by {}.",
    seen.MORE_CAME: "Nothing was marked: something new came in since your page was "
    "opened. Please look at it again.",
    seen.GONE: "It is not there any more: it was taken back, or deleted.",
}
BACK = "It waits to be seen again."


@require_POST
def seen_or_not(request: HttpRequest, code: str) -> HttpResponse:
    """`seen` names a person and what stood on the page of them, `not_seen` a mark. That
    of another ward is not found."""
    ward, user = my_ward(request, code), cast(User, request.user)
    if "seen" in request.POST:
        key, _, rows = request.POST["seen"].partition(".")
        outcome = _mark(ward, key, rows, user)
        tell = messages.success if outcome == seen.DONE else messages.warning
        tell(request, TOLD[outcome].format(seen.seen_by(ward.code, key)))
    elif "not_seen" in request.POST:
        number = row_number(request.POST["not_seen"])
        if not seen.take_back(ward, number, user, timezone.now()):
            raise Http404
        messages.success(request, BACK)
    return redirect("day", ward.code, _day(request.POST.get("back", "")))


def _mark(ward: Ward, key: str, rows: str, user: User) -> str:
    if "\0" in key:  # which PostgreSQL refuses to look for
        raise Http404
    if Call.objects.filter(key=key).exclude(ward=ward.code).exists():
        raise Http404
    return seen.mark(ward, key, rows, user, timezone.now())


def _day(text: str) -> date:
    """The day whose page they were on; today, if it is none."""
    today = timezone.now().astimezone(ZONE).date()
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return today
    return day if EARLIEST < day <= today else today
