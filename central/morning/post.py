"""Does each mail go out once, whoever sends, and whatever is killed?

    plan    a row for each ward, day and address: the claim that only one can make
    take    a waiting row is one process's, until a time
    send    under the Message-ID that stands in the row
    mark    sent, refused, or to be tried again

Killed before "send", another takes the row when its time is over. Killed between "send"
and "mark" nobody can know whether it went: it goes again, under the same Message-ID, by
which mail programs see that they have it. A mail that is marked first could be lost.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import F, Q

from central.logs import central_logger
from central.morning.carrier import NotSent, carry, goodbye
from central.morning.models import QUIET, REFUSED, SENT, TOO_LATE, WAITING, Mail
from central.morning.readers import Readers, mailbox
from central.people.models import User

Clock = Callable[[], datetime]
Write = Callable[[Mail, datetime], EmailMessage | None]  # None: nothing to tell

HELD = timedelta(minutes=5)  # much longer than the carrier waits for one mail
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(minutes=15)
KEPT = timedelta(days=90)
ADMINISTRATORS = "administrators"  # no ward's code has small letters

logger = central_logger()


@dataclass(slots=True)
class Sent:
    """What became of the mails of one turn."""

    sent: int = 0
    again: int = 0
    refused: int = 0
    stopped: bool = False


def plan(
    day: date,
    several: Iterable[Readers],
    now: datetime,
    until: datetime,
    domain: str,
) -> int:
    """Claim the mails of this day that nobody has claimed yet; how many."""
    there = set(Mail.objects.filter(day=day).values_list("ward_id", "address"))
    new = [
        Mail(
            ward=one.ward, day=day, reader=reader, address=address,
            message_id=message_id(one.ward.code, day, address, domain),
            planned_at=now, valid_until=until, next_at=now,
        )
        for one in several
        for address, reader in one.people.items()
        if (one.ward.code, address) not in there
    ]  # fmt: skip
    Mail.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def plan_for_administrators(
    day: date,
    people: Mapping[str, User],
    now: datetime,
    at: datetime,
    until: datetime,
    domain: str,
) -> None:
    """The same for what administrators must know: not before `at`, when the wards'
    mails have gone and it is known which of them did not."""
    mine = Mail.objects.filter(day=day, ward=None)
    there = set(mine.values_list("address", flat=True))
    new = [
        Mail(
            day=day, reader=reader, address=address,
            message_id=message_id(ADMINISTRATORS, day, address, domain),
            planned_at=now, valid_until=until, next_at=at,
        )
        for address, reader in people.items()
        if address not in there
    ]  # fmt: skip
    Mail.objects.bulk_create(new, ignore_conflicts=True)


def message_id(ward: str, day: date, address: str, domain: str) -> str:
    """The same for the same mail, whoever makes it and however often."""
    to = hashlib.sha256(address.encode()).hexdigest()[:16]
    return f"<morning.{day}.{ward}.{to}@{domain}>"


def send_waiting(
    way: BaseEmailBackend, write: Write, clock: Clock, only: date | None = None
) -> Sent:
    """Send what waits and may be tried now; of one day `only`, if it is named.

    When the server takes nobody's, the others wait for the next turn without a try.
    """
    done = Sent()
    try:
        while not done.stopped and (mail := take(clock(), only)):
            _send(mail, way, write, clock, done)
    finally:
        goodbye(way)
    return done


def take(now: datetime, only: date | None = None) -> Mail | None:
    """A waiting mail, which is this process's for HELD; None when there is none."""
    free = Mail.objects.filter(
        Q(held_until=None) | Q(held_until__lt=now),
        state=WAITING, next_at__lte=now, valid_until__gt=now,
    )  # fmt: skip
    if only is not None:
        free = free.filter(day=only)
    for pk in free.order_by("next_at", "id").values_list("pk", flat=True)[:20]:
        holder = secrets.token_hex(16)
        took = free.filter(pk=pk).update(
            holder=holder, held_until=now + HELD, tries=F("tries") + 1
        )
        if took:
            mail = Mail.objects.select_related("ward", "reader").get(pk=pk)
            if mail.holder == holder:
                return mail
    return None


def give_up(now: datetime) -> int:
    """Of what waits, what came too late for today; how many."""
    late = Mail.objects.filter(state=WAITING, valid_until__lte=now)
    late = late.filter(Q(held_until=None) | Q(held_until__lt=now))
    Mail.objects.filter(day__lt=(now - KEPT).date()).delete()
    return late.update(state=TOO_LATE)


def ask_again(day: date, now: datetime, until: datetime) -> int:
    """By hand: what was refused or came too late waits again; how many."""
    gone = Mail.objects.filter(day=day, state__in=[REFUSED, TOO_LATE])
    return gone.update(state=WAITING, next_at=now, valid_until=until, held_until=None)


def way_out() -> BaseEmailBackend:
    """How mails leave, by the settings."""
    found: BaseEmailBackend = get_connection()
    return found


def _send(
    mail: Mail, way: BaseEmailBackend, write: Write, clock: Clock, done: Sent
) -> None:
    if not reads_still(mail):
        mail.delete()  # nobody has it, and nobody is told of it
        return
    try:
        written = _written(mail, write, clock())
        if written is None:
            _mark(mail, state=QUIET, trouble="")
            return
        carry(way, written)
    except NotSent as error:
        _not_sent(mail, error, clock(), done)
        return
    _mark(mail, state=SENT, sent_at=clock(), trouble="")
    done.sent += 1


def reads_still(mail: Mail) -> bool:
    """Whether it is still theirs: it may have waited for hours since it was planned."""
    is_theirs = mailbox(mail.reader) == mail.address
    if mail.ward_id is None:
        return is_theirs and mail.reader.administers
    return is_theirs and mail.reader.open_wards().filter(pk=mail.ward_id).exists()


def _written(mail: Mail, write: Write, now: datetime) -> EmailMessage | None:
    try:
        return write(mail, now)
    except Exception as error:
        # One ward's page that cannot be made must not keep the others' mails.
        kind = type(error).__name__
        logger.error("a mail cannot be made", trouble=kind)
        raise NotSent(f"the mail could not be made ({kind})") from error


def _not_sent(mail: Mail, error: NotSent, now: datetime, done: Sent) -> None:
    if error.permanent:
        _mark(mail, state=REFUSED, trouble=str(error))
        done.refused += 1
    else:
        _mark(mail, next_at=now + wait(mail.tries), trouble=str(error))
        done.again += 1
    done.stopped = error.for_all


def wait(tries: int) -> timedelta:
    """1, 2, 4, 8, 15, 15 … minutes after the first, second … try."""
    return min(LONGEST_WAIT, FIRST_WAIT * (1 << min(tries - 1, 10)))


def _mark(mail: Mail, **words: object) -> None:
    """Only who holds it: one that was away too long has lost it to another."""
    mine = Mail.objects.filter(pk=mail.pk, holder=mail.holder, state=WAITING)
    if not mine.update(held_until=None, holder="", **words):
        logger.warning("a mail was held too long", outcome=str(words.get("state", "")))
