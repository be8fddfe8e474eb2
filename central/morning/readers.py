"""Who reads a ward's mail this morning?

Its members, and for those who are away their deputies. Whoever is left out is named
with the reason, for an administrator; a ward that nobody reads most of all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from central.morning.models import Away
from central.people.models import Membership, User
from central.places.models import Ward


@dataclass(slots=True)
class Readers:
    """Of one ward: who gets its mail, by address, and why others do not."""

    ward: Ward
    people: dict[str, User] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _House:
    """Everybody who may be asked for, as it stands on one day."""

    people: Mapping[int, User]
    deputies: Mapping[int, int | None]  # of those who are away
    members: Mapping[str, frozenset[int]]


def readers_of(wards: Iterable[Ward], today: date) -> list[Readers]:
    """The readers of each ward on this day."""
    house = _house(today)
    return [_readers(ward, house) for ward in wards]


def _house(today: date) -> _House:
    absences = Away.objects.filter(first__lte=today, last__gte=today)
    # The one that was entered last is what somebody knows now.
    deputies = {one.user_id: one.deputy_id for one in absences.order_by("id")}
    members: dict[str, set[int]] = {}
    for ward, user in Membership.objects.values_list("ward_id", "user_id"):
        members.setdefault(ward, set()).add(user)
    return _House(
        people=User.objects.filter(is_active=True).in_bulk(),
        deputies=deputies,
        members={ward: frozenset(several) for ward, several in members.items()},
    )


def _readers(ward: Ward, house: _House) -> Readers:
    found = Readers(ward)
    members = house.members.get(ward.code, frozenset())
    for member in sorted(members & house.people.keys()):
        name = str(house.people[member])
        reader, away = _who_reads(member, house.deputies)
        if reader is None:
            found.left_out.append(f"{name} is away, without a deputy who is there")
        elif reader not in members or reader not in house.people:
            found.left_out.append(
                f"{name} is away, and the deputy is no active member of this ward"
            )
        elif not house.people[reader].email:
            found.left_out.append(f"{house.people[reader]} has no e-mail address")
        else:
            person = house.people[reader]
            # Whose own mail it is comes before who only stands in.
            if not away or mailbox(person) not in found.people:
                found.people[mailbox(person)] = person
    found.left_out = list(dict.fromkeys(found.left_out))
    return found


def mailbox(person: User) -> str:
    """Two people who share an address get one mail."""
    return person.email.strip().lower()


def _who_reads(
    member: int, deputies: Mapping[int, int | None]
) -> tuple[int | None, bool]:
    """Themselves, or who stands in for them, or for who stands in."""
    reader: int | None = member
    seen: set[int] = set()
    while reader is not None and reader in deputies:
        if reader in seen:
            return None, True  # they stand in for one another, and all are away
        seen.add(reader)
        reader = deputies[reader]
    return reader, bool(seen)


def administrators() -> dict[str, User]:
    """Who is told what administrators must know: by address."""
    several = User.objects.filter(is_active=True, is_staff=True, is_superuser=True)
    several = several.exclude(email="").order_by("username")
    return {mailbox(one): one for one in several}


def unread(several: Sequence[Readers]) -> list[Readers]:
    """The wards whose mail nobody gets."""
    return [one for one in several if not one.people]
