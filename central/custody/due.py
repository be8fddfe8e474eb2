"""When were the keys last rehearsed, and is it time again?

Two offline copies, each rehearsed within the year with every comment key that devices
use. Anything less is said, in words that say what to do.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.timezone import localdate

from central.comments.models import OPENED, Comment
from central.custody.models import Proof, Rehearsal
from central.custody.proof import STALE, host
from central.keys import KeysError, online_keys

YEAR = timedelta(days=366)
COPIES = 2
RUN = "wardvoice-central keys rehearse FOLDER"


@dataclass(frozen=True, slots=True)
class Drill:
    """`last`: the day on which a copy was last found whole; None for never. `words`:
    why it is time again, "" when it is not."""

    last: date | None
    words: str

    @property
    def is_due(self) -> bool:
        return bool(self.words)


def drill(now: datetime) -> Drill:
    """How it stands with the yearly drill."""
    whole = Rehearsal.objects.filter(missing="").first()
    if whole is None:
        return Drill(None, f"The keys were never rehearsed: {RUN}.")
    last = f"The keys were last rehearsed on {_day(whole.at)} ({whole.copy})"
    if now - whole.at > YEAR:
        return Drill(localdate(whole.at), f"{last}: overdue. {RUN}.")
    try:
        wanted = frozenset(online_keys().keys.comment_keys)
    except KeysError:
        return Drill(
            localdate(whole.at), f"{last}; the server's own keys are not in order."
        )
    return Drill(localdate(whole.at), _lacking(last, wanted, now))


def _lacking(last: str, wanted: Collection[str], now: datetime) -> str:
    newest: dict[str, Rehearsal] = {}
    for one in Rehearsal.objects.filter(at__gte=now - YEAR):
        newest.setdefault(one.copy, one)
    if bad := [one for one in newest.values() if one.missing]:
        return (
            f"{last}. A copy is not whole ({bad[0].copy}): {bad[0].missing}. Bring it "
            "up to date and rehearse it again: wardvoice-central keys copy FOLDER. If "
            "it is no more, rehearse the one in its place by its name: "
            f'--name "{bad[0].copy}".'
        )
    whole = [one for one in newest.values() if set(wanted) <= set(one.keys.split())]
    if len(whole) >= COPIES:
        return ""
    seen = {key for one in newest.values() for key in one.keys.split()}
    if lacking := sorted(set(wanted) - seen):
        return f"{last}, but not the comment key {', '.join(lacking)}: {RUN}."
    return (
        f"{last}: {len(whole)} of {COPIES} copies within the year, with every comment "
        f"key. The other one too: {RUN}."
    )


def notices(now: datetime) -> list[str]:
    """What an administrator must know of keys today, the worst first."""
    found = [
        f"Comments cannot be opened on {one.host}: {one.trouble}. They are kept, and "
        "open when the key is back."
        for one in Proof.objects.exclude(trouble="").order_by("host")
    ]
    proof = Proof.objects.filter(host=host()).first()
    if proof is None or now - proof.tested_at >= STALE:
        found.append(
            "No test comment was opened today: nobody knows whether comments open."
        )
    if closed := Comment.objects.exclude(trouble=OPENED).count():
        found.append(f"{closed:,} comment{'s' * (closed > 1)} could not be opened. See "
                     "“Comments that could not be opened”.")  # fmt: skip
    if words := drill(now).words:
        found.append(words)
    return found


def _day(at: datetime) -> str:
    day = localdate(at)
    return f"{day.day} {day:%B %Y}"
