"""Where does an administrator make, change, merge and close wards?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from central.audit.writing import note, turned
from central.morning.models import WardMail, wants_words
from central.places.hours import hours_words
from central.places.models import Merge, Site, Ward
from central.setup.closing import close, merge, reopen, weight_of
from central.setup.door import administrators_only, is_sure, show, tell, who
from central.setup.errors import Refused
from central.setup.fields import OneOf
from central.setup.stale import Stale, is_good, look_again, must_be_as_seen, seen
from central.setup.taken import added
from central.setup.ward_asked import own_of
from central.setup.ward_forms import NewWardForm, SettingsForm, initial_of, values_of
from central.surveys.asking import something_changed
from central.surveys.models import Asking


@administrators_only
def wards(request: HttpRequest) -> HttpResponse:
    several = Ward.objects.select_related("site", "merge__into")
    several = several.prefetch_related("devices", "people")
    several = several.order_by("site__name", "name", "code")
    rows = [
        {
            "ward": ward,
            "hours": hours_words(ward.hours),
            "devices": sum(one.removed_at is None for one in ward.devices.all()),
            "people": sum(one.is_active for one in ward.people.all()),
            "into": into_of(ward),
            "closed": ward.closed_on is not None,
        }
        for ward in several
    ]
    page = {
        "open": [row for row in rows if not row["closed"]],
        "closed": [row for row in rows if row["closed"]],
        "sites": Site.objects.exists(),
    }
    return show(request, "wards", page)


def into_of(ward: Ward) -> Ward | None:
    """The ward that it was merged into."""
    merged: Merge | None = getattr(ward, "merge", None)
    return merged.into if merged else None


@administrators_only
def add_ward(request: HttpRequest) -> HttpResponse:
    form = NewWardForm(request.POST or None)
    ward = added(form, lambda: add(form, who(request)))
    if ward is not None:
        tell(
            request,
            f"{ward.name} ({ward.code}) is added. Next: who reads it, and its tablet.",
        )
        return redirect("setup_wards")
    return show(request, "ward_add", {"form": form, "sites": Site.objects.exists()})


def add(form: NewWardForm, who: str) -> Ward:
    """The ward of a valid form. Inside a transaction."""
    code = form.cleaned_data["code"]
    values = values_of(form.cleaned_data)
    ward = Ward.objects.create(code=code, **values)
    wanted = form.cleaned_data["words_in_mail"]
    _want_words(ward, wanted)
    note(
        who, "added", f"ward {code}", timezone.now(),
        name=ward.name, words_in_mail=_written(wanted),
    )  # fmt: skip
    something_changed()
    return ward


@administrators_only
def ward(request: HttpRequest, code: str) -> HttpResponse:
    one = get_object_or_404(Ward.objects.select_related("site"), code=code)
    shown = initial_of(one)
    form = SettingsForm(request.POST or None, initial=shown)
    page: dict[str, Any] = {
        "form": form, "ward": one, "into": into_of(one), "weight": weight_of(one),
        "own": own_of(one), "asking": Asking.objects.filter(id=1).first(),
        "seen": seen(request, form),
    }  # fmt: skip
    try:
        if is_good(form, page["seen"]):
            _change(request, code, form.cleaned_data, page["seen"])
            return redirect("setup_wards")
    except Stale:
        page |= look_again(form, SettingsForm(initial=shown))
    return show(request, "ward", page)


@transaction.atomic
def _change(
    request: HttpRequest, code: str, said: Mapping[str, Any], seen: str
) -> None:
    ward = Ward.objects.select_for_update().get(code=code)
    must_be_as_seen(seen, initial_of(ward))
    before = {**vars(ward), "words_in_mail": wants_words(ward)}
    values = {**values_of(said), "words_in_mail": said["words_in_mail"]}
    changed = {name: value for name, value in values.items() if before[name] != value}
    if not changed:
        tell(request, f"Nothing of {ward.name} was changed.")
        return
    was = {name: _written(before[name]) for name in changed}
    now_is = {name: _written(value) for name, value in changed.items()}
    details = turned(was, now_is)
    note(who(request), "changed", f"ward {ward.code}", timezone.now(), **details)
    if "words_in_mail" in changed:
        _want_words(ward, changed.pop("words_in_mail"))
    if changed:
        Ward.objects.filter(code=ward.code).update(**changed)
    something_changed()  # its name and policies are on the tablets
    tell(request, f"{values['name']} is changed. To undo it, change it back: what it "
                  "was before stands under What was done.")  # fmt: skip


def _written(value: Any) -> str:
    """As an entry has it: yes and no for a tick."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value or "")


def _want_words(ward: Ward, wanted: bool) -> None:
    WardMail.objects.update_or_create(ward=ward, defaults={"words": wanted})


# ── the end of a ward ────────────────────────────────────────────────────────


@administrators_only
def close_ward(request: HttpRequest, code: str) -> HttpResponse:
    one = get_object_or_404(Ward, code=code)
    if one.closed_on is not None:  # its page says so, after a double click too
        return redirect("setup_ward", one.code)
    if not is_sure(request):
        return show(request, "ward_close", {"ward": one, "weight": weight_of(one)})
    if close(one, who(request), timezone.now()):
        tell(request, f"{one.name} is closed. To undo it, open it again from its page.")
    return redirect("setup_wards")


class MergeForm(forms.Form):
    into = OneOf("Choose the ward that goes on")

    def __init__(self, ward: Ward, *words: Any, **more: Any) -> None:
        super().__init__(*words, **more)
        others = Ward.objects.filter(closed_on=None).exclude(code=ward.code)
        others = others.select_related("site").order_by("site__name", "name")
        field = self.fields["into"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(one.code, f"{one.name} ({one.code}), {one.site.name}")
                         for one in others]  # fmt: skip


@administrators_only
def merge_ward(request: HttpRequest, code: str) -> HttpResponse:
    """First into which ward, then what will happen, then it happens."""
    one = get_object_or_404(Ward, code=code)
    if one.closed_on is not None:
        return redirect("setup_ward", one.code)
    form = MergeForm(one, request.POST or None)
    page = {"ward": one, "form": form, "weight": weight_of(one)}
    if not form.is_valid():
        return show(request, "ward_merge", page)
    into = Ward.objects.get(code=form.cleaned_data["into"])
    if not is_sure(request):
        return show(request, "ward_merge_sure", {**page, "into": into})
    if merge(one, into, who(request), timezone.now()):
        tell(request, f"{one.name} is now a part of {into.name}. To undo it, open "
                      f"{one.name} again from its page.")  # fmt: skip
    return redirect("setup_wards")


@administrators_only
def reopen_ward(request: HttpRequest, code: str) -> HttpResponse:
    one = get_object_or_404(Ward, code=code)
    page = {"ward": one, "into": into_of(one), "problem": ""}
    if not is_sure(request):
        return show(request, "ward_reopen", page)
    try:
        if reopen(one, who(request), timezone.now()):
            tell(request, f"{one.name} is open again.")
    except Refused as error:
        return show(request, "ward_reopen", {**page, "problem": str(error)})
    return redirect("setup_ward", one.code)
