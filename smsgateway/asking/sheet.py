"""Which invitations does this file ask for, and what is wrong with it, row by row?

    a problem  ─▶ the file is refused whole, and no request of it stands
    left out   ─▶ a rule says that this row asks nobody; the others stand
    noted      ─▶ a request, but not quite as the row has it
    else       ─▶ a request

What leaves the whole file in doubt is a problem: a digit that is gone, a date that can
be read in two ways. What is plain, and of this one patient, is not: who has no mobile
cannot be asked, and who reads a language that we do not write must not stop the others.

Whom a row marks as deceased or not to be contacted is asked by no other row of the
file either, and by no other file: it is the number that would ring. A mark whose
number is damaged is a problem therefore, and one without a number is told first of all.
Nothing that stands in a cell is said back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from feedback.table import CELL_CHARS, Broken, Problem, read_rows
from smsgateway.asking import cells as cell_of
from smsgateway.asking import numbers
from smsgateway.asking.header import FLAGS, read_header
from smsgateway.asking.request import Request, day_of_discharge

OLDEST = timedelta(days=60)
AHEAD = timedelta(days=1)  # whose clock and zone wrote the file is not known
PROBLEMS = 200  # that are listed; the rest is counted
EXCLUDE = "exclude"

DECEASED, DO_NOT_CONTACT, UNDER_16 = "deceased", "do_not_contact", "under_16"
# A mark that can be put to no number: a text may still go to that phone.
DECEASED_WHO, DO_NOT_CONTACT_WHO = "deceased_who", "do_not_contact_who"
TOO_OLD, REPEATED = "too_old", "repeated"
UNKNOWN_LANGUAGE = "unknown_language"

_NOBODY_KNOWS_WHOM = {
    DECEASED: "this person has died and we cannot tell whom",
    DO_NOT_CONTACT: "this person is not to be contacted and we cannot tell whom",
}
_WHO = {DECEASED: DECEASED_WHO, DO_NOT_CONTACT: DO_NOT_CONTACT_WHO}
_MEND = (
    "so a text may still go to their phone: mend the number, or put the right one on "
    "the list of exclusions and leave this person out"
)

# Left out, and something is left to do, or somebody may be texted who must not be.
TO_DO = {
    DECEASED_WHO: "has died, but there is no number, so a text may still go to their "
    "phone: find the number and put it on the list of exclusions",
    DO_NOT_CONTACT_WHO: "is not to be contacted, but there is no number, so a text may "
    "still go to their phone: find the number and put it on the list of exclusions",
    numbers.MORE: numbers.WORDS[numbers.MORE],
}

# Why a row is left out, the gravest first.
LEFT_OUT = {
    **TO_DO,
    DECEASED: "has died, or somebody with the same number has",
    DO_NOT_CONTACT: "is not to be contacted, or somebody with the same number is not",
    UNDER_16: "is under 16, and this hospital does not ask them by text",
    numbers.EMPTY: numbers.WORDS[numbers.EMPTY],
    numbers.LANDLINE: numbers.WORDS[numbers.LANDLINE],
    numbers.PREMIUM: numbers.WORDS[numbers.PREMIUM],
    numbers.FOREIGN: numbers.WORDS[numbers.FOREIGN],
    numbers.NOT_MOBILE: numbers.WORDS[numbers.NOT_MOBILE],
    UNKNOWN_LANGUAGE: "reads a language in which we cannot write",
    TOO_OLD: f"went home more than {OLDEST.days} days ago",
    REPEATED: "the same person and stay stand in a row above",
}

NOTED = {
    UNKNOWN_LANGUAGE: "is asked in English, for we cannot write in their language",
}

# What no spreadsheet writes into a cell. NUL passes SQLite and is refused elsewhere.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")

Stay = tuple[str, ...]
Value = TypeVar("Value")


class Rules(Protocol):
    """What of the policy a file is read by."""

    @property
    def under_16(self) -> str: ...

    @property
    def unknown_language(self) -> str: ...

    @property
    def needed_columns(self) -> frozenset[str]: ...


@dataclass(frozen=True, slots=True)
class Sheet:
    """`requests` is empty where there are `problems`. `skipped`: rows that are left
    out by rule. `noted`: rows of `requests` that are asked in another way than they
    say. `marked`: (number, DECEASED or DO_NOT_CONTACT) of every number that the
    file marks so, for what waits for it from earlier files."""

    requests: tuple[Request, ...]
    problems: tuple[Problem, ...]
    skipped: tuple[Problem, ...]
    marked: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    noted: tuple[Problem, ...] = ()


Names = Callable[[str], str]
"""Which of our languages has this name, in any language; empty when none has."""


def read_sheet(
    data: bytes,
    wards: Collection[str],
    languages: Collection[str],
    policy: Rules,
    now: datetime,
    named: Names = lambda said: "",
) -> Sheet:
    """Every row read, whatever the others are like. `named`: a language by its name,
    as patient records have it, where its code is not ours."""
    reading = _Reading(frozenset(wards), languages, named, policy, now)
    try:
        rows = read_rows(data)
        _, first = next(rows)
        columns, wrong = read_header(first, policy.needed_columns)
        if wrong:
            return Sheet((), tuple(wrong), ())
        for row, cells in rows:
            reading.take(row, columns, cells)
    except Broken as broken:
        reading.problems.add_at_all_costs(broken.problem)
    return reading.sheet()


class _Problems:
    """The first PROBLEMS of them, and how many there are."""

    def __init__(self) -> None:
        self._listed: list[Problem] = []
        self.many = 0

    def add(self, problem: Problem) -> None:
        self.many += 1
        if len(self._listed) < PROBLEMS:
            self._listed.append(problem)

    def add_at_all_costs(self, problem: Problem) -> None:
        """Of the whole file, or of all that comes after a row."""
        self.many += 1
        self._listed = [*self._listed[: PROBLEMS - 1], problem]

    def listed(self) -> tuple[Problem, ...]:
        rest = self.many - len(self._listed)
        more = [Problem(0, "more", f"and {rest:,} more")] if rest else []
        return (*self._listed, *more)


class _Reading:
    """What is known of the file so far."""

    def __init__(
        self,
        wards: frozenset[str],
        languages: Collection[str],
        named: Names,
        policy: Rules,
        now: datetime,
    ) -> None:
        self._wards, self._named = wards, named
        # What each cell means; filled as they come, for there are few languages.
        self._languages: dict[str, str | None] = {
            "": "",
            **{one.lower(): one for one in languages},
        }
        self._ours = frozenset(languages)
        self._leaves_children_out = policy.under_16 == EXCLUDE
        self._leaves_languages_out = policy.unknown_language == EXCLUDE
        self._newest, self._oldest = now + AHEAD, now - OLDEST
        self.problems = _Problems()
        self._skipped: list[Problem] = []
        self._in_english: list[int] = []
        self._found: dict[Stay, tuple[int, Request]] = {}
        self._marked: dict[str, str] = {}

    def take(self, row: int, columns: Sequence[str], cells: Sequence[str]) -> None:
        if not any(cell.strip() for cell in cells):
            return  # spreadsheets leave empty rows behind
        if trouble := _trouble(cells, len(columns)):
            self.problems.add(Problem(row, *trouble))
            return
        said = dict(zip(columns, (cell.strip() for cell in cells), strict=True))
        flags = [self._flag(row, name, said.get(name, "")) for name in FLAGS]
        if why := self._why_left_out(*flags):
            self._mark(row, said, why)
        else:
            self._ask(row, said, is_child=flags[2] is True)

    def _why_left_out(
        self, has_died: bool | None, is_barred: bool | None, is_child: bool | None
    ) -> str:
        if has_died:
            return DECEASED
        if is_barred:
            return DO_NOT_CONTACT
        return UNDER_16 if is_child and self._leaves_children_out else ""

    def _mark(self, row: int, said: Mapping[str, str], why: str) -> None:
        if why == UNDER_16:
            # The number may be a parent's, who is asked about their own stay.
            self._leave_out(row, why, said["ward"])
            return
        try:
            number = numbers.mobile(said["number"])
        except numbers.NotMobile as error:
            self._mark_nobody(row, said["ward"], why, error.code)
            return
        self._leave_out(row, why, said["ward"])
        if self._marked.get(number) != DECEASED:
            self._marked[number] = why

    def _mark_nobody(self, row: int, ward: str, why: str, code: str) -> None:
        """`code`: why the number is none that could be marked."""
        if code == numbers.EMPTY:
            self._leave_out(row, _WHO[why], ward)
        elif code in numbers.WHOLE:
            self._leave_out(row, why, ward)  # nobody is texted there anyway
        else:
            words = f"{_NOBODY_KNOWS_WHOM[why]}, {_MEND}"
            self.problems.add(Problem(row, _WHO[why], words))

    def _ask(self, row: int, said: Mapping[str, str], is_child: bool) -> None:
        before = self.problems.many
        try:
            number = numbers.mobile(said["number"])
        except numbers.NotMobile as error:
            if error.code in LEFT_OUT:
                self._leave_out(row, error.code, said["ward"])
                return
            self.problems.add(Problem(row, error.code, error.words))
            number = ""  # what follows is read for its own problems; none of it is kept
        discharged = self._read(row, self._moment, said["discharged"])
        ward = self._ward(row, said["ward"])
        language = self._read(row, self._language, said.get("language", ""))
        request = Request(
            number=number,
            ward=ward,
            discharged=discharged or self._oldest,
            language=language or "",
            survey=self._read(row, cell_of.survey, said.get("survey", "")) or "",
            episode=self._read(row, cell_of.episode, said.get("episode", "")) or "",
            under_16=is_child,
            row=row,
        )
        if self.problems.many == before:
            self._keep(row, request, is_readable=language is not None)

    def _keep(self, row: int, request: Request, is_readable: bool) -> None:
        if request.discharged < self._oldest:
            self._leave_out(row, TOO_OLD, request.ward)
        elif not is_readable and self._leaves_languages_out:
            self._leave_out(row, UNKNOWN_LANGUAGE, request.ward)
        elif self._found.setdefault(_stay(request), (row, request))[0] != row:
            self._leave_out(row, REPEATED, request.ward)
        elif not is_readable:
            self._in_english.append(row)

    def _moment(self, said: str) -> datetime:
        moment = cell_of.moment(said)
        if moment > self._newest:
            raise cell_of.Unclear("future")
        return moment

    def _ward(self, row: int, said: str) -> str:
        if said not in self._wards:
            words = "no ward of ours has this code; capitals and zeros matter"
            self.problems.add(Problem(row, "unknown_ward", words))
        return said

    def _language(self, said: str) -> str | None:
        """Ours, by its code or its name; empty for the service's own; None for one in
        which we cannot write."""
        plain = said.lower()
        if plain not in self._languages:
            found = self._named(cell_of.language(said))
            self._languages[plain] = found if found in self._ours else None
        return self._languages[plain]

    def _read(self, row: int, reads: Callable[[str], Value], said: str) -> Value | None:
        try:
            return reads(said)
        except cell_of.Unclear as error:
            self.problems.add(Problem(row, error.code, error.words))
            return None

    def _flag(self, row: int, name: str, said: str) -> bool | None:
        try:
            return cell_of.flag(said)
        except cell_of.Unclear as error:
            self.problems.add(Problem(row, error.code, f"{name}: {error.words}"))
            return None

    def _leave_out(self, row: int, why: str, ward: str) -> None:
        ours = ward if ward in self._wards else ""  # anything may stand in that cell
        self._skipped.append(Problem(row, why, LEFT_OUT[why], ours))

    def sheet(self) -> Sheet:
        requests = []
        in_english = set(self._in_english)
        for row, request in self._found.values():
            if why := self._marked.get(request.number):
                self._leave_out(row, why, request.ward)
                in_english.discard(row)
            else:
                requests.append(request)
        skipped = tuple(sorted(self._skipped, key=lambda one: one.row))
        if self.problems.many:
            return Sheet((), self.problems.listed(), skipped)
        marked = tuple(sorted(self._marked.items()))
        words = NOTED[UNKNOWN_LANGUAGE]
        noted = (Problem(row, UNKNOWN_LANGUAGE, words) for row in sorted(in_english))
        return Sheet(tuple(requests), (), skipped, marked, tuple(noted))


def _trouble(cells: Sequence[str], columns: int) -> tuple[str, str] | None:
    """What makes a row unreadable as a whole."""
    if len(cells) != columns:
        there = f"{len(cells)} cell{'' if len(cells) == 1 else 's'}"
        return "ragged", f"has {there} where the first row names {columns} columns"
    together = "".join(cells)
    if len(together) > CELL_CHARS and any(len(cell) > CELL_CHARS for cell in cells):
        return "too_long", f"a cell holds more than {CELL_CHARS:,} characters"
    if _CONTROL.search(together):
        return "control", "a cell holds a character that cannot be seen"
    return None


def _stay(request: Request) -> Stay:
    """What is one stay of one person: as `Request` has it."""
    if request.episode:
        return request.number, request.episode
    return request.number, request.ward, day_of_discharge(request)
