"""How does a clerk's file become invitations, all of it or nothing?

The file is staged a few rows at a time: a gateway that writes the same log never waits
long for it. Only when the last row is there does the whole count. Killed on the way, it
was never there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TextIO, TypeVar

from feedback.settings import SettingError
from feedback.table import FILE_BYTES, Problem
from smsgateway.asking.desk import Asking
from smsgateway.asking.forecast import forecast
from smsgateway.asking.listing import POST
from smsgateway.asking.policy import Policy
from smsgateway.asking.prospect import prospect
from smsgateway.asking.refusals import Refusal
from smsgateway.asking.report import lines
from smsgateway.asking.sheet import DECEASED, Sheet, read_sheet
from smsgateway.desk import Desk
from smsgateway.opening import open_desk
from smsgateway.settings import ASKING, Settings

Row = TypeVar("Row")
AT_ONCE = 200  # rows in one transaction: some milliseconds


def invite(
    settings: Settings,
    file: Path,
    is_dry: bool,
    now: Callable[[], datetime],
    out: TextIO,
) -> bool:
    """Say what the file asks for and, unless `is_dry`, take it up; whether it could be.

    SettingError when this gateway asks nobody, or does not know yet what to ask.
    """
    if settings.asking is None:
        raise SettingError(
            f"{ASKING} names no policy: this gateway asks nobody by text"
        )
    data = _data(file)
    desk = open_desk(settings, now)
    with desk.log:
        sheet = read_for(desk, data, settings.asking, now())
        asking = _asking(desk)
        known = prospect(desk.log, asking, sheet.requests, now())
        loads = forecast(desk.log, asking, known.asked, now())
        for line in [*lines(sheet, is_dry, known), *loads, *asking.warnings(now())]:
            print(line, file=out)
        if sheet.problems:
            return False
        if not is_dry:
            new = min(take(desk, sheet, now(), name=file.name), known.texts)
            print(f"{new} texts are planned.", file=out)
    return True


def _data(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(FILE_BYTES + 1)
    except FileNotFoundError:
        raise SettingError(f"there is no file {file}") from None
    except IsADirectoryError:
        raise SettingError(f"{file} is a folder, not a file") from None
    except OSError as error:
        raise SettingError(f"{file} cannot be read: {error.strerror}") from None


def read_for(desk: Desk, data: bytes, policy: Policy, now: datetime) -> Sheet:
    """The file by this gateway's wards, languages and surveys; SettingError when it has
    no bundle."""
    bundle = desk.bundles.current()
    if bundle is None:
        raise SettingError("there is no bundle yet: nobody has said what to ask")
    languages = {one for survey in bundle.surveys.values() for one in survey.languages}
    wards = [ward.code for ward in bundle.wards]
    named = partial(desk.heard.language_in, greets=False)
    sheet = read_sheet(data, wards, sorted(languages), policy, now, named)
    unknown = tuple(
        Problem(0, "survey", f"there is no survey {name} here")
        for name in sorted({one.survey for one in sheet.requests} - {""})
        if name not in bundle.surveys
    )
    return sheet if not unknown else Sheet((), unknown, sheet.skipped)


def take(
    desk: Desk, sheet: Sheet, now: datetime, by_post: bool = False, name: str = ""
) -> int:
    """How many texts are new. Who the file says has died, or must not be contacted, is
    asked no more by any file. What came `by_post` has no rows. `name`: the file's."""
    asker = _asking(desk).asker
    with desk.log.transaction():
        batch = asker.book.begin(now)
        asker.name_file(batch, POST if by_post else name, now)
    new = 0
    for some in _in_parts(sheet.requests):
        requests = [replace(one, row=0) for one in some] if by_post else some
        with desk.log.transaction():
            new += asker.take(batch, requests, now)
    for skipped in _in_parts(sheet.skipped):
        refusals = [_refusal(one, now, by_post) for one in skipped]
        with desk.log.transaction():
            asker.leave_out(batch, refusals)
    with desk.log.transaction():
        for number, why in sheet.marked:
            asker.exclude(number, "died" if why == DECEASED else "staff_asked", now)
        asker.release(batch)
    return new


def _asking(desk: Desk) -> Asking:
    assert desk.asking is not None, "a gateway that asks"
    return desk.asking


def _refusal(skipped: Problem, now: datetime, by_post: bool) -> Refusal:
    row = 0 if by_post else skipped.row
    return Refusal(now, skipped.ward, skipped.code, row=row)


def _in_parts(rows: Iterable[Row]) -> Iterator[list[Row]]:
    rest = iter(rows)
    while some := list(islice(rest, AT_ONCE)):
        yield some
