"""What does the list look like of those who were not asked, one by one?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from html import escape
from urllib.parse import urlencode

from smsgateway.asking.invitation import RIGHT_TIME, SOON
from smsgateway.asking.refusals import COUNTED_TO, Choice, Refusal
from smsgateway.asking.team.frame import (
    LONDON,
    REFUSED,
    Row,
    Visit,
    day_words,
    page,
    sentence,
    table,
)
from smsgateway.asking.team.overview import RefusedPage

WARD_CHARS = 32
PAGES = COUNTED_TO // RefusedPage.ROWS
_KINDS = {SOON: "First", RIGHT_TIME: "Weeks later", "": "None planned"}
_HEAD = ("When", "Ward", "Text", "Why", "Asked for in")


def choice_in(query: Mapping[str, str]) -> tuple[Choice, int]:
    """What the form, or a link, asks for, and which page; what is odd is left out."""
    try:
        day = date.fromisoformat(query.get("day", "")).isoformat()
    except ValueError:
        day = ""
    ward, why = query.get("ward", "")[:WARD_CHARS], query.get("why", "")[:WARD_CHARS]
    said = query.get("page", "1")
    number = int(said) if said.isascii() and said.isdecimal() and len(said) < 6 else 1
    return Choice(day, ward, why), min(max(number, 1), PAGES)


def refused_page(visit: Visit, refused: RefusedPage) -> str:
    body = (
        "<h1>Who was not asked</h1>\n"
        '<p class="lead">Each text that was not sent, and why. No number is kept with '
        "it; a clerk finds the person by the row of the file.</p>\n"
        f"{_form(refused)}\n{_listed(refused)}"
    )
    return page(visit, "Not asked", body)


# ── the choice ───────────────────────────────────────────────────────────────


def _form(refused: RefusedPage) -> str:
    choice = refused.choice
    whys = {why: sentence(words) for why, words in refused.reasons.items()}
    return (
        f'<form class="choices card" method="get" action="{REFUSED}">'
        '<div><label for="day">Day</label>'
        f'<input id="day" name="day" type="date" value="{escape(choice.day)}"></div>'
        f"{_select('ward', 'Ward', refused.wards, choice.ward, 'All wards')}"
        f"{_select('why', 'Reason', whys, choice.why, 'All reasons')}"
        '<button class="main">Show</button>'
        f'<a href="{REFUSED}">Show all</a></form>'
    )


def _select(
    name: str, label: str, options: Mapping[str, str], chosen: str, everything: str
) -> str:
    by_words = sorted(options.items(), key=lambda one: one[1].casefold())
    shown = "".join(
        f'<option value="{escape(code)}"{" selected" if code == chosen else ""}>'
        f"{escape(words)}</option>"
        for code, words in [("", everything), *by_words]
    )
    return (
        f'<div><label for="{name}">{label}</label>'
        f'<select id="{name}" name="{name}">{shown}</select></div>'
    )


# ── the list ─────────────────────────────────────────────────────────────────


def _listed(refused: RefusedPage) -> str:
    if not refused.listed:
        return '<p class="none">There is none.</p>'
    first = (refused.page - 1) * refused.ROWS + 1
    last = first + len(refused.listed) - 1
    is_more = refused.many >= COUNTED_TO
    many = f"more than {COUNTED_TO:,}" if is_more else f"{refused.many:,}"
    rows = [_row(refused, one) for one in refused.listed]
    told = table(f"{first:,} to {last:,} of {many}, the newest first", _HEAD, rows)
    return (
        '<section class="card" aria-labelledby="listed">'
        f'<h2 id="listed" class="unseen">The list</h2>{told}{_turn(refused)}</section>'
    )


def _row(refused: RefusedPage, one: Refusal) -> Row:
    ward = refused.wards.get(one.ward, one.ward) or "not one of ours"
    cells = (_when(one.at), ward, _text(one), _why(refused, one))
    place = f"row {one.row:,}" if one.row else "POST"
    return Row([escape(cell) for cell in (*cells, place)])


def _when(at: datetime) -> str:
    local = at.astimezone(LONDON)
    return f"{day_words(local.date())}, {local:%H:%M}"


def _text(one: Refusal) -> str:
    kind = _KINDS.get(one.kind, "Reminder")
    return f"{kind}, {one.survey}" if one.survey else kind


def _why(refused: RefusedPage, one: Refusal) -> str:
    words = sentence(refused.reasons.get(one.why, one.why))
    if not one.waited_for:
        return words
    waited_for = refused.reasons.get(one.waited_for, one.waited_for)
    return f"{words}. It had waited, because {waited_for}"


def _turn(refused: RefusedPage) -> str:
    links = []
    if refused.page > 1:
        links.append(_link(refused, refused.page - 1, "Newer ones"))
    if refused.page * refused.ROWS < refused.many:
        links.append(_link(refused, refused.page + 1, "Older ones"))
    inside = "".join(f"<li>{link}</li>" for link in links)
    return (
        f'<nav aria-label="More of the list"><ul class="turn">{inside}</ul></nav>'
        if links
        else ""
    )


def _link(refused: RefusedPage, number: int, words: str) -> str:
    choice = refused.choice
    given = {"day": choice.day, "ward": choice.ward, "why": choice.why}
    query = {name: value for name, value in given.items() if value}
    address = f"{REFUSED}?{urlencode({**query, 'page': number})}"
    return f'<a href="{escape(address)}">{words}</a>'
