"""What are people told of a turn?

The report in the log's notes, and one line in the machine's log.
"""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import structlog

from feedback.answer import utc_text
from feedback.log import Log, LogError
from sync.errors import Forked, NoAnswer, Refused, TooNew
from sync.status import Report, read_report, write_report
from sync.world import World

RETELL_S = 30.0
PROGRESS_S = 10.0
CLOCK_WRONG_S = 300.0  # as central's page of devices counts it

logger = structlog.get_logger()


class Telling:
    """The report of one log. `bundle` and `bundle_trouble` are set by the agent."""

    def __init__(self, log: Log, world: World) -> None:
        self._log = log
        self._world = world
        self.begin()

    def begin(self) -> None:
        """Go on from what the log's notes say, for the device that it is now."""
        self.report = replace(read_report(self._log), device=self._log.device)
        self._retell_from = self._world.clock()
        self.begin_drain()

    def note(self, **parts: int | str) -> None:
        """Remember something that outlives a turn, for the next report."""
        self.report = replace(self.report, **parts)  # type: ignore[arg-type]

    def clock_ahead(self, seconds: float) -> None:
        """By how much this machine's clock was before central's just now. In minutes: a
        second more or less is no news to be written to the tablet's flash."""
        wrong = abs(seconds) > CLOCK_WRONG_S
        self.note(clock_ahead_s=round(seconds / 60) * 60 if wrong else 0)

    def begin_drain(self) -> None:
        self._began, self._began_at = self._log.have, utc_text(self._world.now())
        self._progress_from = self._world.clock() + PROGRESS_S

    def sending(self) -> None:
        """A drain that takes long says now and then how far it is."""
        if self._log.unsent <= 0 or self._world.clock() < self._progress_from:
            return
        self._progress_from = self._world.clock() + PROGRESS_S
        sent = max(self._log.have - self._began, 0)
        report = replace(
            self._fresh("sending", 0.0),
            since=self._began_at,
            reached_at=utc_text(self._world.now()),
            sent=sent,
            of=sent + self._log.unsent,
        )
        self._tell(report, 0.0)

    def not_enrolled(self) -> Report:
        if self.report.state == "not_enrolled" and self.report.words:
            return self.report
        return self._tell(Report(device=self._log.device), 0.0)

    def well(self, bundle: int, bundle_trouble: str) -> Report:
        report = replace(
            self._fresh("well", 0.0),
            reached_at=utc_text(self._world.now()),
            bundle=bundle,
            bundle_trouble=bundle_trouble,
        )
        return self._tell(report, 0.0)

    def failed(self, error: NoAnswer, failures: int, wait_s: float) -> Report:
        report = replace(
            self._fresh("trying", wait_s),
            trouble=error.trouble,
            http_status=error.http_status,
            failures=failures,
            since=self._failing_since(),
        )
        return self._tell(report, wait_s)

    def _failing_since(self) -> str:
        old = self.report
        since = old.since if old.state == "trying" else ""
        return since or utc_text(self._world.now())

    def refused(self, error: Refused, wait_s: float) -> Report:
        reached_at = utc_text(self._world.now())
        report = replace(
            self._fresh("unknown", wait_s), reached_at=reached_at, at=self._new_from()
        )
        if isinstance(error, Forked):
            report = replace(report, state="fork", at=error.at)
        if isinstance(error, TooNew):
            report = replace(report, state="version", most=error.most, at=0)
        return self._tell(report, wait_s)

    def _new_from(self) -> int:
        """Where the rows of a new key begin of which central has told nothing yet: the
        enrolment that it was taken for may not have ended. Else 0."""
        begins = self._log.succeeds[1] if self._log.succeeds else 0
        return begins if self._log.have == begins - 1 else 0

    def disk(self, error: Exception) -> Report:
        """In the machine's log, and in the file's if that can still be written to: else
        what it says there is soon too old to be believed."""
        logger.warning("turn", trouble="disk", error=type(error).__name__)
        self.report = replace(
            self.report,
            state="trying",
            trouble="disk",
            since=self._failing_since(),
            tried_at=utc_text(self._world.now()),
            next_at=utc_text(self._world.now()),
        )
        with suppress(LogError, sqlite3.Error, OSError):
            self.report = write_report(self._log, self.report, self._world.now())
        return self.report

    # ── how it is written ────────────────────────────────────────────────────

    def _fresh(self, state: str, wait_s: float) -> Report:
        """A report of this turn that keeps what outlives a turn."""
        now, old = self._world.now(), self.report
        return Report(
            state=state,
            device=self._log.device,
            tried_at=utc_text(now),
            next_at=utc_text(now + timedelta(seconds=wait_s)),
            reached_at=old.reached_at,
            bundle=old.bundle,
            bundle_trouble=old.bundle_trouble,
            as_text=old.as_text,
            missing=old.missing,
            clock_ahead_s=old.clock_ahead_s,
        )

    def _tell(self, report: Report, wait_s: float) -> Report:
        logger.info(
            "turn",
            state=report.state,
            trouble=report.trouble or None,
            http_status=report.http_status or None,
            unsent=self._log.unsent,
            bundle=report.bundle,
            wait_s=round(wait_s),
        )
        if self._is_old_news(report):
            self.report = replace(report, words=self.report.words)
            return self.report
        self._retell_from = self._world.clock() + RETELL_S
        self.report = write_report(self._log, report, self._world.now())
        return self.report

    def _is_old_news(self, report: Report) -> bool:
        """All is well and was: not worth a write to the tablet's flash at each tap."""
        same = report.timeless() == self.report.timeless()
        early = self._world.clock() < self._retell_from
        return same and early and report.state == "well"
