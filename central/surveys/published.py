"""Which surveys are published? A published version never changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache

from django.db import transaction
from django.db.models import QuerySet

from central.places.models import Ward
from central.surveys.asking import something_changed
from central.surveys.models import Asking, Published, WardAsking
from feedback.survey import Survey
from feedback.surveys import read_survey


class PublishError(Exception):
    """The survey cannot be published; the text says why."""


def publish(text: str, file: str, now: datetime) -> Survey:
    """Publish the survey in this TOML text, and ask it if nothing is asked yet.

    Publishing the same text again changes nothing. SurveyError for a bad one,
    PublishError for another text under a name that is published.
    """
    survey = read_survey(text, file)
    with transaction.atomic():
        row, new = Published.objects.get_or_create(
            name=survey.name, defaults={"text": text, "published_at": now}
        )
        if row.text != text:
            raise PublishError(f"{survey.name} is published with another text")
        if new:
            _ask_if_nothing_is_asked(survey)
            something_changed()
    return survey


@transaction.atomic
def ask(name: str) -> None:
    """Tell every device to ask this survey from its next visitor on."""
    row, _ = Asking.objects.get_or_create(id=1)
    others = [one for one in row.also.split() if one != name]
    Asking.objects.update(survey=name, sms_survey=name, also=" ".join(others))
    something_changed()


@transaction.atomic
def ask_for(values: Mapping[str, str]) -> None:
    """What the form of it has checked: `survey`, `sms_survey`, `also`, `receipts`."""
    Asking.objects.get_or_create(id=1)
    Asking.objects.filter(id=1).update(**values)
    something_changed()


@transaction.atomic
def ask_on(ward: Ward, survey: str, also: str, sms_survey: str) -> None:
    """What this ward asks of its own; empty words are what every ward asks."""
    if survey or sms_survey:
        values = {"survey": survey, "also": also, "sms_survey": sms_survey}
        WardAsking.objects.update_or_create(ward=ward, defaults=values)
    else:
        WardAsking.objects.filter(ward=ward).delete()
    something_changed()


@transaction.atomic
def offer_also(name: str) -> None:
    """Tell every tablet to offer this survey beside the one that it asks, in place of
    other versions of it. PublishError when it is the one that is asked."""
    row, _ = Asking.objects.get_or_create(id=1)
    if row.survey == name:
        raise PublishError(f"{name} is what tablets ask: it is offered already")
    identity = name.partition("@")[0]
    others = [one for one in row.also.split() if one.partition("@")[0] != identity]
    Asking.objects.update(also=" ".join([*others, name]))
    something_changed()


def _ask_if_nothing_is_asked(survey: Survey) -> None:
    """By text nothing is asked with a survey that has no national question either, such
    as a children's that was published first."""
    Asking.objects.get_or_create(id=1)
    Asking.objects.filter(survey="").update(survey=survey.name)
    nothing = ["", *surveys_apart()] if survey.is_national else [""]
    Asking.objects.filter(sms_survey__in=nothing).update(sms_survey=survey.name)


def surveys_named(names: Iterable[str]) -> dict[str, Survey]:
    """Those of these surveys that are published."""
    return _read(Published.objects.filter(name__in=list(names)))


def every_survey() -> dict[str, Survey]:
    """All that were ever published, by name."""
    return _read(Published.objects.order_by("name"))


def surveys_apart() -> frozenset[str]:
    """Names of the surveys without the national question: children's, say."""
    return frozenset(
        name for name, one in every_survey().items() if not one.is_national
    )


def languages_asked() -> list[str]:
    """The languages of what tablets ask and offer, on any ward, English first."""
    surveys = _asked()
    return list(dict.fromkeys(one for s in surveys for one in s.languages))


def languages_unchecked() -> list[str]:
    """Those that no speaker has checked in one of these: wards turn them on."""
    surveys = _asked()
    return [
        one
        for one in languages_asked()
        if any(one in s.languages and one not in s.reviewed for s in surveys)
    ]


def _asked() -> list[Survey]:
    row = Asking.objects.filter(id=1).first()
    own = WardAsking.objects.exclude(survey="").order_by("ward")
    names = [row.survey, *row.also.split()] if row else []
    names += [name for one in own for name in (one.survey, *one.also.split())]
    return list(surveys_named(dict.fromkeys(names)).values())


def _read(published: QuerySet[Published]) -> dict[str, Survey]:
    return {
        name: _parsed(name, published_at)
        for name, published_at in published.values_list("name", "published_at")
    }


@lru_cache(maxsize=256)
def _parsed(name: str, published_at: datetime) -> Survey:
    # Once published it never changes; `published_at` tells a restored central apart.
    text = Published.objects.values_list("text", flat=True).get(
        name=name, published_at=published_at
    )
    return read_survey(text, name)
