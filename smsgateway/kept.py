"""Which answers does one turn of a conversation leave behind?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from feedback.answer import Draft, utc_text
from feedback.bundle import Bundle
from feedback.seal import seal
from smsgateway.talk import MODE, Row, State, Turn


def practised(turn: Turn) -> Turn:
    """With the mark, once to a response. One that patients began gets it too, with
    its next row: that nothing counts was said, and is kept."""
    answers = turn.state.answers
    if not turn.rows or "_practice" in answers:
        return turn
    state = replace(turn.state, answers={"_practice": "yes", **answers})
    return replace(turn, state=state, rows=(Row("_practice", "yes"), *turn.rows))


def drafts(
    state: State, rows: Iterable[Row], bundle: Bundle | None, now: datetime
) -> list[Draft]:
    return [
        Draft(
            response=state.response,
            survey=state.survey,
            question=row.question,
            value=_sealed(state, row, bundle) if row.is_comment else row.value,
            ward=state.ward,
            mode=MODE,
            answered_at=utc_text(now),
        )
        for row in rows
    ]


def _sealed(state: State, row: Row, bundle: Bundle | None) -> str:
    assert bundle is not None, "a comment with nobody to seal it for"
    return seal(
        row.value,
        state.response,
        row.question,
        bundle.comment_key_id,
        bundle.comment_public_key,
    )
