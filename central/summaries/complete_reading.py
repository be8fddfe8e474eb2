"""What does central know of what a ward's devices may still keep?

A log's rows are numbered as they are written, and each contact says how far the log
went. So all that was written before a contact has come as soon as central has the rows
up to that contact's `last`. The last such contact of each device (which is the last of
all, when nothing is unsent) decides about all days.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import OuterRef, Q, QuerySet, Subquery

from central.devices.models import MADE_UP, Device, Stint
from central.devices.patience import patience_of
from central.intake.judge import TWIN
from central.intake.models import Answer, Behind, Contact, Followed, Held, Hole
from central.intake.row import held_row
from central.summaries.complete import (
    EVER,
    FORKED,
    NEVER,
    REMOVED,
    Aside,
    Complete,
    Facts,
    Keeper,
    Lost,
    complete,
    settled_at,
)
from central.summaries.models import Standing
from central.summaries.times import TOLERANCE, ZONE, began, begin_of, end_of

# Read at most, of a ward's devices and of all others: so many held at once are an
# administrator's matter.
HELD_MOST = 2_000
BEHIND_MOST = 500
AT_ONCE = 1_000  # of a query's parameters


@dataclass(frozen=True, slots=True)
class _Own:
    """A device with what was looked up beside it. One that never was this ward's and
    succeeds one that was is its heir."""

    device: Device
    name: str
    stints: Sequence[Stint]
    is_heir: bool
    successor: tuple[int, datetime] | None  # where its rows begin, and since when


def days_of(
    ward: str,
    several: Sequence[date],
    now: datetime,
    closes: Callable[[date], datetime],
) -> dict[date, Complete]:
    """Of each of these days, in order, whether it is complete."""
    facts = facts_of(ward, several[0], now)
    return {day: complete(day, facts, now, closes(day)) for day in several}


def facts_of(ward: str, first: date, now: datetime) -> Facts:
    """What decides about this ward's days from `first` on."""
    owns = list(_owns(ward))
    ids = [one.device.id for one in owns]
    return Facts(
        keepers=tuple(_keeper(one, now) for one in owns),
        aside=tuple(_aside(ward, ids, first)),
        lost=tuple(_lost(owns)),
        uncounted=tuple(_uncounted(ward, [one.device for one in owns])),
    )


# ── devices ──────────────────────────────────────────────────────────────────


def _owns(ward: str) -> Iterator[_Own]:
    """Each device that is or was this ward's, or may have what such a one heard; those
    of the demonstration apart."""
    stints: dict[str, list[Stint]] = {}
    for one in Stint.objects.filter(ward=ward).order_by("since"):
        stints.setdefault(one.device_id, []).append(one)
    is_ours = Q(wards=ward) | Q(id__in=list(stints))
    heirs = _heirs(Device.objects.filter(is_ours))
    devices = Device.objects.filter(is_ours | Q(id__in=heirs)).distinct()
    devices = devices.prefetch_related("wards")
    several = list(_looked_up(devices.exclude(name=MADE_UP).order_by("kind", "id")))
    successors = {
        old: (begins, since)
        for old, begins, since in Device.objects.filter(
            succeeds__in=[one.id for one in several]
        )
        .order_by("-begins")
        .values_list("succeeds", "begins", "enrolled_at")
    }
    for device in several:
        yield _Own(
            device, _name(device), stints.get(device.id, ()), device.id in heirs,
            successors.get(device.id),
        )  # fmt: skip


def _heirs(ours: QuerySet[Device]) -> set[str]:
    """Those who are not of these, and come after one of them in its family."""
    words = ("id", "family", "generation")
    known = set(ours.values_list(*words))
    first: dict[str, int] = {}
    for _, family, generation in known:
        first[family] = min(generation, first.get(family, generation))
    later = Device.objects.filter(family__in=list(first), generation__gt=0)
    return {
        one
        for one, family, generation in set(later.values_list(*words)) - known
        if generation > first[family]
    }


