"""Where does an administrator read, publish and choose surveys?"""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from central.audit.writing import note, turned
from central.devices.models import Device
from central.intake.held import try_again
from central.places.models import Ward
from central.settings import CENTRAL
from central.setup.door import administrators_only, is_sure, show, tell, who
from central.setup.stale import Stale, is_good, look_again, must_be_as_seen, seen
from central.surveys.forms import AskingForm
from central.surveys.models import Asking, Published, WardAsking
from central.surveys.published import (
    PublishError,
    ask_for,
    every_survey,
    publish,
    surveys_named,
)
from central.surveys.shown import asked_by_text, first_text, shown, speaks_by_text
from feedback.assets import assets_folder
from feedback.survey import Survey
from feedback.surveys import FILE_BYTES, SurveyError, read_survey

NO_FILE = "Choose a file, or a survey that comes with Wardvoice"


@administrators_only
def surveys(request: HttpRequest) -> HttpResponse:
    rows = [
        {"name": name, "survey": one, "uses": _uses(name)}
        for name, one in every_survey().items()
    ]
    page = {"rows": rows, "asking": _asking(), "own": _own(), **_wards_that_ask()}
    return show(request, "surveys", page)


def _asking() -> Asking | None:
    return Asking.objects.exclude(survey="").filter(id=1).first()


def _uses(name: str) -> list[str]:
    """For what this survey is used now, in words."""
    asking = _asking()
    if asking is None:
        return []
    uses = {
        "tablets ask it": asking.survey == name,
        "text lines ask it": asking.sms_survey == name,
        "tablets offer it beside the other": name in asking.also.split(),
    }
    own = [
        str(one.ward)
        for one in _own()
        if name in (one.survey, one.sms_survey, *one.also.split())
    ]
    said = [words for words, is_used in uses.items() if is_used]
    return said + ([f"of its own: {', '.join(own)}"] if own else [])


def _own() -> QuerySet[WardAsking]:
    """The open wards that ask something of their own."""
    several = WardAsking.objects.filter(ward__closed_on=None)
    return several.select_related("ward").order_by("ward__name", "ward")


def _wards_that_ask() -> dict[str, list[Ward]]:
    """The wards that ask what every ward asks, by the devices that they have."""
    still_open = Ward.objects.filter(closed_on=None).order_by("name")
    here = Device.objects.filter(removed_at=None)

    def by(kind: str, own: QuerySet[WardAsking]) -> list[Ward]:
        wards = still_open.filter(devices__in=here.filter(kind=kind)).distinct()
        return list(wards.exclude(code__in=own.values("ward")))

    return {
        "tablets": by("kiosk", WardAsking.objects.exclude(survey="")),
        "texts": by("sms", WardAsking.objects.exclude(sms_survey="")),
        "silent": list(still_open.exclude(devices__in=here)),
    }


# ── one survey, in one language ──────────────────────────────────────────────


@administrators_only
def survey(request: HttpRequest, name: str) -> HttpResponse:
    found = surveys_named([name]).get(name)
    if found is None:
        raise Http404
    page = {**_preview(found, request.GET.get("language", "en")), "uses": _uses(name)}
    return show(request, "survey", page)


def _preview(survey: Survey, language: str) -> dict[str, Any]:
    if language not in survey.languages:
        language = "en"
    return {
        "survey": survey,
        "language": language,
        "title": survey.title.get(language) or survey.title["en"],
        "questions": shown(survey, language),
        "first_text": first_text(CENTRAL.organisation, language),
        "by_text": len(asked_by_text(survey)),
        "speaks": speaks_by_text(language),
        "practice": survey.practice.get(language, ""),
        "map": survey.map.get(language) or survey.map.get("en", ""),
    }


# ── what is asked ────────────────────────────────────────────────────────────


@administrators_only
def asked(request: HttpRequest) -> HttpResponse:
    asking = _asking()
    if asking is None:
        return redirect("setup_surveys")
    form = AskingForm(request.POST or None, instance=asking)
    page: dict[str, Any] = {
        "form": form,
        "seen": seen(request, form),
        **_wards_that_ask(),
    }
    try:
        if is_good(form, page["seen"]):
            _ask(form.values(), page["seen"], who(request))
            tell(request, "Devices ask this from their next visitor on. To undo it, "
                          "choose what it was before.")  # fmt: skip
            return redirect("setup_surveys")
    except Stale:
        page |= look_again(form, AskingForm(instance=_asking()))
    return show(request, "asked", page)


