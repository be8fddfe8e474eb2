"""Visitors at a tablet, one after another, without a screen: what the storm kills.

`python -m tests.faults.visitor --log FILE --history FILE --seed N`. The real visit of
the kiosk (`kiosk.flow`) on the real log; only the finger is missing.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from feedback.answer import Answer, Draft, new_response
from feedback.log import Log
from feedback.survey import CHOICES, COMMENT, FEELINGS, Question, offered
from kiosk.flow import Visit
from kiosk.ready import Holder, Ready
from tests.faults.history import History, content

PACE_S = 0.002
TEXTS = (
    "The nurse at night was kind 🙂",
    "Rwy'n teimlo'n well, diolch – ŵ ŷ",
    "الممرضة كانت لطيفة",
    "Too loud,\nand too bright.",
)


class RecordedLog(Log):
    """The log, with each `add_all` in the history before and after."""

    history: History

    def add_all(self, drafts: Iterable[Draft]) -> list[Answer]:
        wanted = list(drafts)
        hashes = [content(draft) for draft in wanted]
        self.history.write("invoke", hashes)
        rows = super().add_all(wanted)
        self.history.write("ok", hashes)
        return rows


def visit(log: Log, ready: Ready, chance: random.Random) -> None:
    """One person: answers, leaves some, goes back, changes a mind, may walk away."""
    one = Visit(log, ready, new_response(), practice=False)
    one.start(chance.choice(ready.survey.languages), now())
    while one.place.going:
        time.sleep(PACE_S)
        turn = chance.random()
        question = one.place.at
        if question is None:
            on_the_map(one, chance)
        elif turn < 0.04:
            one.leave(now())
        elif turn < 0.12 and one.can_go_back:
            one.back()
        else:
            one.answer(some_value(question, one.place.answers, chance), now())


def on_the_map(one: Visit, chance: random.Random) -> None:
    """A few faces in any order, words for one of them, and on."""
    steps = [step.key for step in one.survey.steps()]
    placed = [key for key in steps if one.place.answers.get(key)]
    turn = chance.random()
    if turn < 0.6:
        levels = ["", "-2", "-1", "0", "1", "2"]
        one.place_step(chance.choice(steps), chance.choice(levels), now())
    elif turn < 0.75 and placed:
        one.open_words(chance.choice(placed))
    else:
        one.go_on(now())


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


def now() -> datetime:
    return datetime.now(UTC)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--log", type=Path, required=True)
    parser.add_argument("--history", type=Path, required=True)
    parser.add_argument("--seed", type=int, required=True)
    given = parser.parse_args()
    chance = random.Random(given.seed)
    log = RecordedLog.open(given.log)
    assert isinstance(log, RecordedLog)
    log.history = History(given.history)
    holder = Holder(log, "")
    while not isinstance(ready := holder.look(), Ready):
        time.sleep(0.1)
    while True:
        visit(log, ready, chance)


if __name__ == "__main__":
    main()
