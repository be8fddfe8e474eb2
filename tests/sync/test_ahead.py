"""While central is at work on one batch, the next one is packed."""

from __future__ import annotations

from threading import Event

from feedback.answer import ERASED
from feedback.wire import MAX_ANSWERS
from tests.sync.scripted_central import NOW, html

ENOUGH_S = 10.0


def grown(site):
    """The line has shown that it carries full batches; and far more waits."""
    site.agent.turn()
    site.tap(MAX_ANSWERS)
    site.later()
    site.tap(4 * MAX_ANSWERS)
    del site.central.heard[:]


def test_the_next_batch_is_packed_before_the_answer_comes(site):
    grown(site)
    packed, real_after = [], site.log.after

    def after(have, limit):
        packed.append(have)
        again.set() if len(packed) == 2 else None
        return real_after(have, limit)

    again, was_packed = Event(), []

    def slow(heard):
        was_packed.append(again.wait(ENOUGH_S))
        return site.central.truth(heard)

    site.log.after = after
    site.central.script.append(slow)
    site.later()
    assert was_packed == [True]
    assert site.log.unsent == 0
    firsts = [post.batch.first for post in site.central.posts]
    assert firsts == [1 + n * MAX_ANSWERS for n in (1, 2, 3, 4)], "each once"


def test_the_first_and_the_last_batch_say_how_the_device_is(site):
    grown(site)
    site.later()
    said = [bool(post.batch.status) for post in site.central.posts]
    assert said == [True, False, False, True]


def test_what_was_packed_for_an_answer_that_did_not_come_is_not_kept(site):
    """Another agent moves the mark, and words are erased, before the next try."""
    grown(site)
    site.central.script.append(html(502))
    assert site.later().state == "trying"
    site.log.move(2 * MAX_ANSWERS, NOW, NOW)
    site.central.have = 2 * MAX_ANSWERS
    site.log.db.conn.execute("UPDATE answers SET value = ?", (ERASED,))
    del site.central.heard[:]
    site.later(seconds=20)  # soon: a status is not due yet
    sent = [answer for post in site.central.posts for answer in post.batch.answers]
    assert len(sent) == 3 * MAX_ANSWERS
    assert {answer["value"] for answer in sent} == {ERASED}
