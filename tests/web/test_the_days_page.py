"""What stands on the page: numbers with their n, and words as they were written."""

import html
import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from feedback.seal import new_key_pair
from feedback.text import clean_comment
from tests.web import world


class Texts(HTMLParser):
    """What patients wrote: the texts of the elements of class `words`, each as often
    as it was said."""

    def __init__(self, page):
        super().__init__()
        self.found, self._open = [], None
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        said = dict(attributes)
        if "words" in (said.get("class") or "").split():
            self._open, self._times = tag, int(said.get("data-people", 1))
            self.found += [""] * self._times

    def handle_endtag(self, tag):
        if tag == self._open:
            self._open = None

    def handle_data(self, data):
        if self._open:
            self.found[-self._times :] = [self.found[-1] + data] * self._times


def words_in(page):
    """The comments on a page, as a browser would read them."""
    found = re.findall(r"<blockquote[^>]*>(.*?)</blockquote>", page, re.DOTALL)
    return [html.unescape(one) for one in found]


def plain(page):
    """What is read, without the pictures: they are hidden from a screen reader too."""
    page = re.sub(r"<svg.*?</svg>", " ", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


def test_the_page_says_how_many_answered_and_by_which_way(page, ash):
    for value in ("very_good", "good", "poor", "dont_know"):
        ash.say({"_language": "en", "fft": value})
    ash.say({"fft": "very_poor"}, mode="sms")
    text = plain(page())
    assert "Positive 40% 2 of 5" in text
    assert "Negative 40% 2 of 5" in text
    assert "People answered 5 tablet 4, text 1" in text


def test_a_day_without_answers_shows_a_dash_and_never_0_per_cent(page, ash):
    text = plain(page(world.today() - timedelta(3)))
    assert "No answers on this day." in text
    assert "Positive – no answers" in text
    assert "%" not in text


def test_what_was_taken_back_and_what_was_withdrawn_does_not_count(page, ash):
    response = ash.say({"fft": "very_poor"})
    ash.say({"fft": ""}, response=response)
    gone = ash.write("Please forget this")
    ash.say({"_end": "withdrawn"}, response=gone)
    practice = ash.say({"_practice": "yes"})
    ash.say({"fft": "good"}, response=practice)
    text = page()
    assert "No answers yet today." in plain(text)
    assert "forget this" not in text


def test_a_changed_mind_counts_once(page, ash):
    response = ash.say({"fft": "poor"})
    ash.say({"fft": "good"}, response=response)
    assert "Positive 100% 1 of 1" in plain(page())


def test_the_steps_are_a_picture_and_a_table_that_agree(page, ash):
    for face in ("2", "2", "-1"):
        ash.say({"fft": "good", "night": face, "night_feelings": "safe worried"})
    text = page()
    picture = re.search(r"Night time.*?</svg>", text, re.DOTALL)[0]
    assert picture.count('<circle class="wv-good"') == 2
    assert picture.count('<path class="wv-bad"') == 1
    assert "Night time 2 0 0 1 0 3" in plain(text)
    assert "3 safe" in plain(text)
    assert "3 worried" in plain(text)


ODD = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "{{ 7*7 }} {% for x in y %} %s ${jndi:ldap}",
    "</blockquote></li><h1>mine</h1>",
    "\" onmouseover='x' & &amp; &lt;",
    "الممرضات لطيفات جداً (3 ساعات)",
    "שלום abc 123",
    "👩‍⚕️🙂‍↕️ é ﷽ Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴",
    "javascript:alert(1) https://tracker.example/pixel.gif",
    "line one\nline two\n\nline four",
    "\u2028\u2029 separators",
    "x" * 4000,
    "long " * 3000,
]


@pytest.mark.parametrize("said", ODD, ids=range(len(ODD)))
def test_a_comment_is_shown_as_it_was_written_and_does_nothing(page, ash, said):
    ash.write(said)
    text = page()
    assert words_in(text) == [clean_comment(said)]
    assert not re.search(r"<(script|img|iframe|h1>mine)", text)
    assert 'dir="auto"' in re.search(r"<blockquote[^>]*>", text)[0]


@hypothesis_settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.text(min_size=1, max_size=200).map(clean_comment).filter(str.strip))
def test_any_text_comes_through_unchanged(page, ash, said):
    ash.write(said)
    assert said in words_in(page())


