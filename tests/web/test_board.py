"""The sheet for the huddle board: one page that anybody may read."""

import re
import subprocess
from datetime import timedelta

import pytest

from central.morning import pdf
from central.morning.models import Sheet
from central.morning.pdf import draw
from central.places.models import Ward
from feedback.assets import assets_folder
from tests.central.morning.office import listening
from tests.web import world
from tests.web.browser import pdf_pages, pdf_text


@pytest.fixture
def day():
    return world.today() - timedelta(days=1)


@pytest.fixture
def board(manager, day):
    """Yesterday's sheet, as a PDF."""

    def get(code="ASH", on=day):
        reply = manager.get(f"/wards/{code}/{on}/board.pdf")
        assert reply.status_code == 200, reply.content
        assert reply["Content-Type"] == "application/pdf"
        return reply.content

    return get


def before():
    return world.days_ago(1)


def said(ash, *values, **more):
    tablet = ash.fresh()
    with tablet.at_once():
        for value in values:
            tablet.say({"fft": value, **more}, at=before())


def four_weeks():
    """Three pleased people a day, so that a day can stand out from them."""
    tablet = world.new_tablet("ASH")
    with tablet.at_once():
        for back in range(27, 1, -1):
            for _ in range(3):
                at = world.days_ago(back)
                tablet.say({"fft": "very_good"}, at=at)


def text(sheet):
    """In the order in which it was written, not by columns."""
    command = ["pdftotext", "-raw", "-", "-"]
    told = subprocess.run(command, input=sheet, capture_output=True, check=True).stdout
    return " ".join(told.decode().split())


@pytest.fixture
def ash(trust):
    """All that it hears is of yesterday: nothing says that it was later."""

    class Fresh:
        def fresh(self):
            return world.new_tablet("ASH")

        def __getattr__(self, name):
            return getattr(self.fresh(), name)

    return Fresh()


def test_it_is_one_page_with_the_counts(board, ash, day):
    said(ash, "very_good", "good", "good", "poor", "dont_know", arrival="-1")
    sheet = board()
    told = text(sheet)
    assert pdf_pages(sheet) == 1
    assert "Ash ward" in told
    assert f"What patients said on {day:%A} {day.day} {day:%B} {day.year}" in told
    assert "60%" in told
    assert "said very good or good: 3 of 5" in told
    assert "20% said poor or very poor: 1 of 5" in told
    for answer in ("Very good 1", "Good 2", "Neither good nor poor 0", "Poor 1"):
        assert answer in re.sub(r"said very good or good: 3 of 5|60%", "", told)
    assert "Arriving 5 people" in told


def test_of_fewer_than_five_only_their_number_is_told(board, ash):
    said(ash, "very_poor", "poor", "good", "good", arrival="-2")
    told = text(board())
    assert "4 people answered. Of fewer than five nothing more is shown" in told
    assert "%" not in told
    assert "Very poor" not in told
    assert "Fewer than five people rated Arriving." in told


def test_an_empty_day_says_so(board, ash):
    assert "No answers on this day." in text(board())


def test_nobodys_words_and_nobody_who_asked_for_help_are_on_it(board, ash):
    world.publish_the_map()
    for _ in range(6):
        ash.write("The canary nurse hit me.", fft="poor", at=before())
        words = {"fft": "good", "arrival": "1", "arrival_own": ("canaries",)}
        ash.tell({**words, "_talk": "yes"}, at=before())
    place = {"_talk": "yes", "talk_where": ("Canary, bed 4",)}
    ash.tell(place, survey="inpatient@2", at=before())
    told = text(board())
    assert "canar" not in told.lower()
    for word in ("come", "someone", "help", "hurt", "wrote"):
        assert word not in told.lower().replace("came in", "")


def test_modes_are_published_for_a_trust_only(board, ash):
    said(ash, *["good"] * 6)
    ash.say({"fft": "poor"}, mode="sms", at=before())
    told = text(board())
    assert "said very good or good: 6 of 7" in told
    assert "tablet" not in told
    assert "text" not in told


def test_what_changed_is_told_of_the_day_and_not_of_seven_days(board, ash):
    four_weeks()
    said(ash, *["very_poor"] * 6)
    told = text(board())
    assert "0 of 6 said very good or good; usually about 6 of 6." in told
    assert "Over the last 7 days" not in told


