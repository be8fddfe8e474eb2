"""How often may a code be tried?

A code is 40 bits. With 100,000 codes out and all the tries that are allowed here, day
and night, a guesser finds somebody's answers once in ten years. Who floods the page can
keep others from it while they do, and it says so: that is the price.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.http import HttpRequest

from central.asker import address_of, keyed
from central.receipts.models import Try

WINDOW = timedelta(hours=1)
TRIES_AN_ADDRESS = 10
TRIES_IN_ALL = 100


@transaction.atomic
def take_a_try(who: str, now: datetime) -> Try | None:
    """A try, or None when there were too many. `give_back` it for a right code."""
    mine = Try.objects.create(who=who, at=now)  # written before anything is read
    Try.objects.filter(at__lte=now - WINDOW).delete()
    tries = Try.objects.all()
    over = tries.count() > TRIES_IN_ALL
    if over or tries.filter(who=who).count() > TRIES_AN_ADDRESS:
        mine.delete()  # who goes on trying does not push the end of the hour away
        return None
    return mine


def give_back(mine: Try) -> None:
    Try.objects.filter(id=mine.id).delete()


def who_asks(request: HttpRequest) -> str:
    """A keyed hash of the address."""
    return keyed(address_of(request), "receipts")
