"""One bad answer blocks nobody: halved, then sent as text, and the log moves on."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.wire import MAX_ANSWERS
from sync.ration import Ration
from tests.sync.scripted_central import html, words

POISON = "poison"


def is_poison(raw: object) -> bool:
    return isinstance(raw, dict) and raw["value"] == POISON


@pytest.mark.parametrize("place", [1, 20, 40], ids=["first", "middle", "last"])
def test_a_poison_answer_ends_as_text_and_the_log_moves_on(site, place):
    site.central.unreadable = is_poison
    for seq in range(1, 41):
        site.tap(value=POISON if seq == place else "good")
    report = site.turn()
    wrapped = {n: row for n, row in site.central.rows.items() if isinstance(row, str)}
    assert list(wrapped) == [place]
    assert json.loads(base64.b64decode(wrapped[place]))["value"] == POISON
    assert (site.central.have, site.log.unsent, report.as_text) == (40, 0, 1)
    assert "1 answer could not be read by central and went as text" in report.words


def test_after_a_poison_answer_batches_are_full_again(site):
    site.central.unreadable = is_poison
    site.tap(value=POISON)
    site.tap(2_000)
    site.turn()
    assert (
        site.central.ranges()[-1][1] == 1_000 or site.central.ranges()[-2][1] == 1_000
    )


def test_a_proxy_with_a_small_limit_gets_small_batches(site):
    site.central.most_bytes = 700
    site.tap(300)
    site.turn()
    assert (site.log.unsent, site.agent.report.as_text) == (0, 0)


def test_a_status_that_is_refused_is_left_out(site):
    def refuses_any_status(heard):
        if heard.batch.status:
            return words(400, why="unreadable")(heard)
        return site.central.truth(heard)

    site.central.script.extend([refuses_any_status] * 2)
    assert site.turn().state == "well"
    assert len(site.central.posts) == 2


@pytest.mark.parametrize("said", [html(413), words(413), words(400, why="unreadable")])
def test_a_central_that_refuses_everything_is_tried_again_and_staff_are_told(
    site, said
):
    site.tap(9)
    site.central.script.extend([said] * 9)
    report = site.turn()
    assert (report.trouble, site.log.have) == ("refused", 0)
    assert len(site.central.posts) < 9
    site.central.script.clear()
    assert site.later().state == "well"
    assert site.central.ranges()[-1] == (1, 9), "it begins again with a full batch"


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 1_500), st.sets(st.integers(1, 1_500), max_size=6))
def test_halving_passes_every_answer_and_wraps_only_the_bad(last, bad):
    bad = {seq for seq in bad if seq <= last}
    ration, have, wrapped, asked = Ration(), 0, set(), 0
    while have < last:
        batch = range(have + 1, min(have + ration.size, last) + 1)
        asked += 1
        assert 1 <= len(batch) <= MAX_ANSWERS
        if ration.as_text:
            wrapped.update(batch)
        elif bad & set(batch):
            assert ration.refused(batch.start, len(batch))
            continue
        have = batch.stop - 1
        ration.passed(have)
    assert wrapped == bad
    assert asked <= 2 + 26 * len(bad)
