"""What does central lack of the devices that this file was before?

After a fork the rows below it stay the old device's, its elder's, and only the elder's
key speaks for them. A central that was restored to before the fork may lack some, and
often nobody else has them. So they are offered when that may have happened: at the
start of a run, after an enrolment, and when central's `have` fell. The watermark is the
present device's, and is not touched here.
"""

from __future__ import annotations

import structlog

from feedback.answer import Answer
from feedback.identity import Elder
from feedback.log import Log
from feedback.wire import Reply
from sync.asking import ask
from sync.batch import Sent, next_batch
from sync.connection import Connection
from sync.errors import NoAnswer
from sync.pace import Pace
from sync.ration import Ration
from sync.world import World

MOST_GAPS = 20  # of one offer; a true central tells one, or one more for a lost row

logger = structlog.get_logger()


class Elders:
    """Offers a file's elders, the oldest first, over one connection."""

    def __init__(self, log: Log, connection: Connection, world: World) -> None:
        self._log = log
        self._connection = connection
        self._world = world
        self.begin()

    def begin(self) -> None:
        """Central may have been restored: each elder is to be offered (again)."""
        self._pace = Pace(self._world.clock, self._world.chance)
        self._offers = [_Offer(self._log, elder) for elder in self._log.elders()]

    @property
    def waiting(self) -> bool:
        """Whether central may still lack rows of an elder."""
        return bool(self._offers)

    def offer(self) -> None:
        """Go on until central has all of them. The present device's own answers come
        first: while one waits, the rest waits for the next turn."""
        while self._offers and self._pace.may_ask() and not self._interrupted():
            try:
                if self._offers[0].go_on(self._connection):
                    del self._offers[0]
            except NoAnswer as error:
                self._offers.append(self._offers.pop(0))  # the others do not wait
                self._pace.failed(error.retry_after_s)
                return

    def _interrupted(self) -> bool:
        return self._world.stopping() or self._log.unsent > 0


class ElderRows:
    """The rows that are one elder's for ever. `Rows`, as a batch is made of."""

    def __init__(self, log: Log, elder: Elder) -> None:
        self._log = log
        self._elder = elder
        self.device, self.last, self.sign = elder.device, elder.last, elder.sign

    def after(self, have: int, limit: int) -> list[Answer]:
        rows = self._log.after(max(have, self._elder.first - 1), limit)
        return [row for row in rows if row.seq <= self.last]


class _Offer(ElderRows):
    """How far the rows of one elder were offered."""

    def __init__(self, log: Log, elder: Elder) -> None:
        super().__init__(log, elder)
        # Nothing is sent unasked: an empty batch first, and central says what it lacks.
        self._start = elder.last
        self._told = False  # by central, just now, that it waits for `_start` + 1
        self._gaps = 0
        self._ration = Ration()

    def go_on(self, connection: Connection) -> bool:
        """Send one batch; whether central needs no more of this elder, or takes none.

        A fork just above `last` says that central has more of this log than the file:
        all is there. What else central may say is for another occasion.
        """
        most = connection.speed.batch_bytes
        sent = next_batch(self, self._start, self._ration, {}, self._told, most)
        reply = ask(connection, self, sent)
        match reply.status, reply.why:
            case 200, _:
                return self._shown(sent)
            case 409, "gap":
                return not self._lacks(reply)
            case (400, "unreadable") | (413, _):
                return not self._ration.refused(sent.first, sent.count)
        self._tell(reply.why or str(reply.status))
        return True

    def _shown(self, sent: Sent) -> bool:
        self._start, self._told = sent.shown_to, False
        self._ration.passed(sent.shown_to)
        if self._start < self.last:
            return False
        self._tell("there")
        return True

    def _lacks(self, reply: Reply) -> bool:
        """Whether this gap can be filled, from its beginning on."""
        have, self._gaps = reply.have, self._gaps + 1
        most = self._start - 1 if self._told else self._start
        if have is None or have > most or self._gaps > MOST_GAPS:
            self._tell("gap")
            return False
        self._start, self._told = have, True
        return True

    def _tell(self, state: str) -> None:
        logger.info("elder", device=self.device, state=state, last=self.last)
