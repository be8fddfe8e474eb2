"""What may leave the ward?

Whatever others can read (the sheet on the huddle board, an export, a list of the
trust's wards) asks here first; a ward's own page, and the mail to its own managers,
need not. NHS England's rule for publishing the Friends and Family Test:

    few      a group of 1 to 4 people; of nobody there is nothing to hide
    beside   the next smallest under the same parent, when the smallest is `few`
    below    the two smallest of a parent that is hidden itself

The published rule leaves the number and the percentages of `beside` and `below` to be
read, from which counts can be worked back. Here both are hidden (NHS England's own code
is the truth of the test, but for that). Patients' words never leave: nobody has read
them for names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from central.summaries.fft import Fft

PEOPLE = 5  # fewer than this could be recognised
FEW, BESIDE, BELOW = "few", "beside", "below"

# From the largest down: ("England", "the trust", "the site", "the ward").
Path = tuple[str, ...]
Counts = tuple[int, ...]  # of people, by what they answered


@dataclass(frozen=True, slots=True)
class Leaving:
    """What others may read of one group. `people`: None where even that is hidden;
    `fft`: None where no count and no percentage may leave. `why`: "" when all may."""

    people: int | None
    fft: Fft | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class _Group:
    path: Path
    fft: Fft
    order: tuple[str, ...]

    @property
    def is_few(self) -> bool:
        return 0 < self.fft.total < PEOPLE


def may_leave(
    wards: Mapping[Path, Fft], order: Mapping[Path, tuple[str, ...]] | None = None
) -> dict[Path, Leaving]:
    """What may leave of these wards and of every group that they are parts of.

    All paths are equally long, and their first words are the groups above them. Equal
    numbers of people go by `order`, then by path.
    """
    ranked = order or {}
    groups = [_Group(*one, ranked.get(one[0], ())) for one in _with_above(wards)]
    hidden: dict[Path, str] = {}
    for siblings in _families(groups):
        above = hidden.get(siblings[0].path[:-1], "")
        hidden.update(_hidden(siblings, bool(above)))
    return {one.path: _leaving(one.fft, hidden.get(one.path, "")) for one in groups}


def alone(fft: Fft, least: int = PEOPLE) -> Leaving:
    """What may leave of a group beside which no other is shown. `least`: what its ward
    asks for, where that is more."""
    return _leaving(fft, "" if enough(fft.total, least) or not fft.total else FEW)


def enough(people: int, least: int = PEOPLE) -> bool:
    """Whether so many people's answers to one question can be shown to others."""
    return people >= max(PEOPLE, least)


def settled(shown: Sequence[Counts], now: Counts) -> Counts:
    """What may be shown of a group's counts where others have seen these before, the
    last of them last.

    Counts that are higher by one than those of an hour ago tell what one person said.
    So what was shown last stays, until `now` is PEOPLE more or fewer than each that
    could ever be read.
    """
    for one in shown:
        is_far = enough(abs(sum(now) - sum(one)))
        if enough(sum(one)) and one != now and not is_far:
            return shown[-1]
    return now


def _leaving(fft: Fft, why: str) -> Leaving:
    if not why:
        return Leaving(fft.total, fft)
    return Leaving(fft.total if why == FEW else None, None, why)


def _hidden(siblings: Iterable[_Group], is_parent: bool) -> dict[Path, str]:
    """Which of these are hidden, and why; `is_parent`: their parent is."""
    known = sorted(
        (one for one in siblings if one.fft.total),
        key=lambda one: (one.fft.total, one.order, one.path),
    )
    found = {one.path: BELOW for one in known[:2] if is_parent}
    if len(known) > 1 and known[0].is_few:
        found[known[1].path] = BESIDE
    return found | {one.path: FEW for one in known if one.is_few}


def _with_above(wards: Mapping[Path, Fft]) -> list[tuple[Path, Fft]]:
    """Each ward, and each group above it with all its wards together."""
    totals: dict[Path, Fft] = {}
    for path, fft in wards.items():
        for depth in range(1, len(path) + 1):
            totals[path[:depth]] = totals.get(path[:depth], Fft()) + fft
    return list(totals.items())


def _families(groups: Iterable[_Group]) -> list[Sequence[_Group]]:
    """The groups of each parent together, from the top down."""
    families: dict[Path, list[_Group]] = {}
    for group in groups:
        families.setdefault(group.path[:-1], []).append(group)
    return sorted(families.values(), key=lambda family: len(family[0].path))