@transaction.atomic
def _ask(values: dict[str, Any], seen: str, who: str) -> None:
    row = Asking.objects.select_for_update().get(id=1)
    must_be_as_seen(seen, AskingForm(instance=row).initial)
    ask_for(values)
    details = turned({name: getattr(row, name) for name in values}, values)
    note(who, "changed", "what is asked", timezone.now(), **details)


# ── a new version ────────────────────────────────────────────────────────────


def ours() -> dict[Path, Survey]:
    """The surveys that come with Wardvoice and are not published yet, by file. The one
    to begin with stands first: the newest with the national question."""
    published = set(Published.objects.values_list("name", flat=True))
    files = (assets_folder() / "surveys").glob("*.toml")
    read = {path: read_survey(path.read_text("utf-8"), path.name) for path in files}
    new = [(path, one) for path, one in read.items() if one.name not in published]
    return dict(
        sorted(new, key=lambda it: (not it[1].is_national, it[1].id, -it[1].version))
    )


class PublishForm(forms.Form):
    """Either a file, or the name of one of ours; or, the second time, the text."""

    file = forms.FileField(
        required=False, allow_empty_file=True,
        error_messages={"invalid": NO_FILE, "missing": NO_FILE},
    )  # fmt: skip
    ours = forms.ChoiceField(required=False, error_messages={"invalid_choice": NO_FILE})
    kept = forms.CharField(required=False)

    def __init__(self, *words: Any, **more: Any) -> None:
        super().__init__(*words, **more)
        offered = ours()
        self.offered = {one.name: path for path, one in offered.items()}
        field = self.fields["ours"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            ("", "None of these"),
            *((one.name, f"{one.name}, {one.title['en']}") for one in offered.values()),
        ]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return said
        try:
            said["text"], said["name"] = self._text(said)
            said["survey"] = read_survey(said["text"], said["name"])
            _new(said["survey"], said["text"])
        except (SurveyError, PublishError) as error:
            self.add_error("file", f"It cannot be published: {error}")
        except ValidationError as error:
            self.add_error("file", error)
        return said

    def _text(self, said: dict[str, Any]) -> tuple[str, str]:
        file: File[bytes] | None = said["file"]
        if file is not None:
            return _decoded(file.read(FILE_BYTES + 1)), str(file.name)
        if said["kept"]:
            try:
                return _decoded(base64.b64decode(said["kept"], validate=True)), "survey"
            except ValueError:  # no base64
                raise ValidationError(NO_FILE) from None
        if said["ours"]:
            path = self.offered[said["ours"]]
            return _decoded(path.read_bytes()), path.name
        raise ValidationError(NO_FILE)


def _decoded(data: bytes) -> str:
    if len(data) > FILE_BYTES:
        raise ValidationError(f"The file is larger than {FILE_BYTES // 1000:,} kB")
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise ValidationError(
            "The file is not UTF-8 text: save the survey as a TOML file in UTF-8"
        ) from None


def _new(survey: Survey, text: str) -> None:
    if Published.objects.filter(name=survey.name).exclude(text=text).exists():
        raise PublishError(
            f"{survey.name} is published with other words, and a published version "
            f"never changes. Write version = {survey.version + 1} into the file"
        )


@administrators_only
def publish_survey(request: HttpRequest) -> HttpResponse:
    """A file is read and shown first; it is published when they are sure."""
    posted = request.method == "POST"
    form = PublishForm(request.POST, request.FILES) if posted else PublishForm()
    if not form.is_valid():
        return show(request, "publish", {"form": form, "ours": list(form.offered)})
    said = form.cleaned_data
    if not is_sure(request):
        kept = base64.b64encode(said["text"].encode()).decode()
        language = request.POST.get("language", "en")
        page = {"kept": kept, **_preview(said["survey"], language)}
        return show(request, "publish_sure", page)
    with transaction.atomic():
        made = publish(said["text"], said["name"], timezone.now())
        note(who(request), "published", f"survey {made.name}", timezone.now())
    try_again()  # what was held for it may stand now
    uses = "; ".join(_uses(made.name)) or "it is not asked yet"
    tell(request, f"{made.name} is published: {uses}.")
    return redirect("setup_surveys")
