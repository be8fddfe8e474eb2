"""What does central not have yet?

One turn: pack the rows above the watermark, sign, ask, act on the answer, until central
has them all. The log is the only memory that counts; what an agent remembers between
turns (pace, ration, connection) is found out again after a restart.
"""

from __future__ import annotations

import sqlite3
import traceback
from pathlib import Path

import structlog

from feedback.answer import utc_moment, utc_text
from feedback.log import CENTRAL, Log, LogError
from feedback.settings import SettingError
from feedback.wire import Reply
from sync.ahead import Ahead
from sync.asking import ask
from sync.batch import Sent, next_batch
from sync.connection import Connection, proper_address
from sync.elders import Elders
from sync.errors import (
    ON_THE_WAY,
    UNREACHED,
    Forked,
    NoAnswer,
    Refused,
    TooNew,
    Unknown,
)
from sync.health import health
from sync.pace import CAP_S, HOUR_S, ON_THE_WAY_CAP_S, Pace
from sync.pull import Pull
from sync.ration import Ration
from sync.status import Report, read_report
from sync.telling import Telling
from sync.world import World

HEARTBEAT_S = 60.0
HEARTBEAT_JITTER_S = 12.0  # earlier, never later: a ward's tablets start together
# Enough for a gap, a declaration and the halving of a full batch down to one as text.
ROUNDS_WITHOUT_PROGRESS = 20

logger = structlog.get_logger()


