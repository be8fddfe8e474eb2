"""Where does an administrator make and rename trusts and sites?"""

from __future__ import annotations

from django.db import transaction
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from central.audit.writing import note, turned
from central.places.models import Site, Trust
from central.setup.door import administrators_only, is_sure, show, tell, who
from central.setup.place_forms import SiteForm, TrustForm
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
    form = TrustForm(request.POST or None, trust=one, initial={"name": one.name})
    if form.is_valid():
        before, one.name = one.name, form.cleaned_data["name"]
        _rename(request, one, before, "trust")
        return redirect("setup_trusts")
    return show(request, "rename", {"form": form, "one": one, "kind": "trust",
                                    "above": ("setup_trusts", "Trusts")})  # fmt: skip


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
    one = get_object_or_404(Site.objects.select_related("trust"), pk=site)
    said = request.POST.copy()
    said["trust"] = str(one.trust_id)
    form = SiteForm(said if request.method == "POST" else None, site=one,
                    initial={"name": one.name})  # fmt: skip
    if form.is_valid():
        before, one.name = one.name, form.cleaned_data["name"]
        _rename(request, one, before, "site")
        return redirect("setup_sites")
    page = {"form": form, "one": one, "kind": "site", "empty": not one.wards.exists(),
            "above": ("setup_sites", "Sites")}  # fmt: skip
    return show(request, "rename", page)


@administrators_only
def remove_site(request: HttpRequest, site: int) -> HttpResponse:
    """Of a site that was made by mistake. One that ever had a ward stays: its wards do,
    closed ones too."""
    one = get_object_or_404(Site, pk=site)
    if one.wards.exists():
        raise Http404
    if not is_sure(request):
        return show(request, "remove_site", {"site": one})
    with transaction.atomic():
        one.delete()
        note(who(request), "removed", f"site {one.name}", timezone.now())
    tell(request, f"{one.name} is removed. To undo it, add it again.")
    return redirect("setup_sites")


@transaction.atomic
def _rename(request: HttpRequest, one: Trust | Site, before: str, kind: str) -> None:
    if one.name == before:
        return
    one.save(update_fields=["name"])
    details = turned({"name": before}, {"name": one.name})
    note(who(request), "renamed", f"{kind} {one.name}", timezone.now(), **details)
    tell(request, f"{before} is now called {one.name}. To undo it, rename it again.")
