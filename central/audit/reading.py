"""How is it written down that somebody read what patients wrote?

Before the page is sent. A page that is opened again within a quarter of an hour, and
shows as many words, adds no row: a screen that is left open and reloads each minute
costs 96 rows a day at most, and a manager's morning a handful.

If it cannot be written (a full disk, a database that only reads) the page is shown all
the same, and central's log says so. Somebody who says that they want to die must be
seen on that day too: an unrecorded reading by one who may read is the smaller harm.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import Error as DatabaseTrouble
from django.db import transaction

from central.audit.models import Read
from central.logs import central_logger

QUARTER = timedelta(minutes=15)

logger = central_logger()


def note_reading(
    who: str,
    ward: str,
    page: str,
    days: tuple[date, date],
    words: int,
    now: datetime,
    chosen: str = "",
) -> None:
    """Who had so many words of this ward's page before them. Raises nothing."""
    row = {
        "quarter": now - (now - datetime.min.replace(tzinfo=now.tzinfo)) % QUARTER,
        "who": who,
        "ward": ward,
        "page": page,
        "first": days[0],
        "last": days[1],
        "chosen": chosen[:200],
        "words": words,
    }
    try:
        with transaction.atomic():
            if not Read.objects.filter(**row).exists():
                Read.objects.bulk_create([Read(at=now, **row)], ignore_conflicts=True)
    except DatabaseTrouble as error:
        logger.error("a reading is not written down", trouble=type(error).__name__)
