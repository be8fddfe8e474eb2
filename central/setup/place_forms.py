"""What is told of a trust and of a site?"""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from central.places.models import Site, Trust
from central.setup.fields import OneOf, PlainField


class TrustForm(forms.Form):
    name = PlainField("Write the trust's name", label="The trust's name")

    def __init__(self, *words: Any, trust: Trust | None = None, **more: Any) -> None:
        super().__init__(*words, **more)
        self.trust = trust

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        others = Trust.objects.filter(name__iexact=name)
        if others.exclude(pk=self.trust.pk if self.trust else 0).exists():
            raise ValidationError("There is a trust of this name already")
        return name


class SiteForm(forms.Form):
    name = PlainField("Write the site's name", label="The site's name")
    trust = OneOf("Choose the trust of the site", label="Its trust")

    def __init__(self, *words: Any, site: Site | None = None, **more: Any) -> None:
        super().__init__(*words, **more)
        self.site = site
        trusts = [(str(one.pk), one.name) for one in Trust.objects.order_by("name")]
        choose = self.fields["trust"]
        assert isinstance(choose, forms.ChoiceField)
        choose.choices = trusts
        if len(trusts) == 1:
            self.initial.setdefault("trust", trusts[0][0])

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        others = Site.objects.filter(
            name__iexact=said.get("name", ""), trust=said.get("trust")
        )
        if others.exclude(pk=self.site.pk if self.site else 0).exists():
            self.add_error("name", "The trust has a site of this name already")
        return said


def initial_of(one: Trust | Site) -> dict[str, Any]:
    """What the form of its name shows first. A site's trust never changes."""
    if isinstance(one, Site):
        return {"name": one.name, "trust": str(one.trust_id)}
    return {"name": one.name}
