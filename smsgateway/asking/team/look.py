"""What does the page of the invitations look like: how many, what waits, what is wrong?

Wards stand in the order of their names. They differ in their patients and their days,
so nothing here puts one above another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from html import escape
from urllib.parse import urlencode

from smsgateway.asking.caps import ALERTS, DAY, MONTH, Cap
from smsgateway.asking.queue import Waiting
from smsgateway.asking.reasons import ALERTS_CAP, ALERTS_UNSENT, SAME_STAY
from smsgateway.asking.team.frame import (
    LONDON,
    REFUSED,
    Row,
    Visit,
    day_words,
    figure,
    long_day,
    many,
    moment,
    page,
    sentence,
    short_moment,
    table,
)
from smsgateway.asking.team.overview import DAYS, Overview, WardDay

_FIGURES: tuple[tuple[str, Callable[[WardDay], int | None]], ...] = (
    ("Sent", lambda day: day.sent),
    ("Delivered", lambda day: day.delivered),
    ("Answered", lambda day: day.answered),
    ("Opted out", lambda day: day.opted_out),
    ("Not sent", lambda day: sum(day.refused.values())),
)
_CAPS = {DAY: "Asking, today", MONTH: "Asking, this month", ALERTS: "Staff, today"}
_NAMES = tuple(name for name, _ in _FIGURES)


def overview_page(visit: Visit, overview: Overview) -> str:
    today = overview.at.astimezone(LONDON).date()
    body = (
        f'<h1>Invitations</h1>\n<p class="when">{moment(overview.at)}</p>\n'
        f"{_warnings(visit, overview)}\n"
        '<div class="columns">'
        f"{_today(overview, today)}\n{_caps(overview)}</div>\n"
        f"{_queue(overview)}\n{_wards(overview, today)}\n{_refused(overview)}"
    )
    return page(visit, "Invitations", body)


# ── what needs somebody ──────────────────────────────────────────────────────


def _warnings(visit: Visit, overview: Overview) -> str:
    said = [
        *(escape(_cap_words(cap)) for cap in overview.caps if cap.is_near),
        *map(escape, _alert_words(overview)),
        *([_unknown_words(overview.unknown)] if overview.unknown else ()),
        *(escape(words) for words in overview.warnings),
        *([_review_words(visit.reviews)] if visit.reviews else ()),
    ]
    if not said:
        return '<p class="well">Nothing needs you now.</p>'
    items = "".join(f"<li>{words}</li>" for words in said)
    return (
        '<section class="warn" aria-labelledby="warn"><h2 id="warn">To look at</h2>'
        f"<ul>{items}</ul></section>"
    )


def _alert_words(overview: Overview) -> Iterator[str]:
    for why, count in overview.alerts_unsent.items():
        words = f"the day's limit of {overview.alerts_daily:,} was used up"
        if why != ALERTS_CAP:
            words = ALERTS_UNSENT.get(why, why)
        were = "alert to staff did" if count == 1 else "alerts to staff did"
        yield f"{count:,} {were} not reach them today: {words}."


def _cap_words(cap: Cap) -> str:
    if cap.name == ALERTS:
        if cap.used >= cap.most:
            left = "No more is sent to staff until it is over"
            return f"Today's limit of alerts to staff is reached: {_used(cap)}. {left}."
        return f"Today's limit of alerts to staff is near: {_used(cap)}."
    when = "Today's" if cap.name == DAY else "This month's"
    if cap.used >= cap.most:
        left = "No invitation is sent until it is over"
        return f"{when} limit is reached: {_used(cap)}. {left}."
    return f"{when} limit is near: {_used(cap)}."


def _unknown_words(count: int) -> str:
    """Sends without an answer: they may have happened, so they are not repeated."""
    if count == 1:
        return (
            "Of 1 text nobody knows whether it went out. It is looked up, and not sent "
            "again until then."
        )
    return (
        f"Of {count:,} texts nobody knows whether they went out. They are looked up, "
        "and not sent again until then."
    )


def _review_words(count: int) -> str:
    link = '<a href="/team/reviews">'
    if count == 1:
        return (
            f"{link}1 text may be an opt-out</a>. Until somebody has looked at it, "
            "nothing is sent to who wrote it."
        )
    return (
        f"{link}{count:,} texts may be opt-outs</a>. Until somebody has looked at "
        "them, nothing is sent to who wrote them."
    )


# ── today ────────────────────────────────────────────────────────────────────


def _today(overview: Overview, today: date) -> str:
    days = [day for day in overview.days if day.day == today]
    figures = "".join(
        f"<div><dt>{name}</dt><dd>{figure(_sum(take(day) for day in days))}</dd></div>"
        for name, take in _FIGURES
    )
    return (
        '<section class="card" aria-labelledby="today"><h2 id="today">Today so far</h2>'
        f'<dl class="figures">{figures}</dl></section>'
    )


def _caps(overview: Overview) -> str:
    known = long_day(overview.holidays_known_to)
    meters = "".join(_meter(cap) for cap in overview.caps)
    return (
        '<section class="card" aria-labelledby="caps"><h2 id="caps">Limits</h2>'
        f'{meters}<p class="note">Bank holidays are known to {known}.</p></section>'
    )


def _meter(cap: Cap) -> str:
    name = _CAPS[cap.name]
    most = float(cap.most)
    return (
        f'<div class="cap"><p id="cap-{cap.name}"><b>{name}</b> {_used(cap)}</p>'
        f'<meter aria-labelledby="cap-{cap.name}" min="0" max="{most:g}" '
        f'high="{most * cap.warn_at:g}" value="{float(cap.used):g}"></meter></div>'
    )


def _used(cap: Cap) -> str:
    share = f"{cap.used / cap.most:.0%}" if cap.most else "none allowed"
    if cap.name == DAY:
        return f"{cap.used:,} of {cap.most:,} segments ({share})"
    if cap.name == ALERTS:
        return f"{cap.used:,} of {cap.most:,} alerts ({share})"
    return f"£{cap.used / 100:,.2f} of £{cap.most / 100:,.2f} ({share})"


def _queue(overview: Overview) -> str:
    rows = [_waiting_row(one, overview) for one in _in_order(overview)]
    total = many(sum(one.count for one in overview.waiting), "invitation")
    told = (
        table(f"{total} waiting", ("Ward", "How many", "Why", "Not before"), rows)
        if rows
        else '<p class="none">Nothing waits.</p>'
    )
    return (
        '<section class="card" aria-labelledby="queue">'
        f'<h2 id="queue">Waiting to be sent</h2>{told}</section>'
    )


def _in_order(overview: Overview) -> list[Waiting]:
    def key(one: Waiting) -> tuple[str, str]:
        return _name(overview, one.ward).casefold(), _why(overview, one.why)

    return sorted(overview.waiting, key=key)


def _waiting_row(one: Waiting, overview: Overview) -> Row:
    is_now = one.until <= overview.at
    until = "now" if is_now else short_moment(one.until, overview.at)
    cells = (
        _name(overview, one.ward),
        f"{one.count:,}",
        _why(overview, one.why),
        until,
    )
    return Row([escape(cell) for cell in cells])


# ── the last days ────────────────────────────────────────────────────────────


def _wards(overview: Overview, today: date) -> str:
    codes = sorted(overview.wards, key=lambda code: _name(overview, code).casefold())
    rows = [_figures_row(_name(overview, code), _of(overview, code)) for code in codes]
    rows.append(_figures_row("All wards", overview.days, is_total=True))
    days = [today - timedelta(days=back) for back in range(DAYS)]
    each = "".join(_day_by_day(overview, code, days) for code in codes)
    return (
        '<section class="card" aria-labelledby="wards">'
        f'<h2 id="wards">By ward, the last {DAYS} days</h2>'
        f"{table('All days together', ('Ward', *_NAMES), rows, 'even')}"
        f"<h3>Day by day</h3>{each}"
        '<p class="note">Each is counted on the day on which it happened, so an answer '
        "may stand below a later day than its invitation. A dash: no figures for that "
        "day, which is not the same as none.</p></section>"
    )


def _day_by_day(overview: Overview, code: str, days: list[date]) -> str:
    found = {day.day: day for day in _of(overview, code)}
    rows = [
        _figures_row(day_words(day), [found[day]] if day in found else [])
        for day in days
    ]
    name = escape(_name(overview, code))
    inside = table(f"{_name(overview, code)}, by day", ("Day", *_NAMES), rows, "even")
    return f"<details><summary>{name}</summary>{inside}</details>"


def _figures_row(name: str, days: Iterable[WardDay], is_total: bool = False) -> Row:
    found = list(days)
    figures = [_sum(take(day) for day in found) for _, take in _FIGURES]
    return Row([escape(name), *map(figure, figures)], is_total)


def _refused(overview: Overview) -> str:
    counts: dict[str, int] = {}
    for day in overview.days:
        for why, count in day.refused.items():
            counts[why] = counts.get(why, 0) + count
    # In the order of the closed list; what is not on it is not hidden.
    known = [why for why in overview.reasons if counts.get(why)]
    rest = sorted(why for why in counts if why not in overview.reasons)
    rows = [
        Row([_to_list(why, _why(overview, why)), f"{counts[why]:,}"])
        for why in known + rest
    ]
    told = (
        table(f"The last {DAYS} days, all wards", ("Reason", "Invitations"), rows)
        if rows
        else '<p class="none">None was refused.</p>'
    )
    if again := sum(day.again for day in overview.days):
        link = _to_list(SAME_STAY, "About a stay that was asked about before")
        told += f'<p class="note">{link}, as when a file is sent twice: {again:,}</p>'
    told += f'<p class="note"><a href="{REFUSED}">Each of them by itself</a></p>'
    return (
        '<section class="card" aria-labelledby="refused">'
        f'<h2 id="refused">Not sent, and why</h2>{told}</section>'
    )


def _to_list(why: str, words: str) -> str:
    return f'<a href="{REFUSED}?{urlencode({"why": why})}">{escape(words)}</a>'


def _of(overview: Overview, code: str) -> Iterator[WardDay]:
    return (day for day in overview.days if day.ward == code)


def _name(overview: Overview, code: str) -> str:
    return overview.wards.get(code, code)


def _why(overview: Overview, why: str) -> str:
    return sentence(overview.reasons.get(why, why))


def _sum(counts: Iterable[int | None]) -> int | None:
    """Of what is known; None where nothing is."""
    known = [count for count in counts if count is not None]
    return sum(known) if known else None
