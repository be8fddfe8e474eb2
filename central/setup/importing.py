"""What would this file of wards, or of people, do? All of it, or nothing.

A file is first only read: each row goes through the form that a person would fill in,
so the same rules hold, and every row that cannot stand is named with its number as a
spreadsheet counts. Only a file without a problem can be taken in, and then in one
transaction. A row that says what is already so changes nothing: the same file may come
twice. Nothing that stands in a cell is run, and little of it is said back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django import forms
from django.db import transaction
from django.db.models import QuerySet

from central.people.models import User
from central.places.hours import DAYS
from central.places.models import LEAST, QUIET_MINUTES, Site, Ward
from central.setup.accounts import add_person
from central.setup.errors import Refused
from central.setup.fields import plain
from central.setup.person_forms import NewPersonForm
from central.setup.ward_forms import NewWardForm, Offers, offers, values_of
from central.setup.wards import add as add_ward
from feedback.bundle import LEFT
from feedback.table import CELL_CHARS, Broken, Problem, read_rows

FILE_BYTES = 700_000  # in base64, in a form, it stays below the proxy's 1 MiB
ROWS = 1_000
PROBLEMS = 200  # that are shown; who has more begins with these

WARDS, PEOPLE = "wards", "people"
NEEDED: Mapping[str, tuple[str, ...]] = {
    WARDS: ("code", "name", "site"),
    PEOPLE: ("username", "name"),
}
MORE: Mapping[str, tuple[str, ...]] = {
    WARDS: ("trust", "languages", "when_left", "open_days", "opens_at", "closes_at",
            "quiet_minutes", "least_compared", "least_shared"),
    PEOPLE: ("email", "wards", "administrator"),
}  # fmt: skip
KEY = {WARDS: "code", PEOPLE: "username"}
YES_NO = {"yes": True, "no": False, "": False}

Cells = Mapping[str, str]


@dataclass
class Plan:
    """What a file would do. `forms` are valid; they are what is taken in."""

    kind: str
    problems: list[Problem] = field(default_factory=list)
    forms: list[forms.Form] = field(default_factory=list)
    known: int = 0  # rows that say what is already so
    people: list[User] = field(default_factory=list)  # whom these rows are of
    rows: int = 0
    offers: Offers = field(default_factory=offers)
    wards: frozenset[str] = field(default_factory=lambda: frozenset(_open_wards()))

    @property
    def is_good(self) -> bool:
        return not self.problems and bool(self.forms)

    @property
    def is_done(self) -> bool:
        return not self.problems and not self.forms

    def found(self, row: int, words: str) -> None:
        self.problems.append(Problem(row, "row", words))


def _open_wards() -> QuerySet[Ward, str]:
    return Ward.objects.filter(closed_on=None).values_list("code", flat=True)


def plan_of(kind: str, data: bytes) -> Plan:
    """Read the file, and change nothing."""
    plan = Plan(kind)
    try:
        rows = iter(read_rows(data, ROWS, FILE_BYTES))
        _, header = next(rows, (1, []))
        names = _without_tail([cell.strip().lower() for cell in header])
        plan.problems = [Problem(1, "header", words) for words in _bad(kind, names)]
        if not plan.problems:
            _read(plan, names, rows)
    except Broken as error:
        plan.problems.append(error.problem)
        plan.problems.sort(key=lambda one: one.row)  # of the whole file: row 0, first
    if not plan.rows and not plan.problems:
        plan.found(0, "There is no row below the names of the columns")
    return plan


def _bad(kind: str, names: Sequence[str]) -> list[str]:
    known = (*NEEDED[kind], *MORE[kind])
    if any(";" in name or "\t" in name for name in names):
        return ["The cells are not parted by commas: save it as CSV with commas (,)"]
    wrong = [at for at, name in enumerate(names, 1) if name not in known]
    doubled = sorted({name for name in names if names.count(name) > 1} & set(known))
    missing = [name for name in NEEDED[kind] if name not in names]
    found = [f"Column {at} has no name that we know" for at in wrong[:12]]
    found += [f"The column {name} is there more than once" for name in doubled]
    found += [f"The column {name} is missing" for name in missing]
    tail = f". The columns that may be there are: {', '.join(known)}"
    return [words + tail for words in found[:1]] + found[1:]


def _read(
    plan: Plan, names: Sequence[str], rows: Iterable[tuple[int, list[str]]]
) -> None:
    seen: dict[str, int] = {}
    look = _ward if plan.kind == WARDS else _person
    for row, raw in rows:
        if not any(cell.strip() for cell in raw):
            continue
        plan.rows += 1
        cells, trouble = _cells(plan.kind, names, raw)
        if trouble:
            plan.found(row, trouble)
            continue
        key = cells[KEY[plan.kind]].upper()
        if key in seen:
            plan.found(row, f"It names the same {KEY[plan.kind]} as row {seen[key]}")
            continue
        seen[key] = row
        look(plan, row, cells)


def _cells(
    kind: str, names: Sequence[str], raw: Sequence[str]
) -> tuple[dict[str, str], str]:
    """What stands under each name, or what is wrong. Spreadsheets save empty columns
    where something once was, and leave out cells at the end of a row that are empty:
    but for what must be there."""
    filled = _without_tail(raw)
    if len(filled) > len(names) or not set(names[len(raw) :]) <= set(MORE[kind]):
        return {}, f"Cells: {len(raw)}, and the first row has {len(names)}"
    if any(len(cell) > CELL_CHARS or "\0" in cell for cell in raw):
        return {}, "A cell is far too long, or holds what is no text"
    given = {name: plain(cell) for name, cell in zip(names, raw, strict=False)}
    return dict.fromkeys(names, "") | given, ""


def _without_tail(cells: Sequence[str]) -> list[str]:
    """Without the empty ones at the end."""
    count = len(cells)
    while count and not cells[count - 1].strip():
        count -= 1
    return list(cells[:count])


def _take(plan: Plan, row: int, form: forms.Form, site: str = "") -> None:
    """Its form, or all that is wrong with the row. `site`: what is wrong with that."""
    if form.is_valid():
        plan.forms.append(form)
        return
    for name, errors in form.errors.items():
        words = site if name == "site" and site else str(errors[0])
        plan.found(row, words if name == "__all__" else f"{name}: {words}")


# ── a ward ───────────────────────────────────────────────────────────────────


def _ward(plan: Plan, row: int, cells: Cells) -> None:
    site, trouble = _site(cells)
    days = cells.get("open_days", "").lower().split()
    said: dict[str, Any] = {
        "code": cells["code"],
        "name": cells["name"],
        "site": site,
        "languages": cells.get("languages", "").split(),
        "when_left": cells.get("when_left", "").lower() or LEFT,
        "open_days": sorted(days, key=_place_in_week),
        "opens_at": _time(cells.get("opens_at", "")),
        "closes_at": _time(cells.get("closes_at", "")),
        "quiet_minutes": cells.get("quiet_minutes") or str(QUIET_MINUTES),
        "least_compared": cells.get("least_compared") or str(LEAST),
        "least_shared": cells.get("least_shared") or str(LEAST),
    }
    form = NewWardForm(said, offered=plan.offers)
    if not form.is_valid() and _is_so(form, cells["code"].upper()):
        plan.known += 1
    else:
        _take(plan, row, form, trouble)


def _site(cells: Cells) -> tuple[str, str]:
    """Its key as a form has it, and what is wrong with it."""
    sites = Site.objects.filter(name__iexact=cells["site"])
    if cells.get("trust"):
        sites = sites.filter(trust__name__iexact=cells["trust"])
    several = list(sites)
    if len(several) == 1:
        return str(several[0].pk), ""
    if several:
        return "", "it is the name of several: name its trust too, in the column trust"
    return "", "it is not one of ours: add it first, or correct its name"


def _place_in_week(day: str) -> int:
    return DAYS.index(day) if day in DAYS else len(DAYS)


def _time(cell: str) -> str:
    """A spreadsheet makes 8:00 of 08:00, and 08:00:00."""
    hour, colon, rest = cell.partition(":")
    return f"{hour.zfill(2)}:{rest[:2]}" if colon and rest[2:] in ("", ":00") else cell


def _is_so(form: NewWardForm, code: str) -> bool:
    """Whether there is such a ward, and all else is as this row says."""
    row = Ward.objects.filter(code=code, closed_on=None).values().first()
    if row is None or set(form.errors) != {"code"}:
        return False
    ward: Mapping[str, Any] = dict(row)
    return all(
        ward[name] == value for name, value in values_of(form.cleaned_data).items()
    )


# ── a person ─────────────────────────────────────────────────────────────────


def _person(plan: Plan, row: int, cells: Cells) -> None:
    role = cells.get("administrator", "").lower()
    if role not in YES_NO:
        plan.found(row, "administrator: write yes or no")
        return
    wards = re.split(r"[\s,;]+", cells.get("wards", "").upper())
    wards = [code for code in wards if code]
    if not plan.wards.issuperset(wards):
        plan.found(row, "wards: not all of these codes are of open wards. Write codes "
                        "with spaces between, such as ELM OAK")  # fmt: skip
        return
    said = {
        "username": cells["username"],
        "name": cells["name"],
        "email": cells.get("email", ""),
        "wards": sorted(set(wards)),
    }
    if YES_NO[role]:
        said["administrator"] = "on"
    if user := _person_who_is_so(said, YES_NO[role]):
        plan.known += 1
        plan.people.append(user)
        return
    # A choice of a thousand wards for each row would take most of the time.
    _take(plan, row, NewPersonForm(said, offered=[(code, code) for code in wards]))


def _person_who_is_so(said: Mapping[str, Any], administrator: bool) -> User | None:
    user = User.objects.filter(username=said["username"], is_active=True).first()
    if user is None:
        return None
    wards = sorted(user.wards.values_list("code", flat=True))
    now = (user.first_name, user.email, wards, user.administers)
    wanted = (said["name"], said["email"], said["wards"], administrator)
    return user if now == wanted else None


# ── taking it in ─────────────────────────────────────────────────────────────


@transaction.atomic
def take_in(kind: str, data: bytes, who: str, now: datetime) -> tuple[Plan, list[User]]:
    """Do what the file says, looked at anew; the plan and who was added. Refused, and
    nothing done, when it has a problem by now."""
    plan = plan_of(kind, data)
    if not plan.is_good:
        raise Refused("Something has changed since the file was looked at.")
    people = []
    for form in plan.forms:
        if isinstance(form, NewWardForm):
            add_ward(form, who)
        else:
            people.append(add_person(form.cleaned_data, who, now))
    return plan, people
