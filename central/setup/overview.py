"""What is set up, and what comes next?"""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse

from central.audit.models import Entry
from central.devices.models import Device
from central.people.models import Membership, User
from central.places.models import Site, Trust, Ward
from central.setup.door import administrators_only, show
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
    """What was done, the newest first. A page that is not there is the last one."""
    entries = Paginator(Entry.objects.all(), ENTRIES)
    return show(request, "done", {"entries": entries.get_page(request.GET.get("page"))})
