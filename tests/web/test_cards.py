""" "You said, we did": a ward writes it, patients' tablets get it."""

from datetime import timedelta

from central.actions.forms import CARD_CHARS
from tests.web import world


def cards():
    from central.actions.models import Card

    return list(Card.objects.values_list("ward_id", "said", "did", "on"))


def bundle_version():
    from central.surveys.asking import current_version

    return current_version()


def test_a_card_that_is_added_shows_and_the_tablets_are_told(manager, page):
    version = bundle_version()
    words = {"said": "Bins are loud", "did": "Soft lids"}
    assert manager.post("/wards/ASH/cards/", words).status_code == 302
    assert cards() == [("ASH", "Bins are loud", "Soft lids", world.today())]
    assert bundle_version() > version
    assert "Soft lids" in page()


def test_a_card_that_is_withdrawn_is_gone_and_the_tablets_are_told(manager, page):
    from central.actions.models import Card

    card = Card.objects.create(ward_id="ASH", said="a", did="Gone", on=world.today())
    version = bundle_version()
    manager.post("/wards/ASH/cards/", {"withdraw": card.pk})
    assert cards() == []
    assert bundle_version() > version
    assert "Gone" not in page()


def test_a_withdrawn_card_stands_in_the_form_until_it_is_added_again(manager, trust):
    from central.actions.models import Card

    words = {"said": "Bins are loud", "did": "Soft lids"}
    card = Card.objects.create(ward_id="ASH", on=world.today(), **words)
    for _ in range(2):  # a double click
        reply = manager.post("/wards/ASH/cards/", {"withdraw": card.pk}, follow=True)
        text = reply.content.decode()
        assert reply.status_code == 200
        assert "The card is withdrawn" in text
        assert "Soft lids</textarea>" in text
    manager.post("/wards/ASH/cards/", words)
    assert cards() == [("ASH", "Bins are loud", "Soft lids", world.today())]
    text = manager.get("/wards/ASH/cards/").content.decode()
    assert "The card is withdrawn" not in text
    assert "Soft lids</textarea>" not in text


def test_a_double_click_adds_one_card(manager, trust):
    words = {"said": "Bins are loud", "did": "Soft lids"}
    for _ in range(2):
        assert manager.post("/wards/ASH/cards/", words).status_code == 302
    assert len(cards()) == 1


def test_an_empty_or_an_overlong_card_is_not_kept_and_the_form_says_why(manager):
    reply = manager.post(
        "/wards/ASH/cards/", {"said": " ", "did": "x" * (CARD_CHARS + 1)}
    )
    text = reply.content.decode()
    assert "Write what patients said" in text
    assert "in 300 characters or fewer" in text
    assert "x" * (CARD_CHARS + 1) in text  # what they typed is not lost
    assert cards() == []


def test_a_strange_number_withdraws_nothing(manager):
    for number in ("", "-1", "1e9", "９", "9" * 40, "abc"):
        reply = manager.post("/wards/ASH/cards/", {"withdraw": number})
        assert reply.status_code == 404, number


def test_a_card_shows_only_from_its_own_day_on(page, trust):
    from central.actions.models import Card

    today = world.today()
    Card.objects.create(ward_id="ASH", said="Bins", did="Soft lids", on=today)
    assert "Soft lids" in page(today)
    assert "Soft lids" not in page(today - timedelta(1))


def test_a_card_is_escaped(manager, page):
    words = {"said": "<b>x</b>", "did": "<script>alert(1)</script>"}
    manager.post("/wards/ASH/cards/", words)
    assert "<script" not in page()
    assert "&lt;script&gt;" in page()


def test_a_form_from_another_site_is_refused(trust):
    from django.test import Client

    browser = Client(enforce_csrf_checks=True)
    browser.login(username="ash.manager", password=world.PASSWORD)
    reply = browser.post("/wards/ASH/cards/", {"said": "a", "did": "b"})
    assert reply.status_code == 403
    assert "Please try again" in reply.content.decode()
    assert cards() == []
