"""Each line of design.md §2's table: what central says, what the agent then does."""

from __future__ import annotations

import json

import pytest

from tests.sync.scripted_central import NOW, Say, as_json, html, words

OTHER = "ab" * 32


def test_central_gets_every_answer_in_batches_of_at_most_a_thousand(site):
    site.tap(2_500)
    report = site.turn()
    assert site.central.ranges() == [(1, 1000), (1001, 1000), (2001, 500)]
    assert sorted(site.central.rows) == list(range(1, 2_501))
    assert (site.log.have, site.log.unsent, report.state) == (2_500, 0, "well")


def test_a_batch_never_unpacks_to_more_than_a_million_bytes(site):
    site.tap(150, value="seal1.k." + "A" * 16_000)
    site.turn()
    assert site.central.have == 150
    assert all(count < 70 for _first, count in site.central.ranges())


def test_a_body_is_zipped_when_that_is_smaller(site):
    site.turn()
    site.tap(50)
    site.turn()
    encodings = [heard.headers.get("content-encoding") for heard in site.central.posts]
    assert encodings == [None, "gzip"]


def test_a_200_moves_the_mark_to_have_and_no_further(site):
    site.tap(3)
    site.central.script.append(words(200, have=2, now=NOW))
    site.central.have = 2
    site.turn()
    assert site.central.ranges() == [(1, 3), (3, 1)]
    assert site.log.have == 3


def test_nothing_is_asked_when_nothing_is_new_and_no_heartbeat_is_due(site):
    site.turn()
    site.clock.s += 30
    site.turn()
    assert len(site.central.posts) == 1


def test_a_heartbeat_is_an_empty_batch_that_says_how_the_machine_is(site):
    site.tap(2)
    site.turn()
    site.clock.s += 56
    site.turn()
    beat = site.central.posts[-1].batch
    assert (beat.first, beat.last, beat.answers) == (3, 2, [])
    assert beat.status["disk_free_bytes"] > 0
    assert beat.status["unsent"] == 0
    assert set(beat.status["versions"]) == {"wardvoice", "python", "sqlite"}


# ── 401, version ─────────────────────────────────────────────────────────────


def test_an_unknown_device_keeps_everything_and_asks_again_hourly(site):
    site.central.keys.clear()
    site.tap(4)
    report = site.turn()
    assert (report.state, site.log.unsent) == ("unknown", 4)
    assert "does not know this device" in report.words
    site.clock.s += 3_000
    site.turn()
    assert len(site.central.posts) == 1
    site.central.know(site.log.public_key)
    assert site.later(700).state == "well"
    assert site.log.unsent == 0


def test_a_401_without_our_words_is_only_a_proxy_and_is_tried_again_soon(site):
    site.tap()
    site.central.script.append(html(401))
    assert site.turn().trouble == "proxy"
    assert site.later(2).state == "well"


def test_an_older_central_is_waited_for_and_staff_are_told(site):
    site.tap()
    site.central.script.append(words(400, why="version", most=0))
    report = site.turn()
    assert (report.state, report.most) == ("version", 0)
    assert "older than this program" in report.words
    assert site.later().state == "well"


# ── not an answer ────────────────────────────────────────────────────────────


def of_another_body(_heard):
    return Say(200, json.dumps({"have": 1, "now": NOW, "sha256": OTHER}).encode())


