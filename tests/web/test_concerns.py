"""Who may need someone today stands first, and is told to be found by words alone."""

import re

import pytest

from feedback.answer import new_response
from feedback.concern import KINDS
from feedback.seal import new_key_pair
from tests.web import world
from tests.web.browser import chromium, log_in, pdf_text
from tests.web.test_the_days_page import plain, words_in

MARK = "May need someone to look at this today:"
HURT = f"{MARK} says someone was hurt, threatened or stolen from."


def test_a_comment_that_may_call_for_help_is_marked_and_stands_first(page, ash):
    ash.write("Everything was awful.", fft="very_poor")
    ash.write("The nurse hit me.", question="good", fft="very_good")
    text = page()
    assert words_in(text) == ["The nurse hit me.", "Everything was awful."]
    assert plain(text).count(MARK) == 1
    top, below = plain(text).split("In patients' own words")
    assert re.search(rf"1 person waits to be seen {HURT} .* Very good", top)
    assert "hit me" not in below


def test_without_a_mark_nothing_is_said_of_marks(page, ash):
    ash.write("Everything was awful.", fft="very_poor")
    text = plain(page())
    assert "may need someone" not in text.lower()


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_collector_heard_is_marked_too(page, ash, kind):
    ash.tell({"fft": "good", "better": ("Xyzzy.",), "_concern": kind})
    ash.write("Everything was awful.", fft="very_poor")
    text = page()
    assert words_in(text) == ["Xyzzy.", "Everything was awful."]
    assert plain(text).count(MARK) == 1


def test_both_are_told_together_and_once(page, ash):
    ash.tell({"better": ("The nurse hit me.",), "_concern": "help abuse"})
    told = f"{HURT[:-1]}; asks for help."
    assert told in plain(page())


def test_a_mark_needs_no_words_that_can_be_opened(page, ash):
    public, _ = new_key_pair()
    ash.tell({"better": ("I want to die",), "_concern": "self_harm"}, ("c99", public))
    ash.say({"_concern": "help"}, mode="sms")
    text = plain(page())
    assert text.count(MARK) == 2
    assert "This comment cannot be opened yet." in text
    assert "Their words are not here. They may still arrive." in text


def test_what_was_taken_back_or_erased_is_marked_no_more(page, ash):
    from central.deriving import follow_all
    from central.intake.erasure import erase_response

    response = ash.tell({"better": ("The nurse hit me.",), "_concern": "abuse"})
    assert MARK in plain(page())
    erase_response(response, world.now())
    follow_all()
    text = plain(page())
    assert MARK not in text
    assert "Their words are not here" not in text


def test_a_word_of_their_own_that_may_call_for_help_is_read_and_not_counted(page, ash):
    ash.tell({"arrival": "-2", "arrival_own": ("suicidal",)})
    ash.tell({"arrival": "-2", "arrival_own": ("rushed",)})
    text = page()
    assert words_in(text) == ["suicidal"]
    assert text.count("suicidal") == 1
    assert "rushed" in plain(text).split("In patients' own words")[0]


def test_who_asks_for_someone_and_for_help_is_first_among_them(page, ash):
    world.publish_the_map()
    for where in ("Bed 4", "I want to die, bed 7"):
        ash.tell({"_talk": "yes", "talk_where": (where,)}, survey="inpatient@2")
    top = plain(page()).split("Overall experience of care")[0]
    told = rf"{MARK} says someone may want to die .* I want to die, bed 7 .* Bed 4 "
    assert re.search(told, top)
    assert top.count(MARK) == 1


def test_a_comment_nobody_has_listened_to_yet_is_marked_all_the_same(page, ash):
    from central.comments.models import Comment

    ash.write("The nurse hit me.")
    Comment.objects.update(concerns=None)
    assert HURT in plain(page())


def test_what_does_not_count_is_not_marked(page, ash):
    response = new_response()
    ash.tell({"better": ("The nurse hit me.",)}, response=response)
    ash.say({"_practice": "yes"}, response=response)
    assert MARK not in plain(page())


def test_a_call_for_help_is_on_the_screen_and_not_on_the_wall(
    transactional_db, live_server, monkeypatch
):
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's event loop
    world.found_a_trust()
    world.new_user("ash.manager", "ASH")
    ash = world.new_tablet("ASH")
    ash.write("The nurse hit me.", fft="very_poor")
    ash.write("Cold food.", fft="poor")
    with chromium() as browser:
        tab = browser.new_page()
        log_in(tab, live_server.url, "ash.manager", world.PASSWORD)
        tab.goto(f"{live_server.url}/wards/ASH/{world.today()}/")
        box = tab.locator(".wv-talks__talk").first.bounding_box()
        mark = tab.locator(".wv-concern").bounding_box()
        printed = pdf_text(tab.pdf(format="A4", print_background=True))
    assert box["y"] <= mark["y"]
    assert mark["y"] + mark["height"] < box["y"] + box["height"]
    assert "2 people wrote something" in printed
    assert "Cold food." not in printed
    assert "1 person waits to be seen: see the page on screen" in printed
    assert "hit me" not in printed
    assert "May need someone" not in printed
