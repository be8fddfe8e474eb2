"""Search in words: what is found, what is never found, and what anyone can type."""

import html
import re
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from central.summaries.words import marked
from central.web.searching import NO_WORDS, TOO_LONG, TOO_MANY, asked_for
from tests.web import world
from tests.web.test_periods import CHILDREN, then
from tests.web.test_the_days_page import plain


@pytest.fixture
def ash(ash):
    world.publish_the_map()
    return ash


@pytest.fixture
def find(manager):
    """What the search of the last 14 days says to this text."""

    def get(text, rest="", status=200):
        from datetime import timedelta

        today = world.today()
        time = f"/wards/ASH/{today - timedelta(13)}/{today}"
        reply = manager.get(f"{time}/search/?q={quote(text)}{rest}")
        assert reply.status_code == status
        return reply.content.decode()

    return get


def found(page):
    """The comments that were found, with their marks in brackets."""
    several = re.findall(r"<blockquote[^>]*>(.*?)</blockquote>", page, re.DOTALL)
    marks = [re.sub(r"<mark[^>]*>(.*?)</mark>", r"[\1]", one) for one in several]
    return [html.unescape(one) for one in marks]


def test_words_are_found_and_marked_in_any_capitals_and_accents(find, ash):
    then(2, {"fft": "poor", "better": ("The BINS bang, and the bins rattle.",)})
    then(3, {"fft": "good", "good": ("Siaradodd rhywun â Mam. Dŵr oer.",)})
    assert found(find("bins")) == ["The [BINS] bang, and the [bins] rattle."]
    assert found(find("dwr")) == ["Siaradodd rhywun â Mam. [Dŵr] oer."]
    assert found(find("bins bang")) == ["The [BINS] [bang], and the [bins] rattle."]
    assert found(find('"bins rattle"')) == ["The BINS bang, and the [bins rattle]."]
    assert "1 person wrote “bins”" in plain(find("bins"))


def test_all_words_stand_in_one_comment(find, ash):
    then(2, {"fft": "poor", "better": ("The bins",), "good": ("The soup",)})
    assert found(find("bins soup")) == []
    text = plain(find("bins soup"))
    assert "No one wrote “bins soup” in this time" in text
    assert "Try one word instead of several" in text


def test_words_of_their_own_and_childrens_are_found_too(find, ash):
    then(2, {"night": "-2", "night_feelings": "own", "night_own": ("muddled",)})
    then(2, {"overall": "great", "good": ("The muddled fish",)}, survey=CHILDREN)
    assert found(find("muddled")) == ["[muddled]", "The [muddled] fish"]


def test_nothing_outside_this_ward_this_time_or_what_counts_is_found(find, ash):
    then(2, {"good": ("bins here",)})
    then(40, {"good": ("bins then",)})
    then(2, {"good": ("bins there",)}, ward="BIRCH")
    then(2, {"good": ("bins withdrawn",), "_end": "withdrawn"})
    then(2, {"good": ("bins practised",), "_practice": "yes"})
    then(2, {"_talk": "yes", "talk_where": ("bins: Joan, bed 4",)})
    assert found(find("bins")) == ["[bins] here"]
    assert "1 person wrote" in plain(find("bins"))


def test_what_is_erased_is_found_no_more(find, ash):
    from central.deriving import follow_all
    from central.intake.erasure import erase_response

    response = then(2, {"fft": "good", "good": ("bins",)})
    assert found(find("bins")) == ["[bins]"]
    erase_response(response, world.now())
    follow_all()
    assert found(find("bins")) == []


def test_what_was_taken_back_or_changed_is_found_as_it_stands(find, ash):
    tablet = world.new_tablet("ASH")
    first = tablet.tell({"good": ("bins",)}, survey="inpatient@2")
    tablet.tell({"good": ("lamps",)}, response=first, survey="inpatient@2")
    assert found(find("bins")) == []
    assert found(find("lamps")) == ["[lamps]"]
    tablet.say({"good": ""}, response=first, survey="inpatient@2")
    assert found(find("lamps")) == []


def test_what_waited_for_its_key_is_found_once_it_is_opened(ash):
    from central.comments.models import Comment
    from central.comments.opening import open_again

    then(1, {"good": ("Bins",)})
    Comment.objects.update(text="", folded="", trouble="damaged")
    assert open_again() == (1, 0)
    assert Comment.objects.get().folded == "bins"


def test_signs_of_sql_are_letters_like_others(find, ash):
    for text in ("100% cotton", "under_score", "back\\slash", "it's; --"):
        then(1, {"good": (text,)})
    assert found(find("100%")) == ["[100%] cotton"]
    assert found(find("r_s")) == ["unde[r_s]core"]
    assert found(find("k\\s")) == ["bac[k\\s]lash"]
    assert found(find("it's;")) == ["[it's;] --"]
    assert found(find("a%n")) == []


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("\0", NO_WORDS),
        ("…!?", NO_WORDS),
        ("%", NO_WORDS),
        ('""', NO_WORDS),
        ("\u200b", NO_WORDS),
        ("x" * 101, TOO_LONG),
        ("x" * 5000, TOO_LONG),
        ("a b c d e f g h i j k", TOO_MANY),
    ],
)
def test_what_cannot_be_searched_is_answered_in_words(find, ash, typed, said):
    page = find(typed)
    assert said in plain(page)
    assert "<title>Error: " in page


def test_an_empty_search_is_only_the_box(find, ash):
    for typed in ("", "  "):
        text = plain(find(typed))
        assert "There is a problem" not in text
        assert "wrote" not in text


def test_results_are_read_by_the_page(find, ash, monkeypatch):
    from central.summaries import words as module

    monkeypatch.setattr(module, "PEOPLE_A_PAGE", 2)
    for number in range(3):
        then(3 - number, {"good": (f"soup & {number}",)})
    assert len(found(find("soup &"))) == 2  # a lone sign is not asked for
    page = find("soup")
    assert found(page) == ["[soup] & 2", "[soup] & 1"]
    assert 'href="?q=soup&amp;page=2#found"' in page
    assert 'id="found"' in page
    assert found(find("soup", "&page=2")) == ["[soup] & 0"]
    find("soup", "&page=3", status=404)


def test_what_was_typed_is_shown_as_it_was_and_never_as_html(find, ash):
    then(1, {"good": ("<script>alert(1)</script>",)})
    page = find("<script>")
    assert "<script" not in page
    assert "wrote “<script>”" in plain(page)
    assert found(page) == ["[<script>]alert(1)</script>"]


@hypothesis_settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.text(max_size=120))
def test_whatever_is_typed_gets_a_page(find, ash, text):
    find(text.encode("utf-8", "replace").decode())


@given(st.text(max_size=60), st.text(max_size=20))
def test_marking_leaves_every_letter(text, query):
    wanted, _ = asked_for(query)
    assert "".join(piece for piece, _ in marked(text, wanted)) == text


def test_what_was_opened_before_anybody_could_search_is_folded(ash, monkeypatch):
    from importlib import import_module

    from django.apps import apps

    from central.comments.models import Comment

    for number in range(5):
        then(1, {"good": (f"Dŵr {number}",)})
    Comment.objects.update(folded="")
    name = "central.comments.migrations.0004_comment_folded_for_periods"
    migration = import_module(name)
    monkeypatch.setattr(migration, "ROWS_AT_ONCE", 2)
    migration.fold_all(apps, None)
    folded = Comment.objects.order_by("folded").values_list("folded", flat=True)
    assert list(folded) == [f"dwr {number}" for number in range(5)]
