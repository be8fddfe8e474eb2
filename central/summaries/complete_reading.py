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

from central.devices.family import new_names
from central.devices.models import LOST, MADE_UP, NOTHING, Device, Stint
from central.devices.patience import patience_of
from central.intake.judge import TWIN
from central.intake.models import Answer, Behind, Contact, Followed, Held, Hole
from central.intake.row import held_row
from central.summaries.complete import (
    EVER,
    FORKED,
    GONE,
    LATELY,
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
# Somebody who is answering when a tablet hears of its new ward goes on for the old one.
A_VISIT = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class _Own:
    """A device with what was looked up beside it. One that never was this ward's and
    succeeds one that was is its heir."""

    ward: str
    device: Device
    name: str
    stints: Sequence[Stint]
    is_heir: bool


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
    for stint in Stint.objects.filter(ward=ward).order_by("since"):
        stints.setdefault(stint.device_id, []).append(stint)
    is_ours = Q(wards=ward) | Q(id__in=list(stints))
    heirs = _heirs(Device.objects.filter(is_ours))
    devices = Device.objects.filter(is_ours | Q(id__in=heirs)).distinct()
    devices = devices.prefetch_related("wards")
    for one in _looked_up(devices.exclude(name=MADE_UP).order_by("kind", "id")):
        yield _Own(ward, one, _name(one), stints.get(one.id, ()), one.id in heirs)


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
    """With its newest row, how far its log was followed, and where the rows begin that
    it has by a new name."""
    newest = Answer.objects.filter(device=OuterRef("id")).order_by("-seq")
    followed = Followed.objects.filter(device=OuterRef("id"))
    return devices.annotate(
        newest=Subquery(newest.values("seq")[:1]),
        newest_at=Subquery(newest.values("arrived_at")[:1]),
        newest_ward=Subquery(newest.values("ward")[:1]),
        followed=Subquery(followed.values("seq")[:1]),
        goes_on_at=Subquery(new_names().order_by("-begins").values("begins")[:1]),
    )


def _name(device: Device) -> str:
    if device.kind == "sms":
        return "the line for text messages"
    named = f"“{device.name}”" if device.name else f"{device.id[:4]}…"
    return f"the tablet {named}"


def _keeper(one: _Own, now: datetime) -> Keeper:
    device, waiting = one.device, _waiting(one.device)
    settled = _settled(one)
    since, until = _since(one), _until(one, settled)
    state = ""
    if _goes_on_at(device) is not None and not waiting:
        until = NEVER  # all of its own is here; it speaks under its new name
    elif device.removed_at is not None:
        until = min(until, device.removed_at)
        state = GONE if device.still_holds == LOST else REMOVED
    elif device.forked_at is not None:
        state = FORKED
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


def _goes_on_at(device: Device) -> int | None:
    """The first row that it has by a new name, if it goes on by one."""
    goes_on_at: int | None = getattr(device, "goes_on_at", None)
    return goes_on_at


def _waiting(device: Device) -> int:
    """How many answers are known to wait on it."""
    if (goes_on_at := _goes_on_at(device)) is not None:
        return max(0, goes_on_at - 1 - device.have)
    return device.waiting


def _since(one: _Own) -> datetime:
    """From when on it may have heard something for this ward."""
    if one.device.succeeds:
        return NEVER  # it brought rows from before it had this name
    return one.stints[0].since if one.stints else one.device.enrolled_at


def _until(one: _Own, settled: datetime) -> datetime:
    """Until when it may have. One that went to another ward knows that from its next
    contact on, and what it said before that may wait; who was there then went on."""
    left = one.stints[-1].until if one.stints else None
    if one.is_heir:
        left = one.device.enrolled_at  # then it knew its own ward
    if left is None or settled < left + A_VISIT or settled < _visited(one) + A_VISIT:
        return EVER
    return left


def _visited(one: _Own) -> datetime:
    """When the newest row of its log came, if that is of this ward."""
    newest_at: datetime | None = getattr(one.device, "newest_at", None)
    is_ours = getattr(one.device, "newest_ward", None) == one.ward
    return newest_at if is_ours and newest_at is not None else NEVER


def _settled(one: _Own) -> datetime:
    """All that was said on it before this has come, or so says who removed it; nobody
    has to be asked of one that was removed while it spoke."""
    device = one.device
    settled, removed = _all_came(device), device.removed_at
    if removed is None or _waiting(device):
        return settled
    spoke = removed - max(settled, _since(one)) <= LATELY
    if device.still_holds == NOTHING or (spoke and not device.still_holds):
        return max(settled, removed)
    return settled


def _all_came(device: Device) -> datetime:
    """All that was said on it before this has come, as its contacts tell."""
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
        since, until = _since(one), _until(one, _settled(one))
        after = _contact_before(hole.device, hole.first) or NEVER
        if hole.declared_at <= since or after >= until:
            continue
        place = {"device": hole.device, "seq__range": (hole.first, hole.last)}
        came = Answer.objects.filter(**place).count()
        came += Held.objects.filter(**place).count()
        if count := hole.last - hole.first + 1 - came:
            yield Lost(one.name, count, max(after, since), hole.declared_at)