def cut_in_the_middle(heard):
    whole = words(200, have=1, now=NOW, bundle=0)(heard)
    return Say(200, whole.content, cut=len(whole.content) // 2)


def half_but_complete(heard):
    whole = words(200, have=1, now=NOW, bundle=0)(heard)
    return Say(200, whole.content[:-20])


def without_sha(heard):
    said = as_json(words(200, have=1, now=NOW)(heard))
    del said["sha256"]
    return Say(200, json.dumps(said).encode())


NOT_AN_ANSWER = {
    "a captive portal's page": (html(200), "page"),
    "an empty 200": (lambda _: Say(200), "page"),
    "a 204": (lambda _: Say(204), "page"),
    "a redirect": (html(302, Location="http://127.0.0.1:9/login"), "page"),
    "a permanent redirect": (html(308, Location="https://wifi.test/"), "page"),
    "a redirect to nowhere": (html(302, Location="http://[bad"), "page"),
    "a proxy's 502": (html(502), "proxy"),
    "a proxy's 400": (html(400), "proxy"),
    "a proxy's 409": (html(409), "proxy"),
    "a proxy's 511": (html(511), "proxy"),
    "central's own 503": (words(503, why="busy"), "busy"),
    "central's own 500": (words(500), "busy"),
    "a reply that is cut": (cut_in_the_middle, "cut"),
    "half a JSON text": (half_but_complete, "cut"),
    "a reply to another body": (of_another_body, "stranger"),
    "our words without the sha256": (without_sha, "page"),
    "a huge page": (lambda _: Say(200, b"x" * 300_000), "page"),
    "a 200 without have": (words(200, now=NOW), "nonsense"),
    "a 200 without now": (words(200, have=1), "nonsense"),
    "a 200 with a have below nothing": (words(200, have=-1, now=NOW), "nonsense"),
    "a 404 in our words": (words(404), "nonsense"),
    "a 409 with a why that nobody knows": (words(409, why="x"), "nonsense"),
}


@pytest.mark.parametrize("name", NOT_AN_ANSWER)
def test_what_is_no_answer_changes_nothing_and_is_tried_again(site, name):
    said, trouble = NOT_AN_ANSWER[name]
    site.tap()
    site.central.script.append(said)
    report = site.turn()
    assert (report.state, report.trouble) == ("trying", trouble)
    assert (site.log.have, len(site.central.heard)) == (0, 1)
    assert "1 answer is waiting." in report.words
    assert site.later().state == "well"
    assert site.log.have == 1


def test_a_redirect_is_never_followed(site):
    site.tap()
    site.central.script.append(html(307, Location=f"{site.url}/elsewhere"))
    site.turn()
    assert {heard.path for heard in site.central.heard} == {
        f"/api/v1/devices/{site.log.device}/log"
    }


def test_an_answer_that_central_stored_but_could_not_say_is_there_once(site):
    site.tap(3)

    def stored_and_lost(heard):
        return Say(200, site.central.truth(heard).content, cut=5)

    site.central.script.append(stored_and_lost)
    site.turn()
    assert (site.log.have, site.central.have) == (0, 3)
    site.later()
    assert (site.log.have, len(site.central.rows)) == (3, 3)


def test_nobody_listening_is_told_as_no_network(site):
    site.log.set_note("central", "http://127.0.0.1:9")
    site.tap()
    report = site.turn()
    assert report.trouble == "network"
    assert "did not reach central" in report.words


def test_a_thousand_failures_later_it_still_tries(site):
    site.tap()
    site.central.script.extend([html(200)] * 50)
    for _ in range(50):
        assert site.later(901).state == "trying"
    assert site.later(901).state == "well"


def test_retry_after_is_kept_to_but_never_beyond_a_quarter_of_an_hour(site):
    site.tap()
    headers = {"Retry-After": "1000000000"}
    site.central.script.append(html(503, **headers))
    site.turn()
    site.clock.s += 890
    site.turn()
    assert len(site.central.posts) == 1
    site.clock.s += 11
    assert site.turn().state == "well"


# ── one turn among other programs ────────────────────────────────────────────


def test_stopping_finishes_the_batch_in_hand_and_begins_no_other(site):
    site.tap(2_500)
    site.stopping = True
    site.turn()
    assert site.central.ranges() == [(1, 1000)]
    assert site.log.have == 1000


def test_a_device_that_was_enrolled_anew_in_mid_flight_moves_no_mark(site):
    site.tap(3)

    def forked_meanwhile(heard):
        said = site.central.truth(heard)
        site.log.fork(2)
        return said

    site.central.script.append(forked_meanwhile)
    report = site.turn()
    assert (report.trouble, site.log.have) == ("stranger", 1)


def test_a_log_without_a_central_asks_nobody_and_says_what_to_type(log, site):
    log.db.conn.execute("DELETE FROM notes")
    report = site.turn()
    assert report.state == "not_enrolled"
    assert "wardvoice-sync enrol CODE" in report.words
    assert site.central.heard == []
