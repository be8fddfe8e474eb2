"""What is unsent and why, in words?

The agent leaves a report in the log's notes; `wardvoice-sync status` and the kiosk's
staff screen read it there.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime

from feedback.answer import utc_moment
from feedback.log import CENTRAL, SYNC_STATUS, Log
from sync.errors import TROUBLES, UNREACHED

STATES = (
    *("not_enrolled", "enrolled", "well", "sending"),
    *("trying", "fork", "unknown", "version"),
)
STALE_S = 300.0  # central is asked every minute, or it is told why not


@dataclass(frozen=True, slots=True)
class Report:
    """How the last turn went. Moments are UTC texts by this machine's clock, or ""."""

    state: str = "not_enrolled"
    device: str = ""
    tried_at: str = ""
    reached_at: str = ""  # when central itself last answered
    next_at: str = ""
    trouble: str = ""  # a key of TROUBLES
    http_status: int = 0
    failures: int = 0
    at: int = 0  # the row to enrol again from
    most: int = 0  # the wire version that central knows
    bundle: int = 0
    bundle_trouble: str = ""
    as_text: int = 0  # answers that central only took wrapped as text
    clock_ahead_s: int = 0  # of central's, by its last answer; 0 when it is about right
    missing: str = ""  # rows that are gone from this file though never acknowledged
    since: str = ""  # since when it fails without a break, or sends
    sent: int = 0  # of a long sending, since then
    of: int = 0
    words: str = ""  # all of it for staff, as of the last turn

    def timeless(self) -> Report:
        return replace(self, tried_at="", reached_at="", next_at="", words="")

    def is_fresh(self, now: datetime) -> bool:
        """Whether central was reached so lately that it may still be so."""
        if not self.reached_at:
            return False
        return abs((now - utc_moment(self.reached_at)).total_seconds()) <= STALE_S


def read_report(log: Log) -> Report:
    """The report in the log's notes; a fresh one when there is none to be read."""
    try:
        left = json.loads(log.note(SYNC_STATUS) or "{}")
        known = {field.name: field.type for field in fields(Report)}
        report = Report(**{k: v for k, v in left.items() if k in known})
    except (ValueError, TypeError, AttributeError):
        return Report()
    kinds = {"str": str, "int": int}
    right = all(
        type(getattr(report, name)) is kinds[str(kind)] for name, kind in known.items()
    )
    if not right or report.state not in STATES:
        return Report()
    # A later program that was taken back may have had a trouble without words here.
    if report.state == "trying" and report.trouble not in TROUBLES:
        return Report()
    return report


def write_report(log: Log, report: Report, now: datetime) -> Report:
    """Leave the report in the log, with its words, and return it as it stands there."""
    told = replace(report, words=" ".join(words(report, log.unsent, now)))
    log.set_note(SYNC_STATUS, json.dumps(asdict(told), ensure_ascii=False))
    return told


# ── words ────────────────────────────────────────────────────────────────────


def status_words(log: Log, now: datetime, running: bool) -> list[str]:
    """All that `wardvoice-sync status` says, line by line. `now` has a zone."""
    report = read_report(log)
    lines = [verdict(report, now, running), *words(report, log.unsent, now)]
    if log.note(CENTRAL):
        lines.append(f"Central is at {log.note(CENTRAL)}.")
    if not running:
        lines.append(
            "No agent is running for this file, so nothing is being sent. "
            "Start it with: systemctl start wardvoice-sync, or wardvoice-sync run"
        )
    return lines


def verdict(report: Report, now: datetime, running: bool) -> str:
    """Well is what was seen to be so within minutes; all else is not."""
    sends = running and report.state in ("well", "sending") and report.is_fresh(now)
    if sends and not (report.bundle_trouble or report.missing or report.clock_ahead_s):
        return "All is well."
    return "NOT all is well:"


def words(report: Report, unsent: int, now: datetime) -> list[str]:
    lines = [_waiting(unsent), *_STATE_WORDS[report.state](report, now)]
    if report.reached_at and report.state not in ("well", "sending", "enrolled"):
        lines.append(f"Central was last reached {clock(report.reached_at, now)}.")
    if report.state not in ("not_enrolled", "enrolled"):
        lines += _bundle(report)
    if report.clock_ahead_s:
        lines.append(
            f"The clock of this machine is {_off(report.clock_ahead_s)} central's: set "
            "it. Answers arrive all the same; their times are moved, and marked."
        )
    if report.as_text:
        lines.append(
            f"{count(report.as_text, 'answer')} could not be read by central and "
            "went as text; central holds such answers for its technicians."
        )
    if report.missing:
        lines.append(f"This file has lost the rows {report.missing}: tell support.")
    return lines


