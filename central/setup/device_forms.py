"""What is told of a device?"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from central.devices.models import KINDS, Device
from central.setup.fields import OneOf, PlainField, Ticked
from central.setup.person_forms import ward_choices

DEVICE_CHARS = 100
WARDS = "Choose the ward, or the wards, that it speaks for"


class WardsForm(forms.Form):
    """Wards that are open, and those that the device has already."""

    wards = Ticked(label="Wards that it speaks for")

    def __init__(self, *words: Any, kept: Collection[str] = (), **more: Any) -> None:
        super().__init__(*words, **more)
        field = self.fields["wards"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = ward_choices(kept)

    def clean_wards(self) -> list[str]:
        wards: list[str] = self.cleaned_data["wards"]
        if not wards:
            raise ValidationError(WARDS)
        return wards


class CodeForm(WardsForm):
    kind = OneOf("Choose what is enrolled", choices=KINDS, initial=KINDS[0][0])
    field_order = ("kind", "wards")


class DeviceForm(WardsForm):
    name = PlainField("Write a label", DEVICE_CHARS, required=False, label="Its label")
    field_order = ("name", "wards")


def initial_of(device: Device) -> dict[str, Any]:
    """What the form of this device shows first."""
    codes = sorted(device.wards.values_list("code", flat=True))
    return {"name": device.name, "wards": codes}
