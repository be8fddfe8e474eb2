"""Who comes in, as what, and how do they get a password of their own?

No password is ever chosen for somebody else. A new account has none; an administrator
makes a link that works once, for three days, and hands it over: by it the person sets
their own. A link for somebody who has a password replaces it when it is used. Each link
is written down, because whoever holds it can come in as that person.

Nobody opens patients' words to themselves: another administrator must give them a ward
(P15). Nobody stops being one by a tick of their own: it asks nothing, and there would
be no way back. And the last administrator stays one, or nobody could set anything up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from central.audit.writing import Detail, note, turned
from central.people.models import Membership, User
from central.setup.errors import Refused
from central.setup.person_forms import initial_of
from central.setup.stale import must_be_as_seen

LAST = "This is the last administrator. Make another one first."
OWN_WARD = (
    "Another administrator must give you a ward: nobody opens patients' words to "
    "themselves."
)
OWN_ROLE = (
    "You cannot take set-up from yourself: ask another administrator to make you a "
    "reader."
)
OWN_ACCOUNT = "You cannot close your own account: ask another administrator."


@transaction.atomic
def add_person(said: Mapping[str, Any], who: str, now: datetime) -> User:
    """From a checked form. The account has no password yet."""
    user: User = User.objects.create_user(
        said["username"], said["email"], first_name=said["name"],
        is_staff=said["administrator"], is_superuser=said["administrator"],
    )  # fmt: skip
    _give(user, said["wards"])
    note(
        who, "added", f"person {user.username}", now,
        wards=sorted(said["wards"]), role=_role(user),
    )  # fmt: skip
    return user


@transaction.atomic
def change_person(
    key: int, said: Mapping[str, Any], seen: str, who: str, now: datetime
) -> User:
    """Refused, in words, for what must not be. Stale if it is not as it was `seen`."""
    user = _locked(key)
    shown, before = initial_of(user), _words(user)
    must_be_as_seen(seen, shown)
    _keep_one_administrator(user, said["administrator"] and user.is_active)
    had, wanted = set(shown["wards"]), set(said["wards"])
    if user.username == who:
        _keep_to_others(user, said, bool(wanted - had))
    user.first_name, user.email = said["name"], said["email"]
    if shown["administrator"] != said["administrator"]:
        user.is_staff = user.is_superuser = said["administrator"]
    user.save(update_fields=["first_name", "email", "is_staff", "is_superuser"])
    Membership.objects.filter(user=user, ward__in=had - wanted).delete()
    _give(user, wanted - had)
    note(
        who, "changed", f"person {user.username}", now,
        given=sorted(wanted - had), taken=sorted(had - wanted),
        **turned(before, _words(user)),
    )  # fmt: skip
    return user


def _keep_to_others(user: User, said: Mapping[str, Any], gets: bool) -> None:
    """What nobody does to themselves; `gets` a ward."""
    if gets:
        raise Refused(OWN_WARD)
    if user.administers and not said["administrator"]:
        raise Refused(OWN_ROLE)


def _words(user: User) -> dict[str, Detail]:
    """What is written down of a change: the e-mail address shows where somebody's mails
    were turned to."""
    return {"name": user.first_name, "email": user.email, "role": _role(user)}


@transaction.atomic
def deactivate(user: User, who: str, now: datetime) -> None:
    """From their next click on they are out. Refused for oneself, and for the last."""
    if user.username == who:
        raise Refused(OWN_ACCOUNT)
    _keep_one_administrator(user, False)
    if User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
        note(who, "closed the account", f"person {user.username}", now)


@transaction.atomic
def activate(user: User, who: str, now: datetime) -> None:
    if User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
        note(who, "opened the account", f"person {user.username}", now)


@transaction.atomic
def new_link(user: User, who: str, now: datetime) -> str:
    """The path of the page on which this person sets a password, once."""
    if not user.is_active:
        raise Refused("The account is closed: open it first.")
    note(who, "made a password link", f"person {user.username}", now)
    key = urlsafe_base64_encode(force_bytes(user.pk))
    token = default_token_generator.make_token(user)
    return reverse("set_password", args=[key, token])


def _give(user: User, wards: Iterable[str]) -> None:
    rows = [Membership(user=user, ward_id=code) for code in sorted(wards)]
    Membership.objects.bulk_create(rows)


def _role(user: User) -> str:
    return "administrator" if user.is_superuser and user.is_staff else "reader"


ADMINISTRATORS = Q(is_active=True, is_staff=True, is_superuser=True)


def _locked(key: int) -> User:
    """With the administrators' rows, all in one order: two who change each other would
    wait for one another."""
    several = User.objects.select_for_update().filter(Q(pk=key) | ADMINISTRATORS)
    return {one.pk: one for one in several.order_by("pk")}[key]


def _keep_one_administrator(user: User, stays: bool) -> None:
    """The administrators' rows are locked: two who let each other go at once are let
    go one by one, and the second is the last."""
    several = User.objects.select_for_update().filter(ADMINISTRATORS)
    names = {one.pk for one in several.order_by("pk")}
    if not stays and names == {user.pk}:
        raise Refused(LAST)