class Agent:
    """Carries one log's answers to central. One thread; nothing else moves the mark."""

    def __init__(self, log: Log, world: World) -> None:
        self._log = log
        self._world = world
        self._telling = Telling(log, world)
        self._met = ("", "")  # the device and the central that the rest is about
        self._connection: Connection | None = None
        self._ahead = Ahead(log)
        self._begin()

    def _begin(self) -> None:
        self._pace = Pace(self._world.clock, self._world.chance)
        self._ration = Ration()
        self._start: int | None = None  # where this turn goes on, until a 200
        self._had = 0  # the mark, when the batch in hand was packed
        self._fell = False  # central has just said that it has less than that
        now_s = self._world.clock()
        self._next_heartbeat = self._next_purge = self._next_pull = now_s
        self._next_status = now_s
        self._ways_out = ""  # as they were when the last try failed
        self._door_open = False  # it opened to a knock

    @property
    def report(self) -> Report:
        """How the last turn that asked went."""
        return self._telling.report

    def close(self) -> None:
        self._hang_up()
        self._ahead.close()

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    # ── a turn ───────────────────────────────────────────────────────────────

    def turn(self) -> Report:
        """Ask central once, and go on until it has everything; the report of it.

        Nothing is asked when nothing is new and no heartbeat is due, or while the pace
        says to wait. Never raises for anything that a network or a disk can do.
        """
        try:
            connection = self._ready()
            if connection is None or not self._may_ask(connection):
                return self.report
            return self._ask_all(connection) if self._anything_to_say() else self.report
        except (LogError, sqlite3.Error, OSError) as error:
            self._pace.failed()
            return self._telling.disk(error)

    def _ready(self) -> Connection | None:
        """The connection to central; None when the log knows none yet.

        A device that was enrolled anew meanwhile, by another program, begins afresh.
        """
        url = self._log.note(CENTRAL)
        if not url:
            self._telling.not_enrolled()
            return None
        enrolled = read_report(self._log).state == "enrolled"
        if self._met != (self._log.device, url) or enrolled:
            self._meet(url)
        return self._connection

    def _meet(self, url: str) -> None:
        self._hang_up()
        self._begin()
        self._telling.begin()
        self._met, met = ("", ""), (self._log.device, url)
        try:
            address = proper_address(url, self._world.allow_http)
        except SettingError:
            self._met = met
            self._failed(NoAnswer("address"))
            return
        self._connection = Connection(address, self._world.clock, self._world.way)
        self._pull = Pull(self._log, self._connection)
        self._elders = Elders(self._log, self._connection, self._world)
        self._met = met  # last: what a failing disk broke off is begun again

    def _may_ask(self, connection: Connection) -> bool:
        if not self._pace.may_ask() and self.waiting and self._is_back(connection):
            logger.info("network is back")
            self._pace.hurry()
        return self._pace.may_ask()

    @property
    def waiting(self) -> bool:
        """Whether a try failed, and the next is not yet due: the network may return."""
        return self._pace.failures > 0 and not self._pace.may_ask()

    def _is_back(self, connection: Connection) -> bool:
        """Whether this machine has other ways out, or a door is open that was shut."""
        ways_out, before = self._world.ways_out(), self._ways_out
        self._ways_out = ways_out
        if ways_out and ways_out != before:
            return True
        return self.report.trouble in UNREACHED and self._knocked(connection)

    def _knocked(self, connection: Connection) -> bool:
        """A door that is open and gives no answer is no reason to hurry: a crowd may
        stand before it. It counts again when it was seen shut."""
        was_open, self._door_open = self._door_open, connection.answers()
        return self._door_open and not was_open

    def _anything_to_say(self) -> bool:
        return self._log.unsent > 0 or self._world.clock() >= self._next_heartbeat

    def _ask_all(self, connection: Connection) -> Report:
        try:
            reply = self._drain(connection)
        except NoAnswer as error:
            return self._failed(error)
        except Refused as error:
            return self._refused(error)
        self._pace.worked()
        self._door_open = False
        report = self._telling.well(self._pull.held, self._pull.trouble)
        self._elders.offer()
        self._purge(reply.now)
        return report

    def _failed(self, error: NoAnswer) -> Report:
        cap_s = ON_THE_WAY_CAP_S if error.trouble in ON_THE_WAY else CAP_S
        self._pace.failed(error.retry_after_s, cap_s)
        self._ways_out = self._world.ways_out()
        return self._telling.failed(error, self._pace.failures, self._pace.wait_s)

    def _refused(self, error: Refused) -> Report:
        self._pace.refused()
        return self._telling.refused(error, self._pace.wait_s)

    def _drain(self, connection: Connection) -> Reply:
        """Batch after batch until central has all, or this program is to stop."""
        # What a turn before was told may be old by now.
        self._start, self._fell, idle = None, False, 0
        self._ahead.forget()
        self._telling.begin_drain()
        while True:
            before = self._position
            sent = self._pack(connection)
            reply = self._ask(connection, sent)
            self._next_heartbeat = self._beat()
            done = self._act(sent, reply)
            if done:
                self._telling.sending()
                self._take_bundle(reply.bundle or 0)
            idle = 0 if self._position > before else idle + 1
            if idle > ROUNDS_WITHOUT_PROGRESS:
                raise NoAnswer("nonsense", reply.status)
            if done and (self._log.unsent <= 0 or self._world.stopping()):
                return reply

    @property
    def _position(self) -> int:
        return self._log.have if self._start is None else self._start

    def _beat(self) -> float:
        early_s = self._world.chance() * HEARTBEAT_JITTER_S + self._world.turn_every_s
        return self._world.clock() + HEARTBEAT_S - early_s

    # ── one batch ────────────────────────────────────────────────────────────

    def _ask(self, connection: Connection, sent: Sent) -> Reply:
        return ask(
            connection,
            self._log,
            sent,
            lambda question: self._ahead.pack_while(question, sent, connection.speed),
        )

    def _pack(self, connection: Connection) -> Sent:
        self._had = self._log.have
        guess = self._ahead.take(self._position, connection.speed)
        if guess and self._start is None and self._ration.is_whole and self._is_early:
            return guess
        status = {} if self._is_lean(connection) else self._status()
        return next_batch(
            self._log,
            self._position,
            self._ration,
            status,
            may_declare=self._start is not None,
            most_bytes=connection.speed.batch_bytes,
        )

    def _is_lean(self, connection: Connection) -> bool:
        """Without status: that may be what was refused, or costs time on a slow one."""
        return self._ration.lean or (connection.speed.slow and self._is_early)

    @property
    def _is_early(self) -> bool:
        """Whether central was told lately how this device is."""
        return self._world.clock() < self._next_status

    def _status(self) -> dict[str, object]:
        self._next_status = self._world.clock() + HEARTBEAT_S - HEARTBEAT_JITTER_S
        return health(self._log, self._pull.held, self._world.now())

    def _act(self, sent: Sent, reply: Reply) -> bool:
        """What design.md's table says; whether this batch is done with."""
        match reply.status, reply.why:
            case 200, _:
                self._acknowledged(sent, reply)
                return True
            case 409, "gap":
                self._start = _have(sent, reply)
                self._fell = self._start < self._had
            case 409, "fork":
                self._forked(sent, reply.at or sent.first)
            case 401, _:
                raise Unknown("401")
            case 400, "version":
                raise TooNew(most=reply.most or 0)
            case (400, "unreadable") | (413, _):
                if not self._ration.refused(sent.first, sent.count):
                    self._ration = Ration()
                    raise NoAnswer("refused", reply.status)
            case _:
                raise NoAnswer("nonsense", reply.status)
        return False

    def _forked(self, sent: Sent, at: int) -> None:
        """Believe a fork once central has compared all our rows below it.

        A log shorter than central's is told its end. Rows of it that did not fit into
        this batch may differ as well: they are shown first, or they would be lost.
        """
        shown_to = sent.shown_to
        if sent.last < at <= self._log.last:
            return  # it has grown since, and another agent has shown central that row
        if at <= shown_to + 1 or shown_to >= sent.last or not sent.count:
            raise Forked(at)
        self._start = shown_to

    def _acknowledged(self, sent: Sent, reply: Reply) -> None:
        """Move the mark over what central has of what it was shown, and no further.

        An old copy of this file may have grown past central's `have` with rows that
        differ from central's: they are told apart only when they are shown (ADR 4).
        """
        have = min(_have(sent, reply), sent.shown_to)
        if not _is_moment(reply.now):
            raise NoAnswer("nonsense", reply.status)
        here = self._world.now()
        self._telling.clock_ahead((here - utc_moment(reply.now)).total_seconds())
        clocks = (reply.now, utc_text(here))
        with self._log.transaction():
            if self._log.device != sent.device:
                raise NoAnswer("stranger", reply.status)  # enrolled anew in mid-flight
            if self._fell and self._start is not None:
                self._log.move(self._start, *clocks)  # the log remembers: it fell
                self._elders.begin()
            if self._fell or have >= self._log.have:  # else another agent was quicker
                self._log.move(have, *clocks)
        self._note_losses(sent, have)
        self._start, self._fell = None, False
        self._ration.passed(have)

    def _note_losses(self, sent: Sent, have: int) -> None:
        if self._ration.as_text and have >= sent.first:
            self._telling.note(as_text=self.report.as_text + 1)
        missing_from = max(self._log.purged_to, self._start or 0) + 1
        if sent.purged_to is not None and sent.purged_to >= missing_from:
            # Gone without a purge: nothing of ours does that, so people must know.
            logger.error("rows missing", have=missing_from, last=sent.purged_to)
            self._telling.note(missing=f"{missing_from} to {sent.purged_to}")

    def _take_bundle(self, offered: int) -> None:
        if offered <= self._pull.held or self._world.clock() < self._next_pull:
            return
        self._pull.take()
        if self._pull.trouble:  # a refused one is asked for again, but not at each tap
            self._next_pull = self._world.clock() + HEARTBEAT_S

    def _purge(self, now: str) -> None:
        """Forget, hourly, what central has had for 30 days by its clock and by this
        machine's; not while it may lack rows of an elder."""
        if self._world.clock() < self._next_purge or self._elders.waiting:
            return
        self._next_purge = self._world.clock() + HOUR_S
        purged = self._log.purge(now, utc_text(self._world.now()))
        if purged:
            logger.info("purge", purged=purged)

    def crashed(self, error: Exception) -> None:
        """A turn stopped at a fault of ours; the next one comes, but not at once."""
        logger.error("crash", error=type(error).__name__, where=_place(error))
        self._ration = Ration()
        try:
            self._failed(NoAnswer("crash"))
        except (LogError, sqlite3.Error) as trouble:
            self._telling.disk(trouble)


def _have(sent: Sent, reply: Reply) -> int:
    """The `have` of a reply. Above our own `last` it speaks of another log: a fork.

    Measured by `last` as it was sent: a tap since then is no row that central can know.
    """
    if reply.have is None or reply.have < 0:
        raise NoAnswer("nonsense", reply.status)
    if reply.have > sent.last:
        raise Forked(at=sent.first)
    return reply.have


def _place(error: Exception) -> str:
    """Where it happened. Not what it said: that may hold a patient's words."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""


def _is_moment(text: str) -> bool:
    try:
        utc_moment(text)
    except ValueError:
        return False
    return True
