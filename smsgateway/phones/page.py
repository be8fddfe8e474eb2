"""What does the page of the simulated phones look like?

One page, made here alone. With the script it is fetched again and again, and only what
differs is changed; without one, every button is a form that brings it back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from html import escape
from pathlib import Path
from string import Template
from typing import TypeVar
from zoneinfo import ZoneInfo

from smsgateway.phones.carrier import Carrier
from smsgateway.phones.outage import (
    LATE_CHOICES_S,
    REST_LABELS,
    WEBHOOK_LABELS,
    Outage,
)
from smsgateway.phones.threads import (
    MINE,
    NOTE,
    NUMBERS,
    SHOWN_AT_FIRST,
    THEIRS,
    Bubble,
    Phone,
    Thread,
    Tick,
)

TEXT_CHARS = 1_600  # Twilio takes no longer one
LONDON = ZoneInfo("Europe/London")

STATIC = Path(__file__).resolve().parent / "static"


def _template(name: str) -> Template:
    return Template((STATIC / f"{name}.html").read_text(encoding="utf-8"))


_PAGE, _PHONE = _template("page"), _template("phone")

_SPEAKER = {MINE: "You", THEIRS: "The ward's line"}
_TICKS = {
    Tick.SENT: ("✓", "Sent to the phone company"),
    Tick.WAITING: ("✓", "Sent, waits at the phone company"),
    Tick.DELIVERED: ("✓✓", "Delivered to the gateway"),
    Tick.ANSWERED: ("✓✓", "Answered"),
    Tick.LISTED: ("✓✓", "Found by the gateway in the phone company's list"),
    Tick.KEPT: ("✓", "Answered by the phone company, not passed on"),
    Tick.LOST: ("✗", "Sent, not delivered to the gateway"),
}


def phones_page(carrier: Carrier, wards: Mapping[str, str]) -> str:
    """The whole page. `wards`: our numbers, and what their wards are called."""
    now = carrier.clock().astimezone(LONDON)
    outage = carrier.outage
    shown = carrier.phones[: carrier.shown]
    phones = (
        _phone(place, phone, wards, now) for place, phone in enumerate(shown, start=1)
    )
    return _PAGE.substitute(
        phones="\n".join(phones),
        state="on" if outage.is_on else "off",
        sentence=escape(outage.in_words()),
        webhooks=_buttons("webhooks", WEBHOOK_LABELS, outage.webhooks),
        rest=_buttons("rest", REST_LABELS, outage.rest),
        late=_late(outage),
        now=f"{now:%a %-d %B %Y, %H:%M}",
        moment=now.isoformat(timespec="minutes"),
        ahead=_ahead(carrier.clock.ahead),
        whose=_whose_clock(carrier),
        more=min(carrier.shown + 1, len(NUMBERS)),
        fewer=max(carrier.shown - 1, SHOWN_AT_FIRST),
    )


# ── one phone ────────────────────────────────────────────────────────────────


def _phone(place: int, phone: Phone, wards: Mapping[str, str], now: datetime) -> str:
    thread = phone.open
    line = list(wards).index(thread.line) + 1
    return _PHONE.substitute(
        phone=place,
        line=line,
        number=escape(spaced(phone.number)),
        time=f"{now:%H:%M}",
        choice=_choice(place, phone, wards),
        ward=escape(wards[thread.line]),
        bubbles="\n".join(_items(place, line, thread)),
        stopped=_STOPPED if thread.stopped else "",
        chars=TEXT_CHARS,
    )


_STOPPED = '<p class="stopped">This phone has said STOP. START lets texts in again.</p>'


def _choice(place: int, phone: Phone, wards: Mapping[str, str]) -> str:
    """Which of the wards' lines this phone texts; no choice where there is one."""
    if len(wards) == 1:
        (number, ward), *_ = wards.items()
        return f'<p class="to">To <b>{escape(ward)}</b> {escape(spaced(number))}</p>'
    options = (
        _option(n, _line_label(phone.threads[number], ward), number == phone.open.line)
        for n, (number, ward) in enumerate(wards.items(), 1)
    )
    return (
        '<form class="to" method="post" action="/line">'
        f'<input type="hidden" name="phone" value="{place}">'
        f'<label class="unseen" for="line-{place}">Phone {place} texts to</label>'
        f'<select id="line-{place}" name="line">{"".join(options)}</select> '
        '<button class="plain">Show</button></form>'
    )


def _line_label(thread: Thread, ward: str) -> str:
    new = f" ({thread.unread} new)" if thread.unread else ""
    return f"To {ward} · {spaced(thread.line)}{new}"


def _items(place: int, line: int, thread: Thread) -> Iterator[str]:
    """The oldest first, and the day wherever it changes."""
    day = ""
    if not thread.bubbles:
        yield '<li class="empty">No texts yet. Say hello.</li>'
    for bubble in thread.bubbles:
        at = bubble.at.astimezone(LONDON)
        name = f"b-{place}-{line}-{bubble.serial}"
        if f"{at:%A %-d %B}" != day:
            day = f"{at:%A %-d %B}"
            yield f'<li class="day" id="{name}-day">{day}</li>'
        yield _bubble(name, bubble, at)


def _bubble(name: str, bubble: Bubble, at: datetime) -> str:
    words = escape(bubble.words)
    if bubble.kind == NOTE:
        return f'<li class="note" id="{name}">{words}</li>'
    return (
        f'<li class="{bubble.kind}" id="{name}">'
        f'<span class="unseen">{_SPEAKER[bubble.kind]}: </span>'
        f'<p class="words" dir="auto">{words}</p>'
        f'<p class="sent"><time datetime="{at.isoformat()}">{at:%H:%M}</time>'
        f"{_ticks(bubble)}</p></li>"
    )


def _ticks(bubble: Bubble) -> str:
    if bubble.tick is None:
        return ""
    sign, words = _TICKS[bubble.tick]
    return (
        f' <span class="tick {bubble.tick}">'
        f'<span class="sign" aria-hidden="true">{sign}</span> {escape(words)}</span>'
    )


# ── the desk beside them ─────────────────────────────────────────────────────


Switch = TypeVar("Switch", bound=str)


def _buttons(name: str, labels: Mapping[Switch, str], now: Switch) -> str:
    return "\n".join(
        f'<button name="{name}" value="{value}" '
        f'aria-pressed="{str(value == now).lower()}">{escape(label)}</button>'
        for value, label in labels.items()
    )


def _late(outage: Outage) -> str:
    chosen = outage.late_s
    choices = sorted({*LATE_CHOICES_S, chosen})
    options = (_option(s, f"{s} seconds", s == chosen) for s in choices)
    return "".join(options)


def _ahead(ahead: timedelta) -> str:
    hours = int(ahead.total_seconds()) // 3600
    parts = [_many(hours // 24, "day"), _many(hours % 24, "hour")]
    said = " and ".join(part for part in parts if part)
    return f"{said} ahead of real time" if said else "Real time"


def _many(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}" if number else ""


def _whose_clock(carrier: Carrier) -> str:
    if carrier.clock.is_shared:
        return "The gateway's clock moves too, if it is one for practice."
    return "Only these phones' clock moves. The gateway keeps real time."


def _option(value: int, words: str, chosen: bool) -> str:
    selected = " selected" if chosen else ""
    return f'<option value="{value}"{selected}>{escape(words)}</option>'


def spaced(number: str) -> str:
    """+447700900101 as people write it: 07700 900101."""
    if number.startswith("+44"):
        return f"0{number[3:7]} {number[7:]}"
    return number
