"""A ward of which ten thousand people wrote in a month: no page grows with them."""

import re
from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import connection

from central.summaries.words import PEOPLE_A_PAGE
from feedback.answer import new_response
from tests.web import world
from tests.web.test_plans import forget_how_few_there_are

PEOPLE = 10_000
BYTES = 200_000  # of a page; with all of their words it would be several million
OWN_WORDS = 30


@pytest.fixture
def crowd(ash):
    """Each with a face for the night, a word of their own for it, and a comment; the
    half of them yesterday. Into what follows from the log: pages are looked at here."""
    from central.comments.models import Comment
    from central.summaries.models import Standing

    world.publish_the_map()
    device = ash.id
    standing, comments = [], []
    for number in range(PEOPLE):
        response, seq = new_response(), 10 * number
        day = world.today() - timedelta(1 if number % 2 else 2 + number % 25)
        words = {
            "better": f"Comment {number} is about soup",
            "night_own": f"word {number}",
        }
        answers = {"fft": "good", "night": "1", **dict.fromkeys(words, "seal1.k.x")}
        for place, (question, value) in enumerate(answers.items()):
            standing.append(
                Standing(
                    response=response, question=question, value=value, device=device,
                    seq=seq + place, survey="inpatient@2", ward="ASH", mode="kiosk",
                    day=day, part="afternoon",
                    began_at=datetime.combine(day, time(12), UTC),
                )
            )  # fmt: skip
            if text := words.get(question):
                comments.append(
                    Comment(
                        device=device, seq=seq + place, response=response,
                        question=question, text=text, folded=text.lower(), concerns="",
                    )
                )  # fmt: skip
    Standing.objects.bulk_create(standing, 2_000)
    Comment.objects.bulk_create(comments, 2_000)
    if connection.vendor == "postgresql":
        forget_how_few_there_are()


def addresses():
    first, last = world.today() - timedelta(30), world.today()
    month = f"/wards/ASH/{first}/{last}/"
    pages = ("", "?page=2", f"?page={PEOPLE // PEOPLE_A_PAGE}", "steps/night/",
             "questions/better/", "search/?q=soup", "search/?q=soup&page=7",
             "search/?q=word", "charts/")  # fmt: skip
    day = f"/wards/ASH/{world.today() - timedelta(1)}/"
    several = [f"{day}{page}" for page in ("", "?page=2", "?page=200", "?page=999")]
    return [f"{month}{page}" for page in pages] + several


def test_ten_thousand_comments_lengthen_no_page_and_each_can_be_read(manager, crowd):
    no_page_is_longer(manager)
    what_is_not_on_the_page_can_be_reached_from_it(manager)
    a_day_is_read_by_the_page_to_its_last_comment(manager)


def no_page_is_longer(manager):
    for address in addresses():
        came = manager.get(address)
        assert came.status_code == 200, address
        page = came.content.decode()
        assert len(came.content) < BYTES, (address, len(came.content))
        assert len(re.findall('<li class="wv-voice ', page)) <= PEOPLE_A_PAGE, address
        assert page.count("wv-words__word--own") <= OWN_WORDS, address


def what_is_not_on_the_page_can_be_reached_from_it(manager):
    month, *_ = addresses()
    page = manager.get(month).content.decode()
    assert f"{PEOPLE:,} people wrote something" in " ".join(page.split())
    assert 'steps/night/">More of their own</a>' in page
    step = manager.get(f"{month}steps/night/").content.decode()
    assert 'search/">Search in more of their own</a>' in step


def a_day_is_read_by_the_page_to_its_last_comment(manager):
    day, found = f"/wards/ASH/{world.today() - timedelta(1)}/", []
    for number in range(1, PEOPLE // 2 // PEOPLE_A_PAGE + 1, 66):
        page = manager.get(f"{day}?page={number}").content.decode()
        found.append(set(re.findall(r"Comment \d+", page)))
    assert [len(one) for one in found] == [PEOPLE_A_PAGE] * len(found)
    assert len(set.union(*found)) == PEOPLE_A_PAGE * len(found)
    assert 'href="?page=200#voices"' in page
    assert f"Page {number} of {PEOPLE // 2 // PEOPLE_A_PAGE}" in page
    for page in ("0", "-1", "x", "9" * 30, ""):
        assert manager.get(f"{day}?page={page}").status_code == 404
