"""What do the lists look like: texts that may be opt-outs, and who is never asked?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from smsgateway.asking.team.frame import (
    Row,
    Visit,
    long_day,
    many,
    moment,
    page,
    table,
    trouble,
)
from smsgateway.asking.team.overview import EXCLUSIONS, Excluded
from smsgateway.opt_outs import NOT_MEANT, STOPPED, Decided, Review

DECIDED_SHOWN = 20
_DECISIONS = {STOPPED: "A stop", NOT_MEANT: "Not meant"}
SHOWN = 50  # the rest come up when these are done
NUMBER_CHARS = 40

# ── reviews ──────────────────────────────────────────────────────────────────


def reviews_page(
    visit: Visit, waiting: Sequence[Review], decided: Sequence[Decided] = ()
) -> str:
    shown = "\n".join(_review(one) for one in waiting[:SHOWN])
    rest = len(waiting) - SHOWN
    more = f'<p class="note">And {many(rest, "more", "more")}.</p>' if rest > 0 else ""
    told = (
        f'<ol class="reviews">{shown}</ol>{more}'
        if waiting
        else '<p class="well">No text waits to be looked at.</p>'
    )
    body = (
        "<h1>Texts that may be opt-outs</h1>\n"
        '<p class="lead">Somebody wrote this and may want no more texts. Until you '
        "decide, nothing is sent to them. Either way the words are deleted then.</p>\n"
        f"{told}\n{_decided(decided)}"
    )
    return page(visit, "Reviews", body)


def _decided(decided: Sequence[Decided]) -> str:
    if not decided:
        return ""
    rows = [
        Row([moment(one.at), _DECISIONS.get(one.decision, ""), escape(_who(one.who))])
        for one in decided
    ]
    told = table("The latest ones", ("When", "Decision", "By"), rows)
    return (
        '<section class="card" aria-labelledby="decided">'
        f'<h2 id="decided">Decided</h2>{told}</section>'
    )


def _who(who: str) -> str:
    return who or "who wrote it: they texted START"


def _review(one: Review) -> str:
    number = f'<input type="hidden" name="review" value="{one.id}">'
    words = (
        f'<p class="words" dir="auto">{escape(one.words)}</p>'
        if one.words is not None
        else '<p class="closed">These words cannot be opened with the key that the '
        "gateway has now. Nobody can have read them, so they can only be a stop.</p>"
    )
    go = (
        _button(NOT_MEANT, "Not meant: texts may be sent", one.id)
        if one.words is not None
        else ""
    )
    return (
        f'<li class="card"><p class="when">{moment(one.at)}</p>{words}'
        f'<form method="post" action="/team/reviews">{number}'
        f"{_button(STOPPED, 'Stop: never text them again', one.id)}{go}</form></li>"
    )


def _button(decision: str, words: str, review: int) -> str:
    kind = "main" if decision == STOPPED else "plain"
    return (
        f'<button class="{kind}" name="decision" value="{decision}">{words}'
        f'<span class="unseen"> (text {review})</span></button>'
    )


# ── exclusions ───────────────────────────────────────────────────────────────

ADD, REMOVE = "add", "remove"


def exclusions_page(
    visit: Visit,
    excluded: Sequence[Excluded],
    wrong: str = "",
    field: str = ADD,
    reason: str = "",
) -> str:
    """`wrong`: words for what was typed into the form `field`. What was typed is not
    shown again, but the `reason` is."""
    title = "Exclusions"
    body = (
        f"{trouble(wrong, f'number-{field}') if wrong else ''}"
        "<h1>Who is never asked</h1>\n"
        '<p class="lead">Invitations are not sent to a number on this list. The number '
        "itself is not kept, only a mark by which it is known again.</p>\n"
        '<div class="columns">'
        f"{_add(wrong if field == ADD else '', reason)}\n"
        f"{_remove(wrong if field == REMOVE else '')}</div>\n{_listed(excluded)}"
    )
    return page(visit, f"Error: {title}" if wrong else title, body)


def _add(wrong: str, reason: str) -> str:
    radios = "".join(
        f'<label class="radio"><input type="radio" name="reason" value="{code}" '
        f"required{' checked' if code == reason else ''}> {words}</label>"
        for code, words in EXCLUSIONS.items()
    )
    return (
        '<section class="card" aria-labelledby="h-add">'
        '<h2 id="h-add">Put a number on the list</h2>'
        '<form method="post" action="/team/exclusions">'
        f"{_number(ADD, wrong)}<fieldset><legend>Why</legend>{radios}</fieldset>"
        f'<button class="main" name="do" value="{ADD}">Put on the list</button>'
        "</form></section>"
    )


def _remove(wrong: str) -> str:
    return (
        '<section class="card" aria-labelledby="h-remove">'
        '<h2 id="h-remove">Take a number off the list</h2>'
        "<p>Type the number again: the list does not hold it.</p>"
        '<form method="post" action="/team/exclusions">'
        f"{_number(REMOVE, wrong)}"
        f'<button class="plain" name="do" value="{REMOVE}">Take off the list</button>'
        "</form></section>"
    )


def _number(field: str, wrong: str) -> str:
    name = f"number-{field}"
    told = f' aria-invalid="true" aria-describedby="wrong-{field}"' if wrong else ""
    words = f'<p class="wrong" id="wrong-{field}">{escape(wrong)}</p>' if wrong else ""
    return (
        f'<label for="{name}">Mobile number</label>{words}'
        f'<input id="{name}" name="number" type="tel" inputmode="tel" required '
        f'maxlength="{NUMBER_CHARS}" autocomplete="off"{told}>'
    )


def _listed(excluded: Sequence[Excluded]) -> str:
    newest = sorted(excluded, key=lambda one: (-one.day.toordinal(), _words(one)))
    rows = [
        Row(
            [
                long_day(one.day),
                escape(_words(one)),
                escape(one.who or "a file"),
                f"{one.count:,}",
            ]
        )
        for one in newest
    ]
    total = many(sum(one.count for one in excluded), "number")
    told = (
        table(
            f"{total}, by day, reason and who put it there",
            ("Day", "Reason", "By", "Numbers"),
            rows,
        )
        if rows
        else '<p class="none">Nobody is on the list.</p>'
    )
    return (
        '<section class="card" aria-labelledby="listed">'
        f'<h2 id="listed">On the list</h2>{told}</section>'
    )


def _words(one: Excluded, known: Mapping[str, str] = EXCLUSIONS) -> str:
    return known.get(one.reason, one.reason)
