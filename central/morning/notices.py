"""What must an administrator know of the morning mails?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet

from central.morning.models import REFUSED, SENT, TOO_LATE, WAITING, Mail
from central.morning.picture import with_mail
from central.morning.readers import administrators, readers_of
from central.morning.times import morning_of
from central.people.models import User
from central.summaries.times import ZONE
from central.web.words import short_date

SHOWN = timedelta(days=3)  # what was refused longer ago is in the list
SOON = timedelta(minutes=10)  # a server that is restarted is no news
LISTED = 5
LIST = "See “Mails”."


def notices(now: datetime) -> list[str]:
    """In plain words, the worst first; none where no mails are sent at all."""
    if not settings.CENTRAL.mail.is_on:
        return []
    return [
        *_not_made(now),
        *_missed(now),
        *_nobody_told(),
        *_without_readers(now),
        *_not_sent(now),
        *_waiting(now),
    ]


def _of_wards() -> QuerySet[Mail]:
    return Mail.objects.exclude(ward=None)


def _nobody_told() -> Iterable[str]:
    """What stands here is a mail as well, for who has an address."""
    everybody = User.objects.filter(is_active=True, is_staff=True, is_superuser=True)
    if everybody.exists() and not administrators():
        yield (
            "No administrator has an e-mail address: what needs one is said on this "
            "page, and nobody gets a mail of it."
        )


def _not_made(now: datetime) -> Iterable[str]:
    """The alarm clock itself may be broken."""
    today = now.astimezone(ZONE).date()
    morning = morning_of(today, settings.CENTRAL.mail.hour)
    by = morning.begins + timedelta(minutes=30)
    if now < by or _of_wards().filter(day=morning.day).exists():
        return
    if any(one.people for one in readers_of(with_mail(morning.day), today)):
        yield "No morning mails were made today: is central running as it should?"


def _missed(now: datetime) -> Iterable[str]:
    """Mornings through which central was off. Whoever was not told then is told now."""
    yesterday = now.astimezone(ZONE).date() - timedelta(1)
    days = [yesterday - timedelta(back) for back in range(1, SHOWN.days + 1)]
    made = set(_of_wards().filter(day__in=days).values_list("day", flat=True))
    for day in days:
        if day not in made and _of_wards().filter(day__lt=day).exists():
            yield (
                f"No morning mails were made of {short_date(day)}: central was off, or "
                f"could not make them. wardvoice-central morning --date {day} does."
            )


def _without_readers(now: datetime) -> Iterable[str]:
    """The wards that nobody reads before those that somebody does."""
    today = now.astimezone(ZONE).date()
    several = readers_of(with_mail(today - timedelta(1)), today)
    for one in sorted(several, key=lambda one: bool(one.people)):
        because = "; ".join(one.left_out)
        if not one.people:
            why = because or "it has no members"
            yield f"Nobody gets the morning mail of {one.ward.name}: {why}."
        elif because:
            yield f"The morning mail of {one.ward.name} misses somebody: {because}."


def _not_sent(now: datetime) -> Iterable[str]:
    """Each ward and reader once, unless one of that day or later went out."""
    lately = Mail.objects.filter(
        day__gte=(now - SHOWN).date(), state__in=[REFUSED, TOO_LATE]
    )
    sent = {
        (one.ward_id, one.reader_id): one.day
        for one in Mail.objects.filter(
            day__gte=(now - SHOWN).date(), state=SENT
        ).order_by("day")
    }
    told: dict[tuple[str | None, int], str] = {}
    for one in lately.select_related("ward", "reader"):
        key = (one.ward_id, one.reader_id)
        if key not in told and not (key in sent and sent[key] >= one.day):
            told[key] = (
                f"The morning mail of {one.about} to {one.reader} was not sent "
                f"({one.day.day} {one.day:%B}): {one.trouble or 'no time was left'}."
            )
    words = list(told.values())
    yield from words[:LISTED]
    if len(words) > LISTED:
        yield f"{len(words) - LISTED} more mails were not sent. {LIST}"


def _waiting(now: datetime) -> Iterable[str]:
    waiting = _of_wards().filter(state=WAITING, planned_at__lt=now - SOON)
    troubled = waiting.exclude(trouble="").order_by("-next_at").first()
    if troubled is not None:
        count = waiting.count()
        yield (
            f"{count} morning mail{'s are' if count > 1 else ' is'} not sent yet, and "
            f"tried again: {troubled.trouble}."
        )
