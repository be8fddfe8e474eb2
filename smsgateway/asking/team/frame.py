"""What do all the team's pages have in common?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import escape
from pathlib import Path
from string import Template
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
STATIC = Path(__file__).resolve().parent / "static"
ROOT, REFUSED = "/team/", "/team/refused"
PAGES = {
    ROOT: "Invitations",
    REFUSED: "Not asked",
    "/team/reviews": "Reviews",
    "/team/exclusions": "Exclusions",
    "/team/texts": "Our texts",
}
LOGIN, LOGOUT = "/team/login", "/team/logout"

_FRAME = Template((STATIC / "frame.html").read_text(encoding="utf-8"))
_FOOT = (
    "No phone number is shown on these pages. Please do not copy patients' words "
    "anywhere else."
)


@dataclass(frozen=True, slots=True)
class Visit:
    """Who looks, at which page. `said`: what came of what they last did. `reviews`:
    how many texts wait to be looked at."""

    path: str
    name: str
    reviews: int
    said: str = ""


def page(visit: Visit, title: str, body: str) -> str:
    """The whole page of somebody who is logged in. `body` is HTML."""
    account = (
        f'<form class="account" method="post" action="{LOGOUT}">'
        f"<span>{escape(visit.name)}</span> <button>Log out</button></form>"
    )
    said = f'<p class="said" role="status">{escape(visit.said)}</p>\n'
    return _FRAME.substitute(
        title=escape(title),
        account=account,
        nav=_nav(visit),
        body=(said if visit.said else "") + body,
        foot=_FOOT,
    )


def outer_page(title: str, body: str) -> str:
    """A page for somebody who is not logged in."""
    return _FRAME.substitute(
        title=escape(title), account="", nav="", body=body, foot=""
    )


def plain_page(title: str, words: str) -> str:
    """Nothing but a sentence, and the way back."""
    return outer_page(
        title,
        f'<h1>{escape(title)}</h1><p class="lead">{escape(words)}</p>'
        f'<p><a href="{ROOT}">Back to the first page</a></p>',
    )


def trouble(words: str, field: str) -> str:
    """What is wrong with what was typed, before all else on the page."""
    return (
        '<div class="trouble" role="alert"><h2>There is a problem</h2>'
        f'<p><a href="#{field}">{escape(words)}</a></p></div>'
    )


def _nav(visit: Visit) -> str:
    def link(path: str, name: str) -> str:
        here = ' aria-current="page"' if path == visit.path else ""
        many = ""
        if name == "Reviews" and visit.reviews:
            many = f' <span class="many">{visit.reviews}</span>'
            many += '<span class="unseen"> waiting</span>'
        return f'<li><a href="{path}"{here}>{name}{many}</a></li>'

    links = "".join(link(path, name) for path, name in PAGES.items())
    return f'<nav class="nav" aria-label="Pages"><ul class="inside">{links}</ul></nav>'


# ── tables ───────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Row:
    """`cells` are HTML; the first names the row."""

    cells: Sequence[str]
    is_total: bool = False


def table(
    caption: str, head: Sequence[str], rows: Iterable[Row], kind: str = ""
) -> str:
    """On a narrow page each row becomes a card, which would take a table's roles from
    it; so they are said. `kind`: `even` where all cells are short figures."""
    cells = "".join(
        f'<th role="columnheader" scope="col">{escape(name)}</th>' for name in head
    )
    body = "\n".join(_row(head, row) for row in rows)
    return (
        f'<table role="table" class="{kind}"><caption>{escape(caption)}</caption>'
        f'<thead role="rowgroup"><tr role="row">{cells}</tr></thead>'
        f'<tbody role="rowgroup">{body}</tbody></table>'
    )


def _row(head: Sequence[str], row: Row) -> str:
    first, *rest = row.cells
    cells = "".join(
        f'<td role="cell" data-label="{escape(name)}">{cell}</td>'
        for name, cell in zip(head[1:], rest, strict=True)
    )
    kind = ' class="total"' if row.is_total else ""
    name = f'<th role="rowheader" scope="row">{first}</th>'
    return f'<tr role="row"{kind}>{name}{cells}</tr>'


# ── figures and times ────────────────────────────────────────────────────────


def figure(count: int | None) -> str:
    if count is None:
        return '<span aria-hidden="true">–</span><span class="unseen">not known</span>'
    return f"{count:,}"


def many(count: int, one: str, more: str = "") -> str:
    """`2 texts`."""
    return f"{count:,} {one if count == 1 else more or f'{one}s'}"


def sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def day_words(day: date) -> str:
    return f"{day:%a %-d %b}"


def long_day(day: date) -> str:
    return f"{day:%A %-d %B %Y}"


def moment(at: datetime) -> str:
    """The local day and time, as HTML."""
    local = at.astimezone(LONDON)
    iso = local.isoformat(timespec="minutes")
    return f'<time datetime="{iso}">{local:%A %-d %B %Y, %H:%M}</time>'


def short_moment(at: datetime, now: datetime) -> str:
    """The time, with the day unless it is today's."""
    local = at.astimezone(LONDON)
    day = "today" if local.date() == now.astimezone(LONDON).date() else ""
    return f"{day or day_words(local.date())}, {local:%H:%M}"
