"""Where does an administrator make and rename trusts and sites?"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from central.audit.writing import note, turned
from central.places.models import Site, Trust
from central.setup.door import administrators_only, is_sure, show, tell, who
from central.setup.place_forms import SiteForm, TrustForm, initial_of
from central.setup.stale import Stale, is_good, look_again, must_be_as_seen, seen
from central.setup.taken import added


@administrators_only
def trusts(request: HttpRequest) -> HttpResponse:
    form = TrustForm(request.POST or None)
    made = added(form, lambda: _add_trust(request, form))
    if made is not None:
        tell(request, f"{made.name} is added. Next: its first site.")
        return redirect("setup_sites")
    several = Trust.objects.annotate(count=Count("sites")).order_by("name")
    return show(request, "trusts", {"form": form, "trusts": several})


def _add_trust(request: HttpRequest, form: TrustForm) -> Trust:
    made = Trust.objects.create(name=form.cleaned_data["name"])
    note(who(request), "added", f"trust {made.name}", timezone.now())
    return made


@administrators_only
def trust(request: HttpRequest, trust: int) -> HttpResponse:
    one = get_object_or_404(Trust, pk=trust)
    form_of = partial(TrustForm, trust=one, initial=initial_of(one))
    return _renaming(request, one, request.POST or None, form_of, {"kind": "trust"})


@administrators_only
def sites(request: HttpRequest) -> HttpResponse:
    form = SiteForm(request.POST or None)
    made = added(form, lambda: _add_site(request, form))
    if made is not None:
        tell(request, f"{made.name} is added. Next: its wards.")
        return redirect("setup_sites")
    still_open = Count("wards", filter=Q(wards__closed_on=None))
    several = Site.objects.select_related("trust").order_by("trust__name", "name")
    several = several.annotate(count=Count("wards"), open_count=still_open)
    page = {"form": form, "sites": several, "trusts": Trust.objects.exists()}
    return show(request, "sites", page)


def _add_site(request: HttpRequest, form: SiteForm) -> Site:
    said = form.cleaned_data
    made = Site.objects.create(name=said["name"], trust_id=said["trust"])
    note(who(request), "added", f"site {made.name}", timezone.now())
    return made


@administrators_only
def site(request: HttpRequest, site: int) -> HttpResponse:
    """A POST renames it. Its trust stays: figures are the trust's."""
    one = get_object_or_404(Site, pk=site)
    said = request.POST.copy()
    said["trust"] = str(one.trust_id)
    posted = said if request.method == "POST" else None
    form_of = partial(SiteForm, site=one, initial=initial_of(one))
    page = {"kind": "site", "empty": not one.wards.exists()}
    return _renaming(request, one, posted, form_of, page)


@administrators_only
def remove_site(request: HttpRequest, site: int) -> HttpResponse:
    """Of a site that was made by mistake. One that ever had a ward stays: its wards do,
    closed ones too."""
    one = Site.objects.filter(pk=site).first()
    if one is None and is_sure(request):  # a second click
        return redirect("setup_sites")
    if one is None or one.wards.exists():
        raise Http404
    if not is_sure(request):
        return show(request, "remove_site", {"site": one})
    with transaction.atomic():
        one.delete()
        note(who(request), "removed", f"site {one.name}", timezone.now())
    tell(request, f"{one.name} is removed. To undo it, add it again.")
    return redirect("setup_sites")


def _renaming(
    request: HttpRequest,
    one: Trust | Site,
    posted: QueryDict | None,
    form_of: Callable[..., TrustForm | SiteForm],
    words: dict[str, Any],
) -> HttpResponse:
    """The page of a trust's or a site's name. Where somebody was quicker to take the
    name, or to change this one, the form says so."""
    form = form_of(posted)
    read = seen(request, form)
    page = {"form": form, "seen": read, "one": one, **words}
    try:
        if is_good(form, read) and _renamed(request, form, one, read):
            return redirect(f"setup_{words['kind']}s")
    except Stale:
        page |= look_again(form, form_of())
    return show(request, "rename", page)


def _renamed(
    request: HttpRequest, form: TrustForm | SiteForm, one: Trust | Site, read: str
) -> bool:
    return added(form, lambda: _rename(request, form, one, read)) is not None


def _rename(
    request: HttpRequest, form: TrustForm | SiteForm, one: Trust | Site, seen: str
) -> Trust | Site:
    """Inside a transaction. Stale if it is not called as it was `seen`."""
    row = type(one).objects.select_for_update().get(pk=one.pk)
    must_be_as_seen(seen, initial_of(row))
    before, row.name = row.name, form.cleaned_data["name"]
    if row.name != before:
        row.save(update_fields=["name"])
        details = turned({"name": before}, {"name": row.name})
        about = f"{type(one).__name__.lower()} {row.name}"
        note(who(request), "renamed", about, timezone.now(), **details)
        words = f"{before} is now called {row.name}. To undo it, rename it again."
        tell(request, words)
    return row
