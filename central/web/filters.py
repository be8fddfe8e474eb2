"""What has somebody chosen to read, and what can they choose from?

Words of the address: `step`, `mode`, `felt`, and `order` where there is one. What is
not on offer is no page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404

from central.summaries.choosing import BAD, BETWEEN, FACES, GOOD, Chosen
from central.summaries.steps import journey
from central.web.words import MODE_NAMES
from feedback.survey import Survey, in_language

NEWEST = "newest"  # instead of those who ask for something
FELT: Mapping[str, str] = {GOOD: "good", BETWEEN: "in between", BAD: "bad"}

Offer = tuple[tuple[str, str], ...]  # of a value, and how it is called


@dataclass(frozen=True, slots=True)
class Filter:
    """`chosen` and `order`, and what is offered: `feelings` are the words."""

    chosen: Chosen
    order: str
    steps: Offer
    modes: Offer
    feelings: Offer

    @property
    def is_on(self) -> bool:
        return self.chosen.is_on

    @property
    def words(self) -> str:
        """Night time, felt bad, by text"""
        chosen = self.chosen
        parts = [
            dict(self.steps).get(chosen.step, ""),
            f"felt {self.felt}" if chosen.felt else "",
            f"by {MODE_NAMES[chosen.mode]}" if chosen.mode else "",
        ]
        return ", ".join(part for part in parts if part)

    @property
    def felt(self) -> str:
        named: Mapping[str, str] = {**dict(self.feelings), **FELT}
        return named.get(self.chosen.felt, "")

    @property
    def query(self) -> str:
        """For the address of a further page: "" or `step=night&`."""
        chosen = self.chosen
        several = {"step": chosen.step, "mode": chosen.mode, "felt": chosen.felt}
        several["order"] = self.order
        said = {key: value for key, value in several.items() if value}
        return f"{urlencode(said)}&" if said else ""


def filter_of(said: Mapping[str, str], surveys: Iterable[Survey]) -> Filter:
    """Http404 for what is not on offer."""
    steps, feelings = _offered(surveys)
    order = said.get("order", "")
    chosen = Chosen(*(said.get(key, "") for key in ("step", "mode", "felt")))
    offered = (
        chosen.step in {"", *steps}
        and chosen.mode in {"", *MODE_NAMES}
        and chosen.felt in {"", *FACES, *feelings}
        and order in ("", NEWEST)
    )
    if not offered:
        raise Http404
    return Filter(
        chosen=chosen,
        order=order,
        steps=tuple(steps.items()),
        modes=tuple(MODE_NAMES.items()),
        feelings=tuple(feelings.items()),
    )


def _offered(surveys: Iterable[Survey]) -> tuple[dict[str, str], dict[str, str]]:
    """The steps and the words for feelings, with what they are called."""
    national_first = sorted(surveys, key=lambda one: not one.is_national)
    steps, feelings = dict[str, str](), dict[str, str]()
    for survey in national_first:
        for key, (title, words) in journey([survey]).items():
            steps.setdefault(key, in_language(title, "en"))
            for word, name in words.items():
                feelings.setdefault(word, name)
    return steps, feelings
