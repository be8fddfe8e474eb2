"""What is set up, and what comes next?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from central.actions.seen import MARKED, TAKEN_BACK
from central.audit.models import Entry, Read
from central.devices.models import Device
from central.people.models import Membership, User
from central.places.models import Site, Trust, Ward
from central.setup.door import administrators_only, show
from central.setup.told import told_of
from central.surveys.models import Published

ENTRIES = 50  # on a page


@dataclass(frozen=True, slots=True)
class Task:
    """`needs` names what must be there first; then it cannot be begun yet."""

    name: str
    route: str
    hint: str
    status: str
    is_done: bool
    needs: str = ""


@administrators_only
def overview(request: HttpRequest) -> HttpResponse:
    return show(request, "overview", {"tasks": tasks()})


def tasks() -> list[Task]:
    """In the order in which a new trust does them."""
    sites, trusts = Site.objects.count(), Trust.objects.count()
    wards = Ward.objects.filter(closed_on=None).count()
    read = Membership.objects.filter(user__is_active=True, ward__closed_on=None)
    readers = read.values("user").distinct().count()
    people = User.objects.filter(is_active=True).count()
    surveys = Published.objects.count()
    devices = Device.objects.filter(removed_at=None).count()
    return [
        Task("Trust", "setup_trusts", "The organisation that its sites belong to.",
             _count(trusts, "trust"), trusts > 0),
        Task("Sites", "setup_sites", "Hospitals and other places with wards.",
             _count(sites, "site"), sites > 0, "" if trusts else "a trust"),
        Task("Wards", "setup_wards", "Each has a code that answers are kept under.",
             _count(wards, "open ward"), wards > 0, "" if sites else "a site"),
        Task("Surveys", "setup_surveys", "What tablets and texts ask.",
             _count(surveys, "published version"), surveys > 0),
        Task("People", "setup_people", "Who reads which wards, and who sets up.",
             f"{_count(people, 'account')}, {_count(readers, 'reader')}", readers > 0),
        Task("Devices", "setup_devices", "Tablets and text lines, each enrolled once.",
             _count(devices, "device"), devices > 0,
             "" if wards and surveys else "a ward and a survey"),
    ]  # fmt: skip


def _count(count: int, what: str) -> str:
    if not count:
        return f"No {what} yet"
    return f"{count:,} {what}{'' if count == 1 else 's'}"


@administrators_only
def done(request: HttpRequest) -> HttpResponse:
    """What was done, the newest first; with `?by=wards` what wards marked as seen: it
    would drown the rest. A page that is not there is the last one."""
    is_wards = request.GET.get("by") == "wards"
    marks = [MARKED, TAKEN_BACK]
    acts = Entry.objects.all()
    acts = acts.filter(act__in=marks) if is_wards else acts.exclude(act__in=marks)
    part = _part(request, acts)
    told = told_of(list(part.object_list))
    page = {"entries": part, "rows": told, "by_wards": is_wards}
    return show(request, "done", page)


@administrators_only
def reads(request: HttpRequest) -> HttpResponse:
    """Who read patients' words, the newest first; of one ward or one person with `ward`
    and `who`. Never the words."""
    chosen = {
        key: request.GET.get(key, "").replace("\0", "") for key in ("ward", "who")
    }
    wanted = {key: value for key, value in chosen.items() if value}
    page = {"reads": _part(request, Read.objects.filter(**wanted)), "chosen": wanted}
    page["query"] = f"{urlencode(wanted)}&" if wanted else ""
    return show(request, "reads", page)


def _part(request: HttpRequest, rows: QuerySet[Any]) -> Page[Any]:
    return Paginator(rows, ENTRIES).get_page(request.GET.get("page"))