def _looked_up(devices: QuerySet[Device]) -> QuerySet[Device]:
    """With its newest row, and how far its log was followed."""
    newest = Answer.objects.filter(device=OuterRef("id")).order_by("-seq")
    followed = Followed.objects.filter(device=OuterRef("id"))
    return devices.annotate(
        newest=Subquery(newest.values("seq")[:1]),
        newest_at=Subquery(newest.values("arrived_at")[:1]),
        followed=Subquery(followed.values("seq")[:1]),
    )


def _name(device: Device) -> str:
    if device.kind == "sms":
        return "the line for text messages"
    named = f"“{device.name}”" if device.name else f"{device.id[:4]}…"
    return f"the tablet {named}"


def _keeper(one: _Own, now: datetime) -> Keeper:
    device = one.device
    settled = _settled(device)
    since, until = _time_here(one, settled)
    waiting, state = max(0, device.last - device.have), ""
    if _is_over(one):
        assert one.successor is not None
        waiting = max(0, one.successor[0] - 1 - device.have)
        if not waiting:
            until = NEVER  # all of its own is here; it speaks under its new name
    elif device.removed_at is not None:
        until, state = min(until, device.removed_at), REMOVED
        waiting = max(waiting, device.forked_unsent or 0 if device.forked_at else 0)
    elif device.forked_at is not None:
        waiting, state = max(waiting, device.forked_unsent or 0), FORKED
    heard = device.last_heard
    missed = heard is None or now - heard > patience_of(device, now, ZONE)
    return Keeper(
        name=one.name,
        since=since,
        until=until,
        settled=settled,
        heard=heard,
        waiting=waiting,
        state=state,
        missed=missed,
        by_file=_came_by_file(device),
        quiet_to=_quiet_to(device, now) if missed else now,
    )


def _came_by_file(device: Device) -> bool:
    newest_at: datetime | None = getattr(device, "newest_at", None)
    return newest_at is not None and newest_at > (device.last_heard or NEVER)


def _quiet_to(device: Device, now: datetime) -> datetime:
    """The last midnight up to which the silence of one that is missed now was as
    expected, because its wards were shut. Without hours it is missed for all of it."""
    if (heard := device.last_heard) is None:
        return NEVER
    quiet_to, day = NEVER, heard.astimezone(ZONE).date()
    at_once = patience_of(device, heard, ZONE)
    while (end := end_of(day)) <= now:
        patience = patience_of(device, end, ZONE)
        if patience == at_once or end - heard > patience:
            break
        quiet_to, day = end, day + timedelta(1)
    return quiet_to


def _is_over(one: _Own) -> bool:
    """Whether it goes on under a new name. A twin may go on under the old one: that
    was heard after the other had its new name."""
    if one.successor is None:
        return False
    heard = one.device.last_heard
    return heard is None or heard <= one.successor[1]


def _time_here(one: _Own, settled: datetime) -> tuple[datetime, datetime]:
    """Between when it may have heard something for this ward. One that went to another
    ward knows that from its next contact on, and what it said before that may wait."""
    since = one.stints[0].since if one.stints else one.device.enrolled_at
    if one.device.succeeds:
        since = NEVER  # it brought rows from before it had this name
    left = one.stints[-1].until if one.stints else None
    if one.is_heir:
        left = one.device.enrolled_at  # then it knew its own ward
    return since, left if left is not None and settled >= left else EVER


def _settled(device: Device) -> datetime:
    """All that was said on it before this has come."""
    if device.forked_at is not None:
        # It is another copy of the log that spoke then: this one may have gone its own
        # way since it wrote the last row that both have.
        at = _contact_before(device.id, device.forked_at - 1)
    elif device.have >= device.last and device.last_heard is not None:
        at = device.last_heard
    else:
        at = _contact_before(device.id, device.have + 1)
    if at is None and device.succeeds:
        at = _contact_before(device.succeeds, device.begins - 1)  # as of a fork
    return NEVER if at is None else settled_at(at)