def test_a_ward_may_ask_for_more_people_than_five(board, ash):
    said(ash, *["good"] * 6, arrival="-2")
    assert "Arriving 6 people" in text(board())
    Ward.objects.filter(code="ASH").update(least_shared=7)
    told = text(board())
    assert "6 people answered. Of fewer than 7 nothing more is shown" in told
    assert "Fewer than 7 people rated Arriving." in told
    assert "Groups of fewer than 7 people are not shown" in told
    assert "%" not in told


def test_a_sentence_about_fewer_people_goes_with_them(board, ash):
    four_weeks()
    said(ash, *["very_poor"] * 6)
    sentence = "0 of 6 said very good or good"
    assert sentence in text(board())
    Ward.objects.filter(code="ASH").update(least_shared=7)
    assert sentence not in text(board())


# ── who looks twice ──────────────────────────────────────────────────────────


def test_one_late_answer_cannot_be_told_by_comparing_two_sheets(board, ash, day):
    said(ash, *["good"] * 6, arrival="1")
    first = text(board())
    said(ash, "very_poor", arrival="-2")
    second = text(board())
    assert "said very good or good: 6 of 6" in second
    late = "Answers that came in later are on the ward's own page. "
    assert second.replace(late, "") == first
    assert late in second

    said(ash, *["poor"] * 4, arrival="-1")
    third = text(board())
    assert "said very good or good: 6 of 11" in third
    assert late not in third
    assert Sheet.objects.get().day == day


def test_nor_a_word_that_somebody_chose_later(board, ash):
    words = {"arrival_feelings": "worried"}
    said(ash, *["good"] * 6, arrival="-1", **words)
    assert "worried 6" in text(board())
    ash.say(words, at=before())
    assert "worried 6" in text(board())
    said(ash, *["good"] * 5, arrival="-1", **words)
    assert "worried 12" in text(board())


def test_the_control_what_is_not_remembered_is_told(board, ash):
    said(ash, *["good"] * 6)
    board()
    said(ash, "very_poor")
    Sheet.objects.all().delete()
    assert "said very good or good: 6 of 7" in text(board())


def test_who_prints_first_does_not_matter_to_the_ward_page(board, page, ash, day):
    """The ward's own page shows all that it has."""
    said(ash, *["good"] * 6)
    board()
    said(ash, "very_poor")
    assert "6 of 7" in page(day)


def test_no_sheet_of_a_day_that_is_not_over(manager, ash):
    for on in (world.today(), world.today() + timedelta(1), "2020-03-31"):
        assert manager.get(f"/wards/ASH/{on}/board.pdf").status_code == 404
    assert not Sheet.objects.exists()


def test_another_wards_sheet_is_not_there(manager, ash, day):
    assert manager.get(f"/wards/BIRCH/{day}/board.pdf").status_code == 404
    assert not Sheet.objects.exists()


def test_the_days_page_leads_to_it(page, ash, day):
    assert f'href="/wards/ASH/{day}/board.pdf"' in page(day)
    assert "board.pdf" not in page()


# ── what is drawn ────────────────────────────────────────────────────────────


def greys(sheet):
    """Whether every pixel is black, white or between."""
    command = ["pdftoppm", "-r", "40", "-singlefile", "-"]
    ppm = subprocess.run(command, input=sheet, capture_output=True, check=True).stdout
    pixels = ppm.split(b"\n255\n", 1)[1]
    assert min(pixels) < 30, "nothing is drawn"
    return all(
        max(triple) - min(triple) <= 2
        for triple in zip(pixels[::3], pixels[1::3], pixels[2::3], strict=True)
    )


def test_it_is_black_and_white(board, ash):
    said(ash, *["good", "poor", "neither"] * 3, arrival="-1")
    assert greys(board())


def test_a_busy_day_with_the_whole_map_and_long_cards_fits_one_page(board, ash):
    from central.actions.models import Card

    world.publish_the_map()
    steps = "arrival settling meals tests medicines staff night going_home other"
    tablet = ash.fresh()
    with tablet.at_once():
        for number in range(40):
            felt = {step: str(number % 5 - 2) for step in steps.split()}
            answers = {"fft": ("good", "poor")[number % 2], **felt}
            tablet.say(answers, survey="inpatient@2", at=before())
    for _ in range(2):
        Card.objects.create(
            ward_id="ASH", said="word " * 59, did="W" * 300, on="2026-01-01"
        )
    sheet = board()
    assert pdf_pages(sheet) == 1
    assert "Going home 40 people" in text(sheet)


