"""What becomes of a text that we find at the carrier, hours after it was sent?

It is kept and understood like any other, and nothing is said back. The reply to a
text is the next question, or thanks; an hour later, on a phone that has long been put
away, it would startle or confuse, and the person may have texted again and be further
on. So what was asked before may be answered by a late text, but nothing is asked by
one: a question that nobody was sent stands nowhere as asked.

    it opened a conversation     its words are kept; their next text begins anew
    it answers what was asked    the answer counts; a question that would follow it
                                 is not put, and their next words are added ones
    they have texted since       its words are kept; it changes no answer given later
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from smsgateway.talk import State, Turn


def may_answer(held: State, since: datetime, at: datetime) -> bool:
    """Whether a text of `at` can answer what this conversation asks; `since`: its
    last text."""
    return bool(held.asking) and since <= at


def unsaid(before: State, turn: Turn) -> Turn:
    """The turn as it is when its reply is never sent."""
    if not before.answers:
        return replace(turn, reply="")
    after = turn.state
    state = replace(
        before, language=after.language, answers=after.answers, told=after.told
    )
    was_overheard = after.left and not before.left
    if after.asking != before.asking and not was_overheard:
        state = replace(state, asking="", ended=True)
    return replace(turn, state=state, reply="")
