"""How often may a password be tried, and who is never kept out by it?

    a name      5 in vain within five minutes, the gateway's pages' own rule
    an address  50 within five minutes: a hospital's browsers may share one

Nobody keeps a manager out by typing their name. Who comes from an address from which
nothing was tried in vain is let try, whatever others do elsewhere; so they wait only
after they were wrong themselves. A try that is refused is not kept, so who goes on
trying does not push the end away; and the five minutes end by themselves. A one-time
link of an administrator's lets a person in at once: to set a password by it forgets the
tries. What is left: somebody at the same address can keep others there waiting for as
long as they go on.

The tries are rows, so all workers count together and a start forgets none. Each is
written, and committed, before the password is looked at: of many that come at once each
sees those before it, and may at worst be refused for one that is refused as well.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from central.asker import address_of, keyed
from central.audit.writing import note
from central.logs import central_logger
from central.people.models import LoginTry, User

WINDOW = timedelta(minutes=5)
TRIES_A_NAME = 5
TRIES_AN_ADDRESS = 50
AT_THE_LOG_IN = "(at the log-in)"  # no user name has brackets

logger = central_logger()


def take_a_try(name: str, request: HttpRequest, now: datetime) -> LoginTry | None:
    """A try, or None when there were too many. `succeeded` where it was they."""
    mine = LoginTry.objects.create(
        name=_name(name), address=_address(request), at=now
    )  # written before anything is read
    over = Q(at__lte=now - WINDOW) | Q(at__gt=now + WINDOW)  # a clock was put right
    LoginTry.objects.filter(over).delete()
    here, named = _here(mine), _named(mine)
    too_many = here.count() > TRIES_AN_ADDRESS or (
        here.count() > 1 and named.count() > TRIES_A_NAME
    )
    if too_many:
        mine.delete()
        return None
    return mine


def succeeded(mine: LoginTry) -> None:
    """It was they: what was tried for this name from here counts no more."""
    LoginTry.objects.filter(name=mine.name, address=mine.address).delete()


def failed(mine: LoginTry, typed: str, now: datetime) -> None:
    """Write it down, once, when this was the last try that there was. What was typed is
    named only if it is somebody's name: it may be a password in the wrong place."""
    if _named(mine).filter(id__lte=mine.id).count() == TRIES_A_NAME:
        user = User.objects.filter(username=typed).first()
        _stopped(f"person {user.username}" if user else "a name of nobody's", now)
    if _here(mine).filter(id__lte=mine.id).count() == TRIES_AN_ADDRESS:
        _stopped("an address", now)


def let_in(user: User, request: HttpRequest) -> None:
    """They set a password by a one-time link: nothing of before keeps them out."""
    LoginTry.objects.filter(name=_name(user.username)).delete()
    LoginTry.objects.filter(address=_address(request)).delete()


@transaction.atomic
def _stopped(whom: str, now: datetime) -> None:
    logger.warning("log-ins stopped", kind=whom.partition(" ")[0])
    minutes = int(WINDOW.total_seconds()) // 60
    note(AT_THE_LOG_IN, f"stopped log-ins for {minutes} minutes", whom, now)


def _named(mine: LoginTry) -> QuerySet[LoginTry]:
    return LoginTry.objects.filter(name=mine.name)


def _here(mine: LoginTry) -> QuerySet[LoginTry]:
    return LoginTry.objects.filter(address=mine.address)


def _name(typed: str) -> str:
    return keyed(typed.strip().casefold(), "log-in name")


def _address(request: HttpRequest) -> str:
    return keyed(address_of(request), "log-in address")