def _off(ahead_s: int) -> str:
    """7 minutes behind; 3 days ahead of"""
    seconds = abs(ahead_s)
    steps = (("day", 86_400), ("hour", 3_600), ("minute", 60))
    noun, length = next(step for step in steps if seconds >= step[1])
    return f"{count(seconds // length, noun)} {'ahead of' if ahead_s > 0 else 'behind'}"


def _waiting(unsent: int) -> str:
    if unsent == 0:
        return "No answers are waiting."
    verb = "is" if unsent == 1 else "are"
    return f"{count(unsent, 'answer')} {verb} waiting."


def _not_enrolled(_report: Report, _now: datetime) -> list[str]:
    return [
        "This device is not enrolled yet. Get a code from central and type: "
        "wardvoice-sync enrol CODE --central https://…"
    ]


def _enrolled(_report: Report, _now: datetime) -> list[str]:
    return ["This device is enrolled; the agent has not reached central since."]


def _well(report: Report, now: datetime) -> list[str]:
    reached = f"Central was last reached {clock(report.reached_at, now)}"
    if report.is_fresh(now):
        return [f"{reached}."]
    return [
        f"{reached}, and should be every minute: the agent hangs, cannot write to this "
        "file, or the clock of this machine was set. Start the agent again."
    ]


def _sending(report: Report, now: datetime) -> list[str]:
    since = clock(report.since, now)
    sent = f"Sending: {report.sent:,} of {report.of:,} have arrived since {since[3:]}."
    return [sent, *_well(report, now)]


def _trying(report: Report, now: datetime) -> list[str]:
    head = "Waiting for the network" if report.trouble in UNREACHED else "Not sending"
    since = [f"{head} since {clock(report.since, now)[3:]}."] if report.since else []
    code = f" (HTTP {report.http_status})" if report.http_status else ""
    tried = f"The last try {clock(report.tried_at, now)} {TROUBLES[report.trouble]}"
    return [
        *since,
        f"{tried}{code}.",
        f"It is tried again {clock(report.next_at, now)}, without an end; "
        "nothing is lost.",
    ]


def _fork(report: Report, now: datetime) -> list[str]:
    return [
        "Enrol again: central knows other answers than this file from number "
        f"{report.at} on. The device was copied, or an old backup put back.",
        "Answers are still collected and kept. Get a code from central and type: "
        "wardvoice-sync enrol CODE",
        _asked_again(report, now),
    ]


def _unknown(report: Report, now: datetime) -> list[str]:
    if report.at:
        return [
            "Enrol again, with a right code: this file has a new key from number "
            f"{report.at} on, and central does not know that key. The code was "
            "mistyped or too old, or the device was removed since. Everything is kept.",
            "Get a code from central and type: wardvoice-sync enrol CODE",
            _asked_again(report, now),
        ]
    return [
        "Central does not know this device, or has removed it. Everything is kept. "
        "Ask central's administrator; with a new code type: wardvoice-sync enrol CODE",
        _asked_again(report, now),
    ]


def _version(report: Report, now: datetime) -> list[str]:
    return [
        "Central is older than this program: it reads batches up to version "
        f"{report.most}. Everything is kept until central is updated.",
        _asked_again(report, now),
    ]


def _asked_again(report: Report, now: datetime) -> str:
    return f"Central is asked again {clock(report.next_at, now)}."


_STATE_WORDS: dict[str, Callable[[Report, datetime], list[str]]] = {
    "not_enrolled": _not_enrolled,
    "enrolled": _enrolled,
    "well": _well,
    "sending": _sending,
    "trying": _trying,
    "fork": _fork,
    "unknown": _unknown,
    "version": _version,
}


def _bundle(report: Report) -> list[str]:
    held = f"version {report.bundle}" if report.bundle else "none yet"
    lines = [f"Surveys and wards (the bundle): {held}."]
    if report.bundle_trouble:
        kept = "; the last good one is kept" if report.bundle else ""
        lines.append(f"A newer bundle was not taken{kept}: {report.bundle_trouble}.")
    return lines


def count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def clock(text: str, now: datetime) -> str:
    """A UTC text as people say it where `now` is: `at 14:03`, `on 3 May at 14:03`.

    With the year where it is another one: this machine's clock may have been years off.
    """
    if not text:
        return "at a time not known"
    there = utc_moment(text).astimezone(now.tzinfo)
    if there.date() == now.date():
        return f"at {there:%H:%M}"
    year = "" if there.year == now.year else f" {there.year}"
    return f"on {there.day} {there:%B}{year} at {there:%H:%M}"
