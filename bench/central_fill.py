"""How does a year of a whole hospital come into central's tables?

In `wardvoice-central shell`, before that central serves. One ward's answers go the
whole way, through the intake and what follows it; then they are copied to all the
others. What is printed, as JSON, is how many there are and the session of each ward's
manager: who logs in pays for a slow hash on purpose.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import groupby

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.utils import timezone
from nacl.public import PrivateKey

from bench.central_copies import LARGE, copied_device, copy_to_wards
from bench.central_hospital import SOURCE, Size, visits
from central.deriving import follow
from central.devices.models import Device
from central.intake.append import Kept, append
from central.keys import comment_private_keys
from central.people.models import Membership, User
from central.places.models import Ward
from central.surveys.published import offer_also, publish
from feedback.answer import WIRE_WORDS, Answer, Draft
from feedback.assets import assets_folder
from feedback.seal import seal
from feedback.wire import MAX_ANSWERS, pack, unpack

CHILDREN = "children-1.toml"
DEVICE = "5eed" * 8
AFTER_MIDNIGHT = timedelta(minutes=5)


def main(responses: int) -> None:
    size, now = Size(responses), timezone.now()
    yesterday = timezone.localdate(now) - timedelta(1)
    _in_haste(connection.vendor)
    fill(size, yesterday, now)
    _as_it_runs(connection.vendor)
    told = {"answers": answers(), "sessions": sessions(size.codes)}
    print(json.dumps({**told, "last": str(yesterday)}))


def fill(size: Size, last: date, now: datetime) -> None:
    """A year that ends with `last`. The first ward, and what it asks, are there."""
    text = (assets_folder() / "surveys" / CHILDREN).read_text(encoding="utf-8")
    offer_also(publish(text, CHILDREN, now).name)
    _places(size.codes)
    _device(DEVICE, SOURCE, now)
    _say(size, last, now)
    for place, code in enumerate(size.codes):
        _device(copied_device(DEVICE, place), code, now)
    copy_to_wards(size, DEVICE)


def answers() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM intake_answer")
        ((many,),) = cursor.fetchall()
    return int(many)


# ── places and people ────────────────────────────────────────────────────────


def _places(codes: Sequence[str]) -> None:
    """The source and the wards after the first, and a manager for each of these."""
    site = Ward.objects.get(code=codes[0]).site
    Ward.objects.bulk_create(
        Ward(code=one, site=site, name=one) for one in (SOURCE, *codes[1:])
    )
    User.objects.bulk_create(User(username=one, password="!") for one in codes)
    people = dict(User.objects.values_list("username", "id"))
    Membership.objects.bulk_create(
        Membership(user_id=people[one], ward_id=one) for one in codes
    )


def _device(id: str, ward: str, now: datetime) -> None:
    device = Device(id=id, public_key=id * 2, family=id, enrolled_at=now)
    device.last_heard = now
    if id != DEVICE:
        device.have = device.last = Device.objects.get(id=DEVICE).have
    device.save(force_insert=True)
    device.wards.set(Ward.objects.filter(code=ward))


def sessions(codes: Sequence[str]) -> list[str]:
    """The cookie of each ward's manager, as if they had logged in."""
    people = {one.username: one for one in User.objects.filter(username__in=codes)}
    keys = []
    for code in codes:
        session = SessionStore()
        session[SESSION_KEY] = str(people[code].pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = people[code].get_session_auth_hash()
        session.save()
        keys.append(str(session.session_key))
    return keys


# ── what one ward says ───────────────────────────────────────────────────────


def _say(size: Size, last: date, now: datetime) -> None:
    """A batch at the end of each day, as central takes it and follows it."""
    seq = 0
    by_day = groupby(visits(size, last, _seal), key=lambda visit: visit.began.date())
    for day, several in by_day:
        midnight = datetime.combine(day + timedelta(1), time(0)).astimezone()
        drafts = [draft for visit in several for draft in visit.drafts]
        for start in range(0, len(drafts), MAX_ANSWERS):
            part = drafts[start : start + MAX_ANSWERS]
            _append(seq + 1, part, midnight + AFTER_MIDNIGHT)
            seq += len(part)
    _append(seq + 1, [], now)
    follow(DEVICE)


def _append(first: int, drafts: Sequence[Draft], now: datetime) -> None:
    answers = [
        Answer(DEVICE, seq, *(getattr(draft, word) for word in WIRE_WORDS))
        for seq, draft in enumerate(drafts, first)
    ]
    body = pack(first, first + len(answers) - 1, answers, {"unsent": 0})
    outcome = append(DEVICE, unpack(body), now)
    assert isinstance(outcome, Kept), outcome
    assert not outcome.held, f"{outcome.held} answers cannot stand"


def _seal(text: str, response: str, question: str) -> str:
    name, private = next(iter(comment_private_keys().items()))
    public = bytes(PrivateKey(private).public_key)
    return seal(text, response, question, name, public)


# ── the database, as it is loaded and as it is read ──────────────────────────


def _in_haste(vendor: str) -> None:
    """Nobody misses what is lost here: the pages only read it."""
    if vendor == "sqlite":
        _run("PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF")
        _run("PRAGMA cache_size = -2000000")
    else:
        _run(*(f"ALTER TABLE {table} SET UNLOGGED" for table in LARGE))
        _run("SET work_mem = '256MB'", "SET maintenance_work_mem = '1GB'")


def _as_it_runs(vendor: str) -> None:
    """As the next start finds it; autovacuum would do the same within the hour."""
    if vendor == "sqlite":
        _run("PRAGMA journal_mode = WAL")
    else:
        _run("VACUUM (ANALYZE)", "CHECKPOINT")


def _run(*several: str) -> None:
    with connection.cursor() as cursor:
        for sql in several:
            cursor.execute(sql)