def test_twenty_steps_fit_one_page_too(board, ash):
    from central.actions.models import Card

    name, steps = a_survey_of_twenty_steps()
    for number in range(6):
        felt = dict.fromkeys(steps, str(number % 5 - 2))
        ash.say({"fft": "good", **felt}, survey=name, at=before())
    Card.objects.create(ward_id="ASH", said="Bins", did="Lids", on="2026-01-01")
    sheet = board()
    assert pdf_pages(sheet) == 1
    assert text(sheet).count("6 people") == 20
    assert "You said: Bins" in text(sheet)


def a_survey_of_twenty_steps():
    """Its name and its steps: the map, with more nights."""
    from central.surveys.published import publish

    whole = (assets_folder() / "surveys" / "inpatient-2.toml").read_text()
    whole = whole[: whole.index("# ── the other languages")]
    whole = re.sub("(?m)^languages = .*$", 'languages = ["en"]', whole)
    whole = whole.replace('id = "inpatient"', 'id = "twenty"')
    first = whole.index('[[question]]\nkey = "night"')
    night = whole[first : whole.index("[[question]]", first + 1)]
    more = [night.replace('"night"', f'"night_{n}"', 2) for n in range(11)]
    whole = whole.replace(night, "".join([night, *more]))
    one = publish(whole, "twenty.toml", world.now() - timedelta(days=9))
    feelings = [each.key for each in one.questions if each.kind == "feelings"]
    return one.name, [key.removesuffix("_feelings") for key in feelings]


def test_staffs_cards_are_on_it(board, ash):
    from central.actions.models import Card

    Card.objects.create(
        ward_id="ASH", said="Cold <b>soup</b>.", did="Lids.", on="2026-01-01"
    )
    assert "You said: Cold <b>soup</b>. We did: Lids." in text(board())


@pytest.fixture
def heard():
    """An address of this machine, and whoever asked there."""
    with listening(lambda one: one.close()) as (port, calls):
        yield f"http://127.0.0.1:{port}/canary.png", calls


def traps(address, file):
    return f"""<!DOCTYPE html><title>x</title>
<link rel="stylesheet" href="{address}"><link rel="attachment" href="{file}">
<style>@import url({address}); p {{ background: url({address}); }}
  @font-face {{ font-family: X; src: url({address}); }}</style>
<p style="font-family: X">read<img src="{address}"><img src="{file}">
<object data="{address}"></object><embed src="{address}">
<svg xmlns="http://www.w3.org/2000/svg"><image href="{address}"/>
<use href="{address}#x"/></svg></p>"""


def test_drawing_asks_nothing_of_anybody(heard, tmp_path):
    address, calls = heard
    secret = tmp_path / "secret.svg"
    secret.write_text(
        "<svg xmlns='http://www.w3.org/2000/svg'><text y='9'>canary</text></svg>"
    )
    drawn = draw(traps(address, secret.as_uri())).pdf
    assert "read" in pdf_text(drawn)
    assert "canary" not in pdf_text(drawn)
    assert b"canary" not in drawn
    assert calls == []


def test_the_control_weasyprints_own_fetcher_asks(heard, tmp_path, monkeypatch):
    from weasyprint.urls import URLFetcher

    address, calls = heard
    monkeypatch.setattr(pdf, "_fetcher", lambda: URLFetcher(timeout=2))
    draw(traps(address, (tmp_path / "none.svg").as_uri()))
    assert calls


def test_a_name_that_is_a_trap_is_only_text(board, ash, heard):
    from central.places.models import Ward

    address, calls = heard
    Ward.objects.filter(code="ASH").update(name=f'<img src="{address}">')
    assert "<img src=" in text(board())
    assert calls == []


def test_a_server_that_cannot_draw_says_what_is_missing(manager, ash, day, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "weasyprint", None)
    reply = manager.get(f"/wards/ASH/{day}/board.pdf")
    assert reply.status_code == 503
    assert b"libpango-1.0-0" in reply.content


def test_its_style_and_fonts_are_there():
    assert all(path.is_file() for path in pdf.own_files().values())
