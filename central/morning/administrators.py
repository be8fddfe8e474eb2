"""What must administrators be told this morning?

What waits for one of them: devices that are silent or must be enrolled again, keys that
are not proven, a ward whose mail nobody reads, a mail that was refused. It stands on
their pages too; who does not look there hears of it here. On a morning with nothing of
the kind there is no mail, or it would be read by nobody.

No ward's figures and no patient's words: being an administrator opens no ward.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from central.custody import due
from central.morning import notices
from central.morning.health import loud_everywhere

LISTED = 25  # of each part; the pages have the rest
FOOTER = "For the administrators of Wardvoice. It comes only when something waits."


@dataclass(frozen=True, slots=True)
class Part:
    """Sentences of one kind, and the page on which they stand."""

    title: str
    told: tuple[str, ...]
    more: int
    link: str
    page: str


@dataclass(frozen=True, slots=True)
class Told:
    subject: str
    title: str
    parts: tuple[Part, ...]
    text: str


def told_of(now: datetime, site: str) -> Told | None:
    """`site`: the address of the pages. None when there is nothing to tell."""
    devices, mails, keys = loud_everywhere(now), notices.notices(now), due.notices(now)
    parts = [
        _part("Tablets and text lines", devices, "All devices", site, "devices"),
        _part("Keys", keys, "Your first page", site, "wards"),
        _part("Morning mails", mails, "Who reads which ward", site, "setup_people"),
    ]
    parts = [one for one in parts if one.told]
    if not parts:
        return None
    count = len(devices) + len(mails) + len(keys)
    title = f"{count} thing{'s' * (count > 1)} to look after"
    text = "\n\n".join([title, *map(_text, parts), f"-- \n{FOOTER}"])
    return Told(f"Wardvoice: {title}", title, tuple(parts), f"{text}\n")


def _part(title: str, told: Sequence[str], link: str, site: str, route: str) -> Part:
    several = tuple(told[:LISTED])
    return Part(title, several, len(told) - len(several), link, site + reverse(route))


def _text(part: Part) -> str:
    lines = [part.title, *(f"- {one}" for one in part.told)]
    if part.more:
        lines.append(f"- and {part.more} more")
    return "\n".join([*lines, f"{part.link}: {part.page}"])