def _contact_before(device: str, seq: int) -> datetime | None:
    """When the log was last known to be without this row."""
    before = Contact.objects.filter(device=device, last__lt=seq)
    return before.order_by("-last").values_list("at", flat=True).first()


# ── rows ─────────────────────────────────────────────────────────────────────


def _uncounted(ward: str, devices: Sequence[Device]) -> Iterator[Aside]:
    """Answers for this ward that do not stand yet, they are derived in a moment, by the
    days that their responses are or may be of."""
    waiting: set[str] = set()
    for one in devices:
        newest, mark = getattr(one, "newest", None), getattr(one, "followed", None)
        if newest is not None and newest > (mark or 0):
            new = Answer.objects.filter(device=one.id, seq__gt=mark or 0, ward=ward)
            waiting |= set(new.values_list("response", flat=True))
    behind = Behind.objects.filter(family__in={one.family for one in devices})
    waiting |= set(behind.values_list("response", flat=True)[:BEHIND_MOST])
    of = Counter(day for day, _ in _days_of(ward, sorted(waiting)))
    yield from (Aside(day, count) for day, count in of.items())


def _days_of(ward: str, responses: Sequence[str]) -> set[tuple[date, str]]:
    found: set[tuple[date, str]] = set()
    words = ("answered_at", "arrived_at", "response")
    for start in range(0, len(responses), AT_ONCE):
        part = responses[start : start + AT_ONCE]
        rows = Answer.objects.filter(response__in=part, ward=ward)
        found |= {
            (_day_of(said, at), one) for said, at, one in rows.values_list(*words)
        }
        stood = Standing.objects.filter(response__in=part, ward=ward)
        found |= set(stood.values_list("day", "response"))
    return found


def _aside(ward: str, devices: Sequence[str], first: date) -> Iterator[Aside]:
    """What came and is held, by the day that it speaks of. One that names no ward may
    be of any of its device's. What another ward's devices hold may be of this one, and
    is read after its own."""
    counts: dict[date, int] = {}
    came = Held.objects.exclude(reason=TWIN).order_by("-id")
    came = came.filter(arrived_at__gte=begin_of(first) - TOLERANCE)
    for part in (came.filter(device__in=devices), came.exclude(device__in=devices)):
        several = list(part[: HELD_MOST + 1])
        for one in several[:HELD_MOST]:
            answer = held_row(one.device, one.seq, one.body, one.digest).without_value()
            is_ours = answer.ward == ward if answer else one.device in devices
            day = _day_of(answer.answered_at if answer else "", one.arrived_at)
            if is_ours and day >= first:
                counts[day] = counts.get(day, 0) + 1
        if len(several) > HELD_MOST:
            # Those before were there already when this one came.
            yield Aside(_day_of("", several[-1].arrived_at), 0, more=True)
    yield from (Aside(day, count) for day, count in counts.items())


def _day_of(said: str, arrived: datetime) -> date:
    try:
        return began(said, None, arrived).day
    except (ValueError, OverflowError):
        return arrived.astimezone(ZONE).date()


def _lost(owns: Iterable[_Own]) -> Iterator[Lost]:
    """What a device declared gone, as far as it has not come since and may have been
    this ward's."""
    several = {one.device.id: one for one in owns}
    for hole in Hole.objects.filter(device__in=list(several)):
        one = several[hole.device]
        since, until = _time_here(one, _settled(one.device))
        after = _contact_before(hole.device, hole.first) or NEVER
        if hole.declared_at <= since or after >= until:
            continue
        place = {"device": hole.device, "seq__range": (hole.first, hole.last)}
        came = Answer.objects.filter(**place).count()
        came += Held.objects.filter(**place).count()
        if count := hole.last - hole.first + 1 - came:
            yield Lost(one.name, count, max(after, since), hole.declared_at)
