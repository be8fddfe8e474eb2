"""How far has central come with this log, and what may be forgotten here?

Whatever is said here is said with two clocks, central's and this machine's, because
either may lie, and a row that is forgotten too early cannot refill a restored central.
An acknowledgement, or a fall, is as late as the later of the two says; a purge comes as
early as the earlier one says. So as long as one of them is right, no row goes that
central has had for less than KEEP_DAYS. A clock that is wrong only keeps rows longer.

Times are as `feedback/answer.py` writes them, so their order as texts is that in time.
"""

from __future__ import annotations

from sqlite3 import Connection

from feedback.answer import earlier, utc_moment

KEEP_DAYS = 30


def acknowledge(connection: Connection, have: int, now: str, here: str) -> None:
    """Central has everything up to `have`, at `now` of its clock and `here` of ours.

    What was said before was said no later than this. So a time far ahead, of a clock
    that was put right since, stops no purge for decades.
    """
    latest = max(_time(now), _time(here))
    connection.execute(
        "UPDATE watermark SET fell_at = "
        "CASE WHEN have > ? THEN ? ELSE min(fell_at, ?) END",
        (have, latest, latest),
    )
    set_have(connection, have)
    connection.execute("DELETE FROM acknowledged WHERE day >= ?", (latest[:10],))
    connection.execute(
        "INSERT INTO acknowledged (day, have) VALUES (?, ?)", (latest[:10], have)
    )


def set_have(connection: Connection, have: int) -> None:
    # What was acknowledged above it is no longer: it must not be purged.
    connection.execute("UPDATE watermark SET have = ?", (have,))
    connection.execute("UPDATE acknowledged SET have = min(have, ?)", (have,))


def purge(connection: Connection, now: str, here: str) -> int:
    """Delete what was acknowledged over 30 days ago; how many rows.

    Nothing is deleted for 30 days after `have` fell, so that the log can refill a
    restored central.
    """
    horizon = _horizon(min(_time(now), _time(here)))
    fell_at, purged_to = connection.execute(
        "SELECT fell_at, purged_to FROM watermark"
    ).fetchone()
    (old,) = connection.execute(
        "SELECT max(have) FROM acknowledged WHERE day < ?", (horizon[:10],)
    ).fetchone()
    if fell_at > horizon or old is None or old <= purged_to:
        return 0
    gone = connection.execute("DELETE FROM answers WHERE seq <= ?", (old,))
    connection.execute("UPDATE watermark SET purged_to = ?", (old,))
    connection.execute("DELETE FROM acknowledged WHERE day < ?", (horizon[:10],))
    return gone.rowcount


def _time(text: str) -> str:
    """ValueError for what is no time: nothing may look old by it."""
    utc_moment(text)
    return text


def _horizon(text: str) -> str:
    try:
        return earlier(text, KEEP_DAYS)
    except OverflowError:
        return ""  # a clock in the year 1: nothing is as old as that
