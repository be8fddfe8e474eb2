"""What is done each minute, and by hand?

Each server's worker looks every minute: is it morning, is everything planned, does
something wait? All that is known stands in the rows, so it does not matter which worker
looks, how many there are, or whether central was down at the hour itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler
from django.conf import settings
from django.db import close_old_connections, connection
from django.utils import timezone

from central.logs import central_logger
from central.morning import post
from central.morning.mailing import write
from central.morning.picture import with_mail
from central.morning.post import Clock, Sent
from central.morning.readers import administrators, readers_of, unread
from central.morning.times import WORTH, morning_at
from central.settings.mail import domain_of
from central.summaries.times import ZONE

LOOK_S = 60

logger = central_logger()


@dataclass(slots=True)
class Done:
    """One round: what was planned and sent, and the wards that nobody reads."""

    planned: int = 0
    sent: Sent = field(default_factory=Sent)
    unread: tuple[str, ...] = ()


def look(clock: Clock) -> Done:
    """Plan this morning's mails if it is morning; send what waits."""
    now, done = clock(), Done()
    late = post.give_up(now)
    if morning := morning_at(now, settings.CENTRAL.mail.hour):
        done.planned, done.unread = _plan(morning.day, now, morning.until)
        _plan_for_administrators(morning.day, now, morning.by, morning.until)
    done.sent = post.send_waiting(post.way_out(), write, clock)
    _tell(done, late)
    return done


def by_hand(day: date, clock: Clock, *, again: bool = False) -> Done:
    """The mails of one day, now, at whatever hour; `again`: those that were refused or
    came too late as well. What was sent is not sent twice."""
    now, done = clock(), Done()
    until = now + WORTH
    post.give_up(now)  # what nobody was there to give up
    done.planned, done.unread = _plan(day, now, until)
    if day == yesterday(now):  # they are told how it is now
        _plan_for_administrators(day, now, now, until)
    if again:
        post.ask_again(day, now, until)
    done.sent = post.send_waiting(post.way_out(), write, clock, day)
    _tell(done, 0)
    return done


def yesterday(now: datetime) -> date:
    return now.astimezone(ZONE).date() - timedelta(1)


def _plan(day: date, now: datetime, until: datetime) -> tuple[int, tuple[str, ...]]:
    several = readers_of(with_mail(day), now.astimezone(ZONE).date())
    planned = post.plan(day, several, now, until, domain_of(settings.CENTRAL.mail))
    return planned, tuple(one.ward.code for one in unread(several))


def _plan_for_administrators(
    day: date, now: datetime, at: datetime, until: datetime
) -> None:
    domain = domain_of(settings.CENTRAL.mail)
    post.plan_for_administrators(day, administrators(), now, at, until, domain)


def _tell(done: Done, late: int) -> None:
    """A line where something happened, without anybody's name."""
    sent = done.sent
    if done.planned:
        logger.info("morning mails", count=done.planned, wards=len(done.unread))
        for ward in done.unread:
            logger.warning("a ward's mail has no reader", wards=ward)
    if sent.sent:
        logger.info("mails sent", count=sent.sent)
    if sent.again or sent.refused or late:
        logger.warning(
            "mails not sent", count=sent.again + sent.refused + late,
            trouble=f"refused {sent.refused}, to be tried again {sent.again}, "
            f"too late {late}",
        )  # fmt: skip


def start(clock: Clock = timezone.now, every_s: float = LOOK_S) -> BackgroundScheduler:
    """Look at once, and each minute. A round that takes longer is not begun twice."""
    scheduler = BackgroundScheduler(timezone=UTC)
    scheduler.add_job(
        lambda: _guarded(clock),
        "interval",
        seconds=every_s,
        id="morning",
        max_instances=1,
        coalesce=True,
        misfire_grace_time=None,
        next_run_time=datetime.now(UTC),
    )
    scheduler.start()
    return scheduler


def _guarded(clock: Clock) -> None:
    """Whatever goes wrong in one round, the next one comes."""
    close_old_connections()
    try:
        look(clock)
    except Exception as error:  # noqa: BLE001, and it is written down
        logger.error("no morning mail", trouble=type(error).__name__)
    finally:
        connection.close()