def test_each_text_stands_alone_in_an_element_of_class_words(page, ash):
    said = [*ODD, "twice", "twice", "two  spaces\n   and a step in", "a <b>tag</b>"]
    with ash.at_once():
        for one in said:
            ash.write(one)
        own = [
            "rushed",
            "rushed",
            "très  bien",
            "longer than a word of one's own can be",
        ]
        for one in own:
            ash.write(one, question="arrival_own")
    wanted = sorted(clean_comment(one) for one in (*said, *own))
    assert sorted(Texts(page()).found) == wanted


def test_what_may_be_of_another_day_is_marked_and_counted(page, ash):
    ash.write("On time.")
    assert "uncertain" not in plain(page())
    tomorrow = world.now() + timedelta(days=1)
    ash.write("My clock was wrong.", at=tomorrow)
    ash.say({"fft": "good"}, at=tomorrow)
    text = plain(page())
    told = "Time uncertain: 2 people's answers may be from another day"
    assert told in text.split("Overall experience of care")[0]
    marked = r"· English time uncertain What could be better\? My clock was wrong\."
    assert re.search(marked, text), text
    assert text.count("time uncertain") == 1


def test_words_stand_beside_what_they_rated_and_never_with_the_minute(page, ash):
    ash.write("Cold food.", fft="poor", language="cy", mode="sms")
    ash.write("Kind nurses.", question="good", fft="very_good")
    text = plain(page())
    found = re.search(
        r"Poor (Morning|Afternoon|Evening|Night) · text · Welsh What could be better\? "
        r"Cold food\. Very good \w+ · tablet · English What was good\? Kind nurses\.",
        text,
    )
    assert found, text
    assert not re.search(r"\d\d:\d\d", text.split("Tablets and texts")[0])


def test_a_comment_for_a_key_that_is_not_here_is_said_to_be_closed(page, ash):
    public, _ = new_key_pair()
    ash.write("nobody can read this", key=("c99", public))
    text = page()
    assert "1 comment cannot be opened yet." in plain(text)
    assert "This comment cannot be opened yet." in text
    assert "seal1." not in text


def test_someone_who_wants_to_talk_stands_on_top(page, ash):
    ash.say({"fft": "good", "_talk": "yes"})
    ash.say({"fft": "good", "_talk": "no"})
    text = plain(page())
    top = text.split("Overall experience of care")[0]
    told = (
        "1 person waits to be seen Would like someone to come "
        r"They did not say where they are. Ash ward · \w+ · tablet Mark as seen"
    )
    assert re.search(told, top)
    assert "1 person waits to be seen: see the page on screen" in top  # on paper
    assert text.count("did not say where") == 1


def test_a_silent_tablet_is_not_a_quiet_day(page, trust):
    world.new_tablet("ASH", heard=world.now() - timedelta(hours=26))
    text = plain(page())
    told = (
        r"Not the whole picture: The tablet \w{4}… was last heard .+; what was said on"
    )
    assert re.search(told, text), text
    assert re.search(r"Tablet \w{4}… : not heard since .* – no data is not 0", text)


def test_a_removed_tablet_is_no_longer_missed(page, ash):
    from central.devices.models import Device

    Device.objects.update(removed_at=world.now())
    assert "No tablet or text number is set up for this ward" in plain(page())


def test_the_days_before_and_after_are_one_click_away(page, trust):
    today = world.today()
    text = page(today - timedelta(2))
    for day in (today - timedelta(3), today - timedelta(1)):
        assert f'href="/wards/ASH/{day}/"' in text
    assert f'href="/wards/ASH/{today + timedelta(1)}/"' not in page(today)


def test_a_response_of_a_later_survey_version_is_counted_too(page, ash):
    from central.surveys.models import Published
    from central.surveys.published import publish

    first = Published.objects.get(name="inpatient@1").text
    publish(
        first.replace("version = 1", "version = 2", 1), "inpatient.toml", world.now()
    )
    ash.say({"fft": "good", "night": "2"})
    ash.say({"fft": "good", "night": "1"}, survey="inpatient@2")
    assert "Night time 1 1 0 0 0 2" in plain(page())
