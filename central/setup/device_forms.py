"""What is told of a device?"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from central.devices.models import KINDS, NOTHING, STILL_HOLDS, Device
from central.setup.fields import OneOf, PlainField, Ticked
from central.setup.person_forms import ward_choices
from central.summaries.complete import answers

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
    field_order: Sequence[str] = ("name", "wards")


class StillHoldsForm(forms.Form):
    """What is left on a device that is removed."""

    still_holds = OneOf(
        "Say what is still on it", choices=STILL_HOLDS, label="What is still on it"
    )

    def __init__(self, *words: Any, waiting: int = 0, **more: Any) -> None:
        super().__init__(*words, **more)
        self.waiting = waiting  # so many answers, as it said itself

    def clean_still_holds(self) -> str:
        said: str = self.cleaned_data["still_holds"]
        if said == NOTHING and self.waiting:
            raise ValidationError(
                f"It said itself that {answers(self.waiting)} had not been sent: "
                "choose whether they may come"
            )
        return said


class RemovedForm(DeviceForm, StillHoldsForm):
    """Of one that is removed it can be told later what was left on it."""

    field_order = ("still_holds", "name", "wards")


def initial_of(device: Device) -> dict[str, Any]:
    """What the form of this device shows first."""
    codes = sorted(device.wards.values_list("code", flat=True))
    shown = {"name": device.name, "wards": codes}
    if device.removed_at is not None:
        shown["still_holds"] = device.still_holds
    return shown


def form_of(device: Device, *words: Any) -> DeviceForm:
    shown = initial_of(device)
    more: dict[str, Any] = {"initial": shown, "kept": shown["wards"]}
    if device.removed_at is None:
        return DeviceForm(*words, **more)
    return RemovedForm(*words, waiting=device.waiting, **more)
