"""What is told of a person?"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.contrib.auth.validators import ASCIIUsernameValidator
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator

from central.people.models import User
from central.places.models import Ward
from central.setup.fields import PlainField, Ticked

USER_NAME = (
    "Write a user name of the letters A to Z, digits and . _ - @ +, without spaces, "
    "such as sam.patel"
)
EMAIL = "Write an e-mail address such as sam.patel@example.org, or nothing"
NAME_CHARS = 150  # Django's own columns


WardChoices = list[tuple[str, str]]


def ward_choices(kept: Collection[str] = ()) -> WardChoices:
    """The open wards, and those that they read already."""
    several = Ward.objects.select_related("site").order_by("site__name", "name")
    return [
        (one.code, f"{one.name} ({one.code})" + (", closed" if one.closed_on else ""))
        for one in several
        if one.closed_on is None or one.code in kept
    ]


class PersonForm(forms.Form):
    name = PlainField("Write their name", NAME_CHARS, label="Their name")
    email = forms.EmailField(
        required=False,
        label="E-mail address",
        error_messages=dict.fromkeys(("invalid", "max_length"), EMAIL),
    )
    administrator = forms.BooleanField(required=False)
    wards = Ticked(label="Wards that they read")

    def __init__(
        self, *words: Any, offered: WardChoices | None = None, **more: Any
    ) -> None:
        super().__init__(*words, **more)
        field = self.fields["wards"]
        assert isinstance(field, forms.ChoiceField)
        kept = self.initial.get("wards") or ()
        field.choices = ward_choices(kept) if offered is None else offered


class NewPersonForm(PersonForm):
    username = forms.CharField(
        max_length=NAME_CHARS,
        label="Their user name",
        error_messages=dict.fromkeys(("required", "max_length"), USER_NAME),
        # Letters of another script look like these: who did what must be told apart.
        validators=[
            ASCIIUsernameValidator(message=USER_NAME),
            RegexValidator("[A-Za-z0-9]", USER_NAME),
        ],
    )
    field_order = ("name", "username", "email")

    def clean_username(self) -> str:
        """Names that only differ in capitals would be taken for one another."""
        name: str = self.cleaned_data["username"]
        if name[:1] in "=+-@":
            raise ValidationError(USER_NAME)
        if User.objects.filter(username__iexact=name).exists():
            raise ValidationError("There is an account of this user name already")
        return name


def initial_of(user: User) -> dict[str, Any]:
    """What the form of this person shows first."""
    return {
        "name": user.first_name,
        "email": user.email,
        "administrator": user.is_superuser and user.is_staff,
        "wards": sorted(user.wards.values_list("code", flat=True)),
    }
