"""Which answers are carried? Visits of nine, one of them a sealed comment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from deploy.demo.programs import KIOSK_WARD
from feedback.answer import Draft, new_response, utc_text
from feedback.bundle import Keys
from feedback.seal import seal

SURVEY = "inpatient@2"
COMMENT_CHARS = 200
BEGAN = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
SECONDS_A_TAP = 4

COMMENT = "good"
VISIT = {
    "_language": "en",
    "_who": "patient",
    "fft": "good",
    "arrival": "1",
    "arrival_feelings": "safe supported",
    "staff": "2",
    COMMENT: "",  # sealed for each visit
    "_share": "yes",
    "_end": "finished",
}
_WORDS = (
    "The nurse who brought my tablets at night sat down and told me what each is for. "
)


def visit(number: int, keys: Keys) -> list[Draft]:
    """What one person said, with a comment of COMMENT_CHARS of their own."""
    response = new_response()
    words = (f"{number}. " + _WORDS * 3)[:COMMENT_CHARS]
    public = keys.comment_keys[keys.comment_key]
    sealed = seal(words, response, COMMENT, keys.comment_key, public)
    began = BEGAN + timedelta(seconds=number * len(VISIT) * SECONDS_A_TAP)
    return [
        Draft(
            response,
            SURVEY,
            question,
            sealed if question == COMMENT else value,
            KIOSK_WARD,
            "kiosk",
            utc_text(began + timedelta(seconds=place * SECONDS_A_TAP)),
        )
        for place, (question, value) in enumerate(VISIT.items())
    ]


def visits(many: int, keys: Keys) -> Iterator[list[Draft]]:
    for number in range(many):
        yield visit(number, keys)
