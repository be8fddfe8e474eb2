"""What is told of a device?"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from central.devices.models import KINDS
from central.places.models import Ward
from central.setup.fields import OneOf, PlainField, Ticked

DEVICE_CHARS = 100
WARDS = "Choose the ward, or the wards, that it speaks for"


class WardsForm(forms.Form):
    """Wards that are open, and those that the device has already."""

    wards = Ticked()

    def __init__(self, *words: Any, kept: Collection[str] = (), **more: Any) -> None:
        super().__init__(*words, **more)
        several = Ward.objects.select_related("site").order_by("site__name", "name")
        field = self.fields["wards"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (
                one.code,
                f"{one.name} ({one.code})" + (", closed" if one.closed_on else ""),
            )
            for one in several
            if one.closed_on is None or one.code in kept
        ]

    def clean_wards(self) -> list[str]:
        wards: list[str] = self.cleaned_data["wards"]
        if not wards:
            raise ValidationError(WARDS)
        return wards


class CodeForm(WardsForm):
    kind = OneOf("Choose what is enrolled", choices=KINDS, initial=KINDS[0][0])
    field_order = ("kind", "wards")


class DeviceForm(WardsForm):
    name = PlainField("Write a label", DEVICE_CHARS, required=False)
    field_order = ("name", "wards")
