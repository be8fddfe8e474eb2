"""Visitors at a tablet, one after another, without a screen: what the storm kills.

`python -m tests.faults.visitor --log FILE --history FILE --clock FILE --seed N`. The
real visit of the kiosk (`kiosk.flow`) on the real log; only the finger is missing. The
clock's file holds how many seconds the tablet's time is off.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path

from feedback.answer import Answer, Draft, new_response, utc_text
from feedback.log import Log, NotSaved
from feedback.survey import CHOICES, COMMENT, FEELINGS, Question, offered
from kiosk.flow import MODE, Visit
from kiosk.ready import Holder, Ready
from tests.faults.clock import Clock
from tests.faults.history import WITHDRAW, History

PACE_S = 0.002
RETRY_S = 0.05
CANARY = "quokka"  # in all that anybody says: it may stand in no program's output
TEXTS = (
    f"The nurse at night was kind 🙂 {CANARY}",
    f"Rwy'n teimlo'n well, diolch – ŵ ŷ {CANARY}",
    f"الممرضة كانت لطيفة {CANARY}",
    f"Too loud,\nand too bright. {CANARY}",
)
WITHDRAWN_OF = 0.03
POISON_OF = 0.02


class RecordedLog(Log):
    """The log, with each `add_all` in the history before and after."""

    history: History

    def add_all(self, drafts: Iterable[Draft]) -> list[Answer]:
        wanted = list(drafts)
        self.history.answers("invoke", wanted)
        joins = self.db.conn.in_transaction
        try:
            rows = super().add_all(wanted)
        except NotSaved:
            self.history.answers("info", wanted)
            raise
        # Of a transaction that goes on nothing is known before its end.
        self.history.answers("info" if joins else "ok", wanted)
        return rows


class Visitor:
    def __init__(
        self, log: RecordedLog, ready: Ready, chance: random.Random, clock: Clock
    ) -> None:
        self.log, self.ready = log, ready
        self.chance, self.now = chance, clock

    def visit(self) -> None:
        """One person: answers, leaves some, goes back, changes a mind, takes all of it
        back, or walks away."""
        chance, one = self.chance, self._new_visit()
        language = chance.choice(self.ready.survey.languages)
        self.do(one, lambda: one.start(language, self.now()))
        while one.place.going:
            time.sleep(PACE_S)
            if chance.random() < WITHDRAWN_OF:
                return self.withdraw(one)
            self.do(one, self._move(one))
        return None

    def _new_visit(self) -> Visit:
        return Visit(self.log, self.ready, new_response(), practice=False)

    def _move(self, one: Visit) -> Callable[[], None]:
        turn, chance = self.chance.random(), self.chance
        question = one.place.at
        if question is None:
            return on_the_map(one, chance, self.now())
        if turn < 0.04:
            return lambda: one.leave(self.now())
        if turn < 0.12 and one.can_go_back:
            return one.back
        value = some_value(question, one.place.answers, chance)
        return lambda: one.answer(value, self.now())

    def do(self, one: Visit, move: Callable[[], None]) -> None:
        """As the kiosk does it: what the disk refuses is tried again as it was."""
        try:
            move()
        except NotSaved:
            while one.unsaved:
                time.sleep(RETRY_S)
                try:
                    one.retry()
                except NotSaved:
                    continue

    def withdraw(self, one: Visit) -> None:
        self.log.history.write("invoke", WITHDRAW, [one.response])
        self.do(one, lambda: one.withdraw(self.now()))
        self.log.history.write("ok", WITHDRAW, [one.response])

    def poison(self) -> None:
        """A row that no database of central's keeps as it is."""
        words = (self.ready.survey.name, "better", "a\0b", self.ready.ward.code, MODE)
        draft = Draft(new_response(), *words, utc_text(self.now()))
        while True:
            try:
                self.log.add_all([draft])
            except NotSaved:
                time.sleep(RETRY_S)
            else:
                return


def on_the_map(one: Visit, chance: random.Random, now: datetime) -> Callable[[], None]:
    """A few faces in any order, words for one of them, and on."""
    steps = [step.key for step in one.survey.steps()]
    placed = [key for key in steps if one.place.answers.get(key)]
    turn = chance.random()
    if turn < 0.6:
        key, level = chance.choice(steps), chance.choice(["", *map(str, range(-2, 3))])
        return lambda: one.place_step(key, level, now)
    if turn < 0.75 and placed:
        key = chance.choice(placed)
        return lambda: one.open_words(key)
    return lambda: one.go_on(now)


def some_value(
    question: Question, answers: Mapping[str, str], chance: random.Random
) -> str:
    if chance.random() < 0.15:
        return ""
    if question.kind == COMMENT:
        return f"{chance.choice(TEXTS)} {chance.random()}"
    keys = [option.key for option in offered(question, answers)]
    many = question.kind in (CHOICES, FEELINGS)
    return " ".join(chance.sample(keys, chance.randint(1, 3) if many else 1))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--log", type=Path, required=True)
    parser.add_argument("--history", type=Path, required=True)
    parser.add_argument("--clock", type=Path, required=True)
    parser.add_argument("--seed", type=int, required=True)
    given = parser.parse_args()
    chance = random.Random(given.seed)
    log = RecordedLog.open(given.log)
    assert isinstance(log, RecordedLog)
    log.history = History(given.history, f"visitor {given.seed}")
    holder = Holder(log, "")
    while not isinstance(ready := holder.look(), Ready):
        time.sleep(0.1)
    visitor = Visitor(log, ready, chance, Clock(given.clock))
    while True:
        visitor.visit()
        if chance.random() < POISON_OF:
            visitor.poison()


if __name__ == "__main__":
    main()
