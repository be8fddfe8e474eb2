"""What is told of a ward?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from central.morning.models import wants_words
from central.places.hours import DAY_NAMES, DAYS
from central.places.models import (
    LEAST,
    LEAST_MOST,
    QUIET_LEAST,
    QUIET_MINUTES,
    QUIET_MOST,
    WARD_CODE,
    WHEN_LEFT,
    Site,
    Ward,
)
from central.setup.fields import OneOf, PlainField, Ticked, Whole
from central.surveys.published import languages_unchecked
from central.web.words import language_name
from feedback.bundle import LEFT

CODE = (
    "Write a code of 1 to 20 capital letters, digits and hyphens, such as ELM or W-12"
)
TIME = "Write a time such as 08:00"
PEOPLE = f"Write a whole number of people from {LEAST} to {LEAST_MOST}"
QUIET = f"Write a whole number of minutes from {QUIET_LEAST} to {QUIET_MOST:,}"


@dataclass(frozen=True, slots=True)
class Offers:
    """The sites and the languages to choose from. A file's rows share them: to ask the
    database for each row made of a thousand wards a matter of 20 seconds."""

    sites: list[tuple[str, str]]
    languages: list[tuple[str, str]]


def offers(kept: Iterable[str] = ()) -> Offers:
    """As of now, and the languages that a ward has turned on already."""
    sites = Site.objects.select_related("trust").order_by("trust__name", "name")
    languages = dict.fromkeys([*languages_unchecked(), *kept])
    return Offers(
        [(str(one.pk), f"{one.name}, {one.trust.name}") for one in sites],
        [(one, language_name(one)) for one in languages],
    )


class OfTheDay(forms.TimeField):
    """A time, or none."""

    def __init__(self, **more: Any) -> None:
        messages = {"invalid": TIME}
        super().__init__(
            required=False, input_formats=["%H:%M"], error_messages=messages, **more
        )


class SettingsForm(forms.Form):
    """All of a ward but its code."""

    name = PlainField("Write the ward's name", label="The ward's name")
    site = OneOf("Choose the site of the ward", label="Its site")
    open_days = Ticked(
        label="Days that it is open", choices=list(zip(DAYS, DAY_NAMES, strict=True))
    )
    opens_at = OfTheDay(label="Opens at")
    closes_at = OfTheDay(label="Closes at")
    quiet_minutes = Whole(
        QUIET, QUIET_LEAST, QUIET_MOST, QUIET_MINUTES,
        label="A tablet is missed when it was quiet for so many minutes",
    )  # fmt: skip
    least_compared = Whole(
        PEOPLE, LEAST, LEAST_MOST, LEAST,
        label="Compare a day with others from so many people",
    )  # fmt: skip
    least_shared = Whole(
        PEOPLE, LEAST, LEAST_MOST, LEAST,
        label="Show a group on the sheet for the board from so many people",
    )  # fmt: skip
    words_in_mail = forms.BooleanField(
        required=False, label="The morning mail carries what patients wrote"
    )
    when_left = OneOf(
        "Choose what becomes of such answers",
        label="When a patient walks away in the middle",
        choices=WHEN_LEFT,
        initial=LEFT,
    )
    languages = Ticked(label="Languages to offer though no speaker has checked them")

    def __init__(self, *words: Any, offered: Offers | None = None, **more: Any) -> None:
        super().__init__(*words, **more)
        offered = offered or offers(self.initial.get("languages") or ())
        self._choose("site", offered.sites)
        self._choose("languages", offered.languages)
        if len(offered.sites) == 1:
            self.initial.setdefault("site", offered.sites[0][0])

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        opens, closes = said.get("opens_at"), said.get("closes_at")
        if {"opens_at", "closes_at"} & set(self.errors):
            return said
        if (opens is None) != (closes is None):
            missing = "closes_at" if closes is None else "opens_at"
            self.add_error(missing, "Write both times, or neither: then it is all day")
        elif opens is not None and opens >= closes:
            self.add_error("closes_at", "It must close later than it opens")
        return said


class NewWardForm(SettingsForm):
    code = forms.CharField(label="The ward's code", error_messages={"required": CODE})
    field_order = ("code", "name", "site")

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"]).strip().upper()
        if not re.fullmatch(WARD_CODE, code):
            raise ValidationError(CODE)
        if Ward.objects.filter(code=code).exists():
            raise ValidationError(
                f"{code} is taken, or was: a ward's code is never used again, "
                "because old answers name it"
            )
        return code


def values_of(said: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a ward's row, from what a form has checked."""
    return {
        "name": said["name"],
        "site_id": int(said["site"]),
        "languages": " ".join(dict.fromkeys(said["languages"])),
        "when_left": said["when_left"],
        "open_days": " ".join(dict.fromkeys(said["open_days"])),
        "opens_at": said["opens_at"],
        "closes_at": said["closes_at"],
        "quiet_minutes": said["quiet_minutes"],
        "least_compared": said["least_compared"],
        "least_shared": said["least_shared"],
    }


def initial_of(ward: Ward) -> dict[str, Any]:
    """What the form of this ward shows first."""
    times = {"opens_at": ward.opens_at, "closes_at": ward.closes_at}
    return {
        "name": ward.name,
        "site": str(ward.site_id),
        "languages": ward.languages.split(),
        "when_left": ward.when_left,
        "open_days": ward.open_days.split(),
        **{name: f"{at:%H:%M}" if at else "" for name, at in times.items()},
        "quiet_minutes": ward.quiet_minutes,
        "least_compared": ward.least_compared,
        "least_shared": ward.least_shared,
        "words_in_mail": wants_words(ward),
    }
