"""Faults planted on purpose: each must turn the storm's verdict red.

An agent takes its fault here when it is started with its name (tests.faults.agent),
central takes its own when it starts with `planted_settings`. A storm that stays green
under one of these proves nothing.
"""

from __future__ import annotations

from feedback.log import Log
from sync import agent
from sync.agent import Agent
from sync.batch import Sent
from sync.connection import Connection

# Each fault, and what it does that the verdict must name.
PLANTED = {
    "early_watermark": {"overclaimed", "lost"},  # lost when central is asked too late
    "no_key_check": {"duplicated"},
    "above_last": {"lost"},
    "whole_batch": {"lost"},
    "uncommitted": {"overclaimed"},
    "body_in_a_line": {"spoken"},
    "forgotten_erasures": {"returned"},
}


def plant_in_agent(fault: str) -> None:
    assert fault in PLANTED
    if fault == "early_watermark":
        early_watermark()
    if fault == "above_last":
        above_last()


def early_watermark() -> None:
    """The agent moves its watermark before central has answered."""
    pack = Agent._pack

    def pack_and_move(self: Agent, connection: Connection) -> Sent:
        sent = pack(self, connection)
        _move_anywhere(self._log, sent.first + sent.count - 1)
        return sent

    Agent._pack = pack_and_move


def above_last() -> None:
    """The watermark moves to a `have` above the log's own `last`: the agent does not
    doubt a central that does not notice the shorter log (see planted_settings)."""
    agent._have = lambda sent, reply: reply.have
    Sent.shown_to = property(lambda sent: 10**9)
    Log.move = _move_anywhere


def _move_anywhere(log: Log, have: int, *_clocks: str) -> None:
    with log.transaction() as connection:
        connection.execute("UPDATE watermark SET have = ?", (have,))
