"""Where does an administrator bring in many wards, or many people, at once?"""

from __future__ import annotations

import base64
from collections.abc import Sequence

from django import forms
from django.core.files.base import File
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from central.people.models import User
from central.setup.accounts import new_link
from central.setup.door import (
    address,
    administrators_only,
    is_sure,
    show,
    tell,
    who,
)
from central.setup.errors import Refused
from central.setup.importing import (
    FILE_BYTES,
    MORE,
    NEEDED,
    PROBLEMS,
    ROWS,
    WARDS,
    plan_of,
    take_in,
)

NO_FILE = "Choose a CSV file"


class FileForm(forms.Form):
    file = forms.FileField(
        allow_empty_file=True,
        error_messages=dict.fromkeys(("required", "invalid", "missing"), NO_FILE),
    )


@administrators_only
def import_file(request: HttpRequest, kind: str) -> HttpResponse:
    """A file is looked at first; it is taken in when they are sure."""
    if kind not in NEEDED:
        raise Http404
    if is_sure(request):
        return _take(request, kind)
    posted = request.method == "POST"
    form = FileForm(request.POST, request.FILES) if posted else FileForm()
    page = {
        "kind": kind, "needed": NEEDED[kind], "more": MORE[kind], "form": form,
        "rows": ROWS,
    }  # fmt: skip
    if not form.is_valid():
        return show(request, "import", page)
    file: File[bytes] = form.cleaned_data["file"]
    return _looked_at(request, kind, file.read(FILE_BYTES + 1))


def _looked_at(
    request: HttpRequest, kind: str, data: bytes, trouble: str = ""
) -> HttpResponse:
    plan = plan_of(kind, data)
    page = {
        "kind": kind, "plan": plan, "problems": plan.problems[:PROBLEMS],
        "trouble": trouble,
        "kept": base64.b64encode(data).decode() if plan.is_good else "",
    }  # fmt: skip
    return show(request, "import_looked", page)


def _take(request: HttpRequest, kind: str) -> HttpResponse:
    try:
        data = base64.b64decode(request.POST.get("kept", ""), validate=True)
        plan, people = take_in(kind, data, who(request), timezone.now())
    except ValueError:  # no base64
        raise Http404 from None
    except (Refused, IntegrityError):
        return _again(request, kind, data)
    count = len(plan.forms)
    if kind == WARDS:
        tell(request, f"{count:,} {'ward is' if count == 1 else 'wards are'} added.")
        return redirect("setup_wards")
    return _links(request, people)


def _again(request: HttpRequest, kind: str, data: bytes) -> HttpResponse:
    """Somebody else was adding the same; or this is a second click, and all of it is
    there. The answer to the first had the links, and nobody sees it."""
    plan = plan_of(kind, data)
    if not plan.is_done:
        words = "Nothing was taken in: something has changed since. Look again."
        return _looked_at(request, kind, data, words)
    if new := [one for one in plan.people if not one.has_usable_password()]:
        return _links(request, new)
    tell(request, "All of it is there already.")
    return redirect(f"setup_{kind}")


def _links(request: HttpRequest, people: Sequence[User]) -> HttpResponse:
    links = [(user, _link(request, user)) for user in people]
    return show(request, "import_people_done", {"links": links})


def _link(request: HttpRequest, user: User) -> str:
    return address(request, new_link(user, who(request), timezone.now()))
