"""How often, when and at what price may we ask?

A TOML file of the service's own; `assets/asking/policy.toml` is the one that ships and
says what each setting is. What a file leaves out is as there. A file that is wrong in
any way is refused whole, with its name, the line and the reason.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from feedback.assets import assets_folder
from feedback.tomlfile import SurveyError, TomlFile, is_texts, read_text
from smsgateway.asking.hours import LONDON, Hours, longest_closed
from smsgateway.voice import EVERY_WARD

__all__ = ["Hours", "Policy", "PolicyError", "read_policy", "warnings"]

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NATIONS = ("england-and-wales", "scotland", "northern-ireland")
COLUMNS = frozenset(
    ("language", "survey", "episode", "deceased", "under_16", "do_not_contact")
)
EXCLUDE, ASK = "exclude", "ask"
# There are 10 at most, and a service may add its own. Beyond this it is a mistake, and
# a ward that opens on one day a week might never open.
HOLIDAYS_A_YEAR = 40
WARN_AHEAD = timedelta(days=90)

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_CLOCK = re.compile("([01][0-9]|2[0-3]):[0-5][0-9]")
_WARD = re.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,31}")
_SURVEY = re.compile("([a-z][a-z0-9_]{0,39}(@[1-9][0-9]{0,8})?)?")


class PolicyError(Exception):
    """`file`, `line` (0 = the whole file) and `reason`, in a technician's words."""

    def __init__(self, file: str, line: int, reason: str) -> None:
        where = f"{file}, line {line}" if line else file
        super().__init__(f"{where}: {reason}")
        self.file, self.line, self.reason = file, line, reason


@dataclass(frozen=True)
class Policy:
    """What the service has decided. A second survey comes within `right_time` after
    they went home, if there is one; `right_time_survey` empty: the same survey. A text
    that is `validity` late is not sent. `named_wards` may hold EVERY_WARD. Money is in
    pence."""

    hours: Hours
    ward_hours: Mapping[str, Hours]
    holidays: frozenset[date]
    holidays_known_to: date
    soon_after: timedelta = 24 * _HOUR
    right_time: tuple[timedelta, timedelta] | None = (14 * _DAY, 21 * _DAY)
    right_time_survey: str = ""
    validity: timedelta = 72 * _HOUR
    remind_after: timedelta | None = 4 * _DAY
    days_between: int = 30
    daily_segments: int = 2_000
    warn_at: float = 0.8
    month_pence: int = 50_000
    segment_pence: Decimal = Decimal("4.2")
    segments_per_s: float = 1.0
    under_16: str = EXCLUDE
    unknown_language: str = ASK
    needed_columns: frozenset[str] = frozenset()
    named_wards: frozenset[str] = frozenset()
    alerts_daily: int = 50

    def hours_of(self, ward: str) -> Hours:
        return self.ward_hours.get(ward, self.hours)


def read_policy(path: Path) -> Policy:
    """The policy in this file, with its nation's bank holidays; PolicyError."""
    try:
        return _read(TomlFile(read_text(path), path.name), path.parent)
    except SurveyError as error:
        raise PolicyError(error.file, error.line, error.reason) from error


def warnings(policy: Policy, now: datetime, wards: Collection[str] = ()) -> list[str]:
    """What a technician should look at, and what happens if nobody does. `wards`: the
    codes of all that there are; empty where they are not known yet."""
    return [
        *_of_unknown_wards(policy, wards),
        *_of_holidays(policy, now),
        *_of_closed_days(policy, now),
        *_of_texts_that_meet(policy),
    ]


# ── a setting ────────────────────────────────────────────────────────────────

# Each returns what is kept, or raises ValueError with what a setting must be.
_Reader = Callable[[Any], Any]


def _number(low: float, high: float) -> Callable[[Any], float]:
    def read(value: Any) -> float:
        # Asked in this way, "not a number" is refused too.
        if type(value) not in (int, float) or not low <= value <= high:
            raise ValueError(f"must be a number from {low:g} to {high:g}")
        return float(value)

    return read


def _whole(low: int, high: int) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        if type(value) is not int or not low <= value <= high:
            raise ValueError(f"must be a whole number from {low} to {high}")
        return value

    return read


def _pence(value: Any) -> Decimal:
    # By its text: as a number of the machine 4.2 is a little more than 4.2.
    return Decimal(str(_number(0.01, 100)(value)))


def _span(unit: timedelta, low: int, high: int) -> _Reader:
    return lambda value: _whole(low, high)(value) * unit


def _remind(value: Any) -> timedelta | None:
    return _whole(0, 60)(value) * _DAY or None


def _right_time(value: Any) -> tuple[timedelta, timedelta] | None:
    if value == []:
        return None
    if isinstance(value, list) and [type(one) for one in value] == [int, int]:
        low, high = value
        if 1 <= low <= high <= 180:
            return low * _DAY, high * _DAY
    raise ValueError("must be two whole numbers from 1 to 180 such as [14, 21], or []")


