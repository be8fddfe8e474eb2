"""How large is the hospital whose pages are timed, and what do its patients say?

500 wards that one central serves. One of them has the same 20,000 responses of a year
however many there are in all, about 55 a day, so that what grows is the others: with
1 million responses each of those has 2,000, with 10 million as many as that one. The
patients are the demonstration's. Those of the last five weeks are here with all that
they said, ten answers each; of those before with two (overall, and a step of the
journey) and a comment of every ninth: 10 million with ten answers would be 90 GB.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from central.demo.visits import STEPS, Seal, Visit, visits_of
from central.demo.wards import BLUEBELL, DAYS, RHYTHM
from deploy.demo.programs import KIOSK_WARD
from feedback.answer import Draft
from feedback.seal import is_sealed

WARDS = 500
YEAR_DAYS = 365
WHOLE_DAYS = 37  # of which every answer is kept: as many as a timed page shows
OF_ONE_WARD = 20_000
COMMENTED = 7  # of the older visits every seventh keeps its words: of nine one has any
OVERALL = ("fft", "overall")
SOURCE = "SOURCE"  # the ward that says it all first, and that the others are copies of
SEED = 7


@dataclass(frozen=True)
class Size:
    """About so many responses in all. A small one is for a quick look, and has fewer
    wards."""

    responses: int

    @property
    def wards(self) -> int:
        return min(WARDS, max(2, self.responses // 100))

    def times(self, most: int) -> int:
        """How often a page is timed."""
        return max(2, min(most, self.responses // 5_000))

    @property
    def name(self) -> str:
        for unit, many in (("M", 1_000_000), ("k", 1_000)):
            if self.responses >= many:
                return f"{self.responses / many:g}{unit}"
        return str(self.responses)

    @property
    def of_one_ward(self) -> int:
        """Of the ward whose pages are timed."""
        return min(OF_ONE_WARD, self.responses // 4)

    @property
    def one_in(self) -> int:
        """Each other ward has one in so many of that ward's visits."""
        others = self.responses - 2 * self.of_one_ward
        return max(1, round(self.of_one_ward * (self.wards - 1) / others))

    @property
    def codes(self) -> list[str]:
        """The wards' codes, the timed one first."""
        return [KIOSK_WARD, *(f"WARD-{number:04}" for number in range(1, self.wards))]


def visits(size: Size, last: date, seal: Seal) -> Iterator[Visit]:
    """The source's visits of a year that ends with `last`, in order of time."""
    random = Random(SEED)
    a_day = size.of_one_ward / YEAR_DAYS / (sum(RHYTHM) / len(RHYTHM))
    ward = replace(BLUEBELL, code=SOURCE, visits_a_day=max(1, round(a_day)))
    number = 0
    for begin in range(YEAR_DAYS, 0, -DAYS):
        end = max(0, begin - DAYS)
        part = replace(ward, opened_days_ago=begin - end)
        for visit in visits_of(part, last - timedelta(end), random, seal):
            number += 1
            is_whole = visit.began.date() > last - timedelta(WHOLE_DAYS)
            yield visit if is_whole else _shortened(visit, number)


def _shortened(visit: Visit, number: int) -> Visit:
    has_words = number % COMMENTED == 0
    step = next((one.question for one in visit.drafts if one.question in STEPS), "")

    def stays(draft: Draft) -> bool:
        if is_sealed(draft.value):
            return has_words and draft.question in ("good", "better")
        return draft.question in (*OVERALL, step)

    return replace(visit, drafts=tuple(filter(stays, visit.drafts)))
