"""What somebody learns who steals a tablet is what docs/operations.md says, no more."""

import sqlite3
from pathlib import Path
from unittest import mock

import pytest

from feedback.answer import WORDS
from feedback.seal import is_sealed
from feedback.survey import COMMENT, OUR_QUESTIONS
from kiosk import flow
from tests.kiosk.walk import walk

DOCS = (Path(__file__).parents[2] / "docs" / "operations.md").read_text()
SAID = DOCS[DOCS.index("What a thief of a tablet learns") :].split("\n\n")[0]

# What each readable question gives away, in the words of the docs.
GIVEN_AWAY = {
    "_language": "in which\nlanguage",
    "_who": "who answered",
    "_talk": "whether someone was asked to come",
    "_share": "whether the words may be shown",
}
# Of no visit: what the tablet was given, and how far it has sent.
TABLES = {"answers", "device", "watermark", "acknowledged", "notes"}
SILENT = {"_end", "_repeat", "_practice", "_receipt"}  # how a visit went, a code's hash


def visit(kiosk):
    """Every screen, with words on each sheet; the rows as a thief reads them."""
    for _ in walk(kiosk):
        pass
    with sqlite3.connect(f"file:{kiosk.log.path}?mode=ro", uri=True) as thief:
        tables = thief.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        names = {name for (name,) in tables if not name.startswith(("sqlite_", "_"))}
        rows = thief.execute(f"SELECT {', '.join(WORDS)} FROM answers").fetchall()
    return names, [dict(zip(WORDS, row, strict=True)) for row in rows]


def readable_words(kiosk, rows):
    """Comments that are not sealed."""
    surveys = kiosk.app._resting.held.bundle.surveys
    return [
        row["question"]
        for row in rows
        for question in [surveys[row["survey"]].question(row["question"])]
        if question is not None and question.kind == COMMENT
        if row["value"] not in ("", "erased") and not is_sealed(row["value"])
    ]


def test_the_docs_say_all_that_can_be_read(kiosk):
    tables, rows = visit(kiosk)
    assert tables == TABLES
    assert readable_words(kiosk, rows) == []
    ours = {row["question"] for row in rows} & set(OUR_QUESTIONS)
    for question in ours - SILENT:
        assert GIVEN_AWAY[question] in SAID, question
    for fact in ("the ward", "the times", "scores", "feelings", "how long", "own key"):
        assert fact in SAID


def test_that_words_which_are_not_sealed_are_found(kiosk):
    with (
        mock.patch.object(flow, "seal", lambda text, *_: text),
        mock.patch.object(kiosk.log, "erase"),
    ):
        _, rows = visit(kiosk)
    assert readable_words(kiosk, rows)


@pytest.mark.parametrize("question", sorted(OUR_QUESTIONS))
def test_each_of_our_questions_is_on_one_list(question):
    later = {"_concern", "_discharged"}  # no kiosk writes them
    assert question in GIVEN_AWAY.keys() | SILENT | later
