"""What does the log say of how the text line goes?

Asked by whoever looks at /health or /metrics, and left once a minute in the log's
notes, where the agent finds it for central. Figures and moments only.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from feedback.answer import utc_moment, utc_text
from feedback.log import SMS_STATUS, Log
from smsgateway.asking.caps import Cap, caps, to_tell
from smsgateway.counts import ASKED, ASKED_ANSWERED, day_of, told, with_lost
from smsgateway.desk import Desk
from smsgateway.gaps import Reconciled
from smsgateway.people import OPEN_FOR

logger = structlog.get_logger()

EVERY_S = 60.0
# A log line's `why`, and the label of the count: whatever is not here is "other".
WHYS = frozenset(
    "answered silent status signature content_type unreadable repeated_parameter "
    "not_ours message_sid too_large disconnected no_bundle no_ward too_busy deadline "
    "not_saved our_fault other".split()
)


@dataclass(slots=True)
class Traffic:
    """What came and went since the program started, and the last of it before."""

    texts: Counter[str] = field(default_factory=Counter)
    last_inbound: datetime | None = None
    last_reply: datetime | None = None

    def note(self, why: str, now: datetime) -> None:
        self.texts[why if why in WHYS else "other"] += 1
        if why in ("answered", "silent"):
            self.last_inbound = now
        if why == "answered":
            self.last_reply = now

    @property
    def deadline_misses(self) -> int:
        return self.texts["deadline"]


@dataclass(frozen=True, slots=True)
class Figures:
    """`reviews_waiting`: texts that may be opt-outs, and that nobody has looked at.
    `lost`: how many, and `lost_latest`: when the last of them was sent to us. `caps`:
    none where nobody is asked. `alerts_unsent`: of how many alerts staff were not told
    today, by the reason."""

    open_conversations: int
    opt_outs: int
    reviews_waiting: int
    lost: int
    lost_latest: datetime | None
    reconciled: Reconciled
    caps: tuple[Cap, ...] = ()
    alerts_unsent: Mapping[str, int] = field(default_factory=dict)


def read_figures(desk: Desk) -> Figures:
    lost = desk.gaps.lost()
    return Figures(
        open_conversations=_open_conversations(desk.log, desk.now()),
        opt_outs=desk.opt_outs.many(),
        reviews_waiting=desk.opt_outs.many_waiting(),
        lost=len(lost),
        lost_latest=utc_moment(lost[-1][0]) if lost else None,
        reconciled=desk.gaps.reconciled(),
        caps=caps(desk.asking.asker, desk.now()) if desk.asking else (),
        alerts_unsent=desk.counts.alerts_unsent(day_of(desk.now())),
    )


def _open_conversations(log: Log, now: datetime) -> int:
    sql = (
        "SELECT count(*) FROM sms_conversations "
        "WHERE since >= ? AND NOT json_extract(state, '$.ended')"
    )
    return _number(log, sql, utc_text(now - OPEN_FOR))


def _number(log: Log, sql: str, *values: str) -> int:
    return int(log.db.conn.execute(sql, values).fetchone()[0])


def warn_of_caps(desk: Desk) -> None:
    """A line in the log, once a day for each cap."""
    if desk.asking is None:
        return
    for cap in to_tell(desk.log, desk.asking.asker, desk.now()):
        logger.warning("a limit is near", cap=cap.name, percent=round(cap.share * 100))


# ── for the agent ────────────────────────────────────────────────────────────


def leave_status(desk: Desk, inbound: datetime | None, reply: datetime | None) -> None:
    """Write today's figures where the agent looks, if they are not there already."""
    now = desk.now()
    bundle = desk.bundles.current()
    by_keyword = [ward.code for ward in bundle.wards] if bundle else []
    asks = (ASKED, ASKED_ANSWERED) if desk.asking is not None else ()
    desk.counts.open_day([*desk.wards.values(), *by_keyword], now, asks)
    lost, state = desk.gaps.lost(), desk.gaps.reconciled()
    moments = {
        "last_inbound": inbound and utc_text(inbound),
        "last_reply": reply and utc_text(reply),
        "lost_latest": lost[-1][0] if lost else None,
        "reconciled_at": state.succeeded_at,
        "failing_since": state.failing_since,
    }
    known = {name: moment for name, moment in moments.items() if moment}
    days = with_lost(desk.counts.days(), lost, state.succeeded_at)
    # Without a success, how many are lost is not known, and not 0.
    count = {"lost": len(lost)} if lost or state.succeeded_at else {}
    count["reviews_waiting"] = desk.opt_outs.many_waiting()
    note = told(days, {**known, **count})
    if note != desk.log.note(SMS_STATUS):
        desk.log.set_note(SMS_STATUS, note)


def last_traffic(log: Log) -> Traffic:
    """When something last came and went, as it was left before this start."""
    try:
        said = json.loads(log.note(SMS_STATUS) or "{}")
        moments = [said.get(name) for name in ("last_inbound", "last_reply")]
        inbound, reply = (utc_moment(one) if one else None for one in moments)
    except (ValueError, AttributeError, TypeError):
        return Traffic()
    return Traffic(last_inbound=inbound, last_reply=reply)
