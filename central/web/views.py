"""What does someone who logs in see?

Only their own wards. Another ward, a ward that is not there, a day that is not a day
and a day to come all get the same page: not found. Who may come in at all is decided
before any view (central/web/door.py).
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby
from typing import cast

from django.contrib import messages
from django.contrib.auth.views import LogoutView
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from central.actions import unseen
from central.actions.seen import waits_of
from central.custody import due
from central.morning import notices as morning
from central.people.models import User
from central.places.models import Ward
from central.web.fleet import fleet
from central.web.numbers import page_number
from central.web.page import ZONE, day_page
from central.web.reads import note_day

EARLIEST = date(2020, 4, 1)  # the national question began; no page before it


class Logout(LogoutView):
    template_name = "logged_out.html"


@require_safe
def wards(request: HttpRequest) -> HttpResponse:
    """The wards of this person, by site and name: a list is not a ranking."""
    mine = _user(request).open_wards().select_related("site")
    mine = mine.order_by("site__name", "name")
    sites = [(name, list(ones)) for name, ones in groupby(mine, _site)]
    waits = waits_of(ward.code for ward in mine)
    administers = looks_after_devices(_user(request))
    told = _notices() if _user(request).is_staff else []
    page = {
        "sites": sites,
        "waits": waits,
        "notices": told,
        "administers": administers,
        "sets_up": _user(request).administers,
        "today": timezone.now().astimezone(ZONE).date(),
    }
    return render(request, "wards.html", page)


@require_safe
def today(request: HttpRequest, code: str) -> HttpResponse:
    ward = my_ward(request, code)
    return redirect("day", ward.code, timezone.now().astimezone(ZONE).date())


@require_safe
def day(request: HttpRequest, code: str, day: date) -> HttpResponse:
    ward = my_ward(request, code)
    now = timezone.now()
    if not EARLIEST + timedelta(1) <= day <= now.astimezone(ZONE).date():
        raise Http404
    told = list(messages.get_messages(request))
    number = page_number(request.GET.get("page", "1"))
    page = day_page(ward, day, now, request.GET, number)
    note_day(request, page)
    return render(request, "day.html", {"page": page, "told": told})


@require_safe
def devices(
    request: HttpRequest, day: date | None = None, device: str = ""
) -> HttpResponse:
    """All devices and the ledger, or one of them, for administrators alone."""
    if not looks_after_devices(_user(request)):
        raise Http404
    now = timezone.now()
    today = now.astimezone(ZONE).date()
    day = day or today
    if not EARLIEST + timedelta(1) <= day <= today:
        raise Http404
    found = fleet(day, now, ZONE, device)
    if device and not found.devices:
        raise Http404
    around = {
        "previous": day - timedelta(1),
        "next": day + timedelta(1) if day < today else None,
    }
    return render(request, "devices.html", {"fleet": found, **around})


def _notices() -> list[str]:
    """What administrators must know today, of keys, of wards in which nobody looks, and
    of the morning mails."""
    now = timezone.now()
    return [*due.notices(now), *unseen.notices(now), *morning.notices(now)]


def looks_after_devices(user: User) -> bool:
    """Asked of the database each time, as in the admin."""
    return user.is_active and user.is_staff and user.has_perm("devices.view_device")


def my_ward(request: HttpRequest, code: str) -> Ward:
    """The ward, if this person may read it: asked of the database each time."""
    ward = _user(request).open_wards().filter(code=code).first()
    if ward is None:
        raise Http404
    return ward


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)


def _site(ward: Ward) -> str:
    return ward.site.name