def _survey(value: Any) -> str:
    if not isinstance(value, str) or not _SURVEY.fullmatch(value):
        raise ValueError('must be a survey such as "inpatient", or ""')
    return value


def _choice(*allowed: str) -> _Reader:
    def read(value: Any) -> str:
        if value not in allowed:
            raise ValueError(f"must be one of {_list(allowed)}")
        return str(value)

    return read


def _some_of(*allowed: str) -> Callable[[Any], frozenset[str]]:
    def read(value: Any) -> frozenset[str]:
        if not is_texts(value) or not set(value) <= set(allowed):
            raise ValueError(f"must be a list of some of {_list(allowed)}")
        return frozenset(value)

    return read


def _named(value: Any) -> frozenset[str]:
    if is_texts(value) and all(map(_WARD.fullmatch, {*value} - {EVERY_WARD})):
        return frozenset(value)
    raise ValueError('must be a list of wards\' codes such as ["ROWAN"], or ["*"]')


def _days(value: Any) -> frozenset[int]:
    named = _some_of(*DAYS)(value)
    if not named:
        raise ValueError("must name one day at least, or nothing is ever sent")
    return frozenset(DAYS.index(day) for day in named)


def _clock(value: Any) -> time:
    if not isinstance(value, str) or not _CLOCK.fullmatch(value):
        raise ValueError('must be a time from "00:00" to "23:59", in quotes')
    return time.fromisoformat(value)


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def _list(names: tuple[str, ...]) -> str:
    return ", ".join(f'"{name}"' for name in names)


_HOURS: Mapping[str, tuple[str, _Reader]] = {
    "opens": ("opens", _clock),
    "closes": ("closes", _clock),
    "days": ("days", _days),
    "on_holidays": ("on_holidays", _truth),
}
_SETTINGS: Mapping[str, tuple[str, _Reader]] = {
    "soon_after_hours": ("soon_after", _span(_HOUR, 0, 720)),
    "validity_hours": ("validity", _span(_HOUR, 1, 336)),
    "remind_after_days": ("remind_after", _remind),
    "right_time_days": ("right_time", _right_time),
    "right_time_survey": ("right_time_survey", _survey),
    "days_between": ("days_between", _whole(1, 365)),
    "daily_segments": ("daily_segments", _whole(0, 1_000_000)),
    "month_pence": ("month_pence", _whole(0, 100_000_000)),
    "segment_pence": ("segment_pence", _pence),
    "warn_at": ("warn_at", _number(0.1, 1)),
    "segments_per_s": ("segments_per_s", _number(0.01, 100)),
    "under_16": ("under_16", _choice(EXCLUDE, ASK)),
    "unknown_language": ("unknown_language", _choice(ASK, EXCLUDE)),
    "named_wards": ("named_wards", _named),
    "needed_columns": ("needed_columns", _some_of(*sorted(COLUMNS))),
    "alerts_daily": ("alerts_daily", _whole(0, 10_000)),
}


# ── the file ─────────────────────────────────────────────────────────────────


def _read(toml: TomlFile, folder: Path) -> Policy:
    known = {*_SETTINGS, "nation", "holidays_file", "hours", "wards"}
    toml.only(toml.data, known, "the policy", 0)
    hours = _read_hours(toml, toml.data.get("hours", {}), "hours", Hours())
    wards = toml.data.get("wards", {})
    if not isinstance(wards, dict):
        raise toml.error(_line(toml, "wards"), "wards must be tables: [wards.ROWAN]")
    holidays, known_to = _read_holidays(toml, folder)
    return Policy(
        hours=hours,
        ward_hours={ward: _of_ward(toml, wards[ward], ward, hours) for ward in wards},
        holidays=holidays,
        holidays_known_to=known_to,
        **_given(toml, toml.data, _SETTINGS, 0),
    )


def _of_ward(toml: TomlFile, table: Any, ward: str, hours: Hours) -> Hours:
    if not _WARD.fullmatch(ward):
        line = toml.line(f'[wards."{ward}"')
        raise toml.error(line, f"{ward!r} is no ward's code")
    return _read_hours(toml, table, f"wards.{ward}", hours)


def _read_hours(toml: TomlFile, table: Any, name: str, base: Hours) -> Hours:
    line = toml.line(f"[{name}]") or _line(toml, name)
    table = toml.table(table, set(_HOURS), name, line)
    hours = replace(base, **_given(toml, table, _HOURS, line))
    if hours.opens >= hours.closes:
        at = _line(toml, "closes", line) or _line(toml, "opens", line) or line
        raise toml.error(at, f"{name}: closes must be later than opens, the same day")
    return hours


def _given(
    toml: TomlFile,
    table: Mapping[str, Any],
    known: Mapping[str, tuple[str, _Reader]],
    line: int,
) -> dict[str, Any]:
    """What this table says, by the names of our fields."""
    given: dict[str, Any] = {}
    for name, (ours, read) in known.items():
        if name in table:
            try:
                given[ours] = read(table[name])
            except ValueError as error:
                at = _line(toml, name, line) or line
                raise toml.error(at, f"{name} {error}") from error
    return given


