"""Where does an administrator say who comes in, and which wards they read?"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from central.people.models import User
from central.places.models import Ward
from central.setup.accounts import (
    activate,
    add_person,
    change_person,
    deactivate,
    new_link,
)
from central.setup.door import (
    address,
    administrators_only,
    is_sure,
    show,
    tell,
    who,
)
from central.setup.errors import Refused
from central.setup.person_forms import NewPersonForm, PersonForm, initial_of
from central.setup.stale import Stale, is_good, look_again, seen
from central.setup.taken import added


@administrators_only
def people(request: HttpRequest) -> HttpResponse:
    several = User.objects.prefetch_related("wards").order_by("first_name", "username")
    page = {
        "active": [one for one in several if one.is_active],
        "closed": [one for one in several if not one.is_active],
        "wards": Ward.objects.filter(closed_on=None).exists(),
    }
    return show(request, "people", page)


@administrators_only
def add(request: HttpRequest) -> HttpResponse:
    form = NewPersonForm(request.POST or None)
    by, now = who(request), timezone.now()
    user = added(form, lambda: add_person(form.cleaned_data, by, now))
    if user is None:
        return show(request, "person_add", {"form": form})
    tell(request, f"{user.first_name} is added, without a password. Make a link.")
    return redirect("setup_person", user.pk)


@administrators_only
def person(request: HttpRequest, person: int) -> HttpResponse:
    user = get_object_or_404(User, pk=person)
    shown = initial_of(user)
    form = PersonForm(request.POST or None, initial=shown)
    page = {"form": form, "seen": seen(request, form), **_about(user)}
    try:
        if is_good(form, page["seen"]):
            said, now = form.cleaned_data, timezone.now()
            user = change_person(user.pk, said, page["seen"], who(request), now)
            tell(request, f"{user.first_name} is changed. To undo it, change it back: "
                          "what it was stands under What was done.")  # fmt: skip
            return redirect("setup_people")
    except Stale:
        page |= look_again(form, PersonForm(initial=shown))
    except Refused as error:
        form.add_error(None, str(error))
    return show(request, "person", page)


@administrators_only
def link(request: HttpRequest, person: int) -> HttpResponse:
    """A POST makes a link, and shows it this once."""
    user = get_object_or_404(User, pk=person)
    page = {**_about(user), "link": "", "problem": ""}
    if is_sure(request):
        try:
            path = new_link(user, who(request), timezone.now())
            page["link"] = address(request, path)
        except Refused as error:
            page["problem"] = str(error)
    return show(request, "person_link", page)


@administrators_only
def close_account(request: HttpRequest, person: int) -> HttpResponse:
    user = get_object_or_404(User, pk=person)
    page = {**_about(user), "problem": ""}
    if not is_sure(request):
        return show(request, "person_close", page)
    try:
        deactivate(user, who(request), timezone.now())
    except Refused as error:
        return show(request, "person_close", {**page, "problem": str(error)})
    called = user.first_name or user.username
    tell(request, f"{called} cannot come in any more. To undo it, open the account "
                  "from their page.")  # fmt: skip
    return redirect("setup_people")


@administrators_only
def open_account(request: HttpRequest, person: int) -> HttpResponse:
    user = get_object_or_404(User, pk=person)
    if not is_sure(request):
        return show(request, "person_open", _about(user))
    activate(user, who(request), timezone.now())
    tell(request, f"{user.first_name or user.username} can come in again.")
    return redirect("setup_person", user.pk)


def _about(user: User) -> dict[str, Any]:
    codes = sorted(user.wards.values_list("code", flat=True))
    return {"person": user, "codes": codes, "called": user.first_name or user.username}