def _line(toml: TomlFile, name: str, after: int = 0) -> int:
    return toml.line(f"{name} ", after) or toml.line(f"{name}=", after)


def _read_holidays(toml: TomlFile, folder: Path) -> tuple[frozenset[date], date]:
    nation = toml.data.get("nation", NATIONS[0])
    if nation not in NATIONS:
        line = _line(toml, "nation")
        raise toml.error(line, f"nation must be one of {_list(NATIONS)}")
    name = toml.data.get("holidays_file", "")
    if not isinstance(name, str) or "\0" in name:
        line = _line(toml, "holidays_file")
        raise toml.error(line, 'holidays_file must be a file\'s name, or ""')
    path = folder / name if name else assets_folder() / "asking" / "holidays.toml"
    return _holidays_in(TomlFile(read_text(path), path.name), nation)


def _holidays_in(toml: TomlFile, nation: str) -> tuple[frozenset[date], date]:
    toml.only(toml.data, {"known_to", *NATIONS}, "a list of holidays", 0)
    known_to = toml.data.get("known_to")
    if type(known_to) is not date:
        line = _line(toml, "known_to")
        raise toml.error(line, "known_to must be a date such as 2028-12-31")
    line = toml.line(f"[{nation}]")
    table = toml.table(toml.data.get(nation), {"dates"}, f"[{nation}]", line)
    dates = table.get("dates")
    at = _line(toml, "dates", line) or line
    if not isinstance(dates, list) or not dates:
        raise toml.error(at, "dates must be a list such as [2026-12-25, 2026-12-28]")
    years = Counter(_year(toml, one, known_to, at) for one in dates)
    year, most = years.most_common(1)[0]
    if most > HOLIDAYS_A_YEAR:
        reason = f"{year} has {most} holidays, which is more than {HOLIDAYS_A_YEAR}"
        raise toml.error(at, reason)
    return frozenset(dates), known_to


def _year(toml: TomlFile, one: Any, known_to: date, line: int) -> int:
    if type(one) is date and one <= known_to:
        return one.year
    lines = enumerate(toml.lines, 1)
    at = next((n for n, text in lines if n >= line and str(one) in text), line)
    if type(one) is date:
        raise toml.error(at, f"{one} is later than known_to, which is {known_to}")
    raise toml.error(at, "dates must be such as 2026-12-25, without quotes")


# ── what to look at ──────────────────────────────────────────────────────────


def _of_unknown_wards(policy: Policy, wards: Collection[str]) -> list[str]:
    """One that closed must not keep the gateway from starting, and a slip in a code
    must not pass unseen."""
    if not wards:
        return []
    ours = f"Its wards are {', '.join(sorted(wards))}"
    named = (
        ("[wards]", policy.ward_hours, "has the hours of all"),
        ("named_wards", policy.named_wards - {EVERY_WARD}, "is not named in texts"),
    )
    return [
        f"no ward of this gateway has the code {' or '.join(unknown)}, which the "
        f"policy names in {where}: a ward that was meant {then}. {ours}"
        for where, codes, then in named
        if (unknown := sorted(set(codes) - set(wards)))
    ]


def _of_holidays(policy: Policy, now: datetime) -> list[str]:
    known_to = policy.holidays_known_to
    if known_to >= now.astimezone(LONDON).date() + WARN_AHEAD:
        return []
    return [
        f"bank holidays are known to {known_to:%d %B %Y} only, and texts go "
        "out on later ones: name a newer list in holidays_file (gov.uk/bank-holidays)"
    ]


def _of_closed_days(policy: Policy, now: datetime) -> list[str]:
    """Where hours and holidays close a ward for so long that texts grow too old."""
    first = now.astimezone(LONDON).date()
    found: list[str] = []
    for hours in dict.fromkeys((policy.hours, *policy.ward_hours.values())):
        longest = longest_closed(hours, policy.holidays, first, WARN_AHEAD.days)
        if longest is None or longest.until - longest.since <= policy.validity:
            continue
        wards = [ward for ward, own in policy.ward_hours.items() if own == hours]
        who = "wards without hours of their own" if hours == policy.hours else ""
        since = longest.since.astimezone(LONDON)
        found.append(
            f"{', '.join(filter(None, [who, *wards]))}: closed for "
            f"{(longest.until - longest.since) // _HOUR} hours from "
            f"{since:%A %d %B %Y, %H:%M}; who is to be asked early in that time "
            f"never is, because validity_hours is {policy.validity // _HOUR}"
        )
    return found


def _of_texts_that_meet(policy: Policy) -> list[str]:
    if policy.right_time is None:
        return []
    last = policy.soon_after + policy.validity
    if policy.remind_after is not None:
        last += policy.remind_after + policy.validity
    if policy.right_time[0] >= last:
        return []
    return [
        "somebody may get two texts about one stay on the same day: the first survey's "
        f"last text goes out up to {last // _HOUR} hours after they went home, and "
        f"right_time_days begins after {policy.right_time[0] // _HOUR}"
    ]
