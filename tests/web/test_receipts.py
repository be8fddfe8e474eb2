"""A patient comes back with a code: reads it, has it deleted, and nobody guesses it."""

import os
from datetime import timedelta

import pytest
from django.test import Client, RequestFactory

from feedback.answer import ERASED
from feedback.receipts import new_code, receipt_hash
from feedback.seal import new_key_pair
from tests.web import world
from tests.web.browser import DESKTOP, PHONE, chromium, follow
from tests.web.looking import looked_at_everywhere
from tests.web.test_doors import without_token
from tests.web.test_the_days_page import Texts, plain

CODE, OTHER = new_code(b"k7qm2"), new_code(b"other")
SAID = {
    "_language": "en",
    "_who": "patient",
    "fft": "poor",
    "meals": "-2",
    "meals_feelings": "ignored own",
    "meals_own": ("fed <b>up",),
    "why_step": "meals",
    "why": ("Cold soup",),
    "_talk": "yes",
    "talk_where": ("Bed 4",),
    "_end": "finished",
}


@pytest.fixture
def ash(ash):
    world.publish_the_map()
    return ash


@pytest.fixture
def said(ash):
    """One visit of which the patient took the code; its response."""
    words = {**SAID, "_receipt": receipt_hash(CODE)}
    return ash.tell(words, survey="inpatient@2")


@pytest.fixture(autouse=True)
def no_erasures():
    from central.settings import CENTRAL

    CENTRAL.erasures.unlink(missing_ok=True)
    yield
    CENTRAL.erasures.unlink(missing_ok=True)


def ask(code=CODE, wish="", browser=None, **headers):
    words = {"code": code, "wish": wish}
    return (browser or Client()).post("/receipt/", words, headers=headers)


def text_of(reply):
    return plain(reply.content.decode())


# ── reading ──────────────────────────────────────────────────────────────────


def test_a_code_shows_what_was_said_in_the_survey_s_words(said):
    reply = ask()
    assert reply.status_code == 200
    text = text_of(reply)
    told = (
        "Who is answering? I am the patient",
        "Overall, how was your experience of our service? Poor",
        "Food and drink: how did it feel? Very bad",
        "Which words fit how meals made you feel? ignored",
        "Which word of your own fits? fed <b>up",
        "Which one would you like to tell us more about? Meals",
        "Why did it feel like that? Cold soup",
        "Where can they find you? You may give your name and your bed. Bed 4",
    )
    places = [text.index(one) for one in told]
    assert places == sorted(places)
    assert "What could be better?" not in text  # not answered
    assert "Ash ward" in text
    assert Texts(reply.content.decode()).found == ["fed <b>up", "Cold soup", "Bed 4"]


@pytest.mark.parametrize("typed", [CODE.lower(), CODE.replace("-", " "), f" {CODE} "])
def test_what_people_make_of_a_code_is_forgiven(said, typed):
    assert "Cold soup" in text_of(ask(typed))


def test_the_answers_are_told_in_the_language_that_was_used(ash):
    words = {"_language": "cy", "fft": "good", "_receipt": receipt_hash(CODE)}
    ash.say(words)  # inpatient@1 has Welsh beside each question
    reply = ask()
    assert "sut oedd eich profiad o'n gwasanaeth? Da" in text_of(reply)
    assert 'lang="cy"' in reply.content.decode()


def test_only_the_answers_of_this_person_are_told(said, ash):
    ash.tell({"fft": "good", "good": ("somebody else",)}, survey="inpatient@2")
    ash.tell(
        {"fft": "good", "good": ("another code",), "_receipt": receipt_hash(OTHER)},
        survey="inpatient@2",
    )
    text = text_of(ask())
    assert "Cold soup" in text
    assert "somebody else" not in text
    assert "another code" not in text


def test_words_that_cannot_be_opened_are_said_to_be_there(ash):
    closed = ("c99", new_key_pair()[0])
    words = {"fft": "good", "good": ("x",), "_receipt": receipt_hash(CODE)}
    ash.tell(words, survey="inpatient@2", key=closed)
    assert "This cannot be opened at the moment." in text_of(ask())


def test_unknown_codes_and_what_is_no_code_get_the_same_page(said, ash):
    """And so does a code that two people have: neither reads the other."""
    for _ in range(2):
        ash.say({"fft": "good", "_receipt": receipt_hash(OTHER)})
    several = ["", "K7QM", "0000-0000", OTHER, "x" * 900, "' OR 1=1 --", "\x00", "ЖЖ"]
    replies = [ask(code) for code in several]
    assert {reply.status_code for reply in replies} == {404}
    assert len({without_token(reply) for reply in replies}) == 1
    assert "Nothing was found for this code." in text_of(replies[0])
    assert ask(OTHER, "delete").status_code == 404


def test_the_page_needs_no_login_and_no_browser_keeps_it(said):
    form = Client().get("/receipt/")
    assert form.status_code == 200
    for reply in (form, ask()):
        assert "no-store" in reply["Cache-Control"]
        assert "login" not in reply.content.decode()
    assert Client().head("/receipt/").status_code == 200
    assert Client().put("/receipt/").status_code == 405
    assert Client().get("/receipt/", {"code": CODE}).content.count(b"Cold soup") == 0


def test_a_form_from_another_site_deletes_nothing(said):
    reply = ask(wish="delete", browser=Client(enforce_csrf_checks=True))
    assert reply.status_code == 403
    assert "Cold soup" in text_of(ask())


# ── deleting ─────────────────────────────────────────────────────────────────


def test_nothing_is_deleted_before_they_say_so_twice(said):
    assert "Delete it all?" in text_of(ask(wish="sure"))
    assert "Cold soup" in text_of(ask(wish=""))
    assert "Cold soup" in text_of(ask(wish="nonsense"))


def test_what_is_deleted_is_gone_everywhere_and_stays_so(said, ash, page):
    from central.comments.models import Comment
    from central.intake.models import Answer, Erased
    from central.settings import CENTRAL
    from central.summaries.models import Standing

    assert "Cold soup" in page()
    assert "It is deleted" in text_of(ask(wish="delete"))

    assert not Comment.objects.filter(response=said).exists()
    theirs = Answer.objects.filter(response=said)
    kept = dict(theirs.exclude(value=ERASED).values_list("question", "value"))
    assert set(kept) == {"_language", "_who", "_talk", "_end", "_receipt"}
    assert Standing.objects.get(response=said, question="fft").value == ERASED
    assert Erased.objects.get().response == said
    assert said in CENTRAL.erasures.read_text()  # a restored backup erases it again
    text = page()
    for words in ("Cold soup", "fed", "Bed 4", "someone to come"):
        assert words not in text
    assert "Positive – no answers" in plain(text)

    ash.tell({"better.2": ("it comes back",)}, response=said, survey="inpatient@2")
    assert "it comes back" not in page()
    for wish in ("", "sure", "delete"):
        assert "It is deleted" in text_of(ask(wish=wish))
        assert "Cold soup" not in text_of(ask(wish=wish))


def test_what_was_done_is_written_down_and_names_nobody(said, capsys, monkeypatch):
    from central.logs import central_logger

    monkeypatch.setattr("central.receipts.views.logger", central_logger())
    for code, wish in (("0000-0000", ""), (CODE, ""), (CODE, "delete")):
        ask(code, wish)
    written = capsys.readouterr().err
    told = [word for word in written.split() if word.startswith("outcome=")]
    assert told == ["outcome=unknown", "outcome=shown", "outcome=deleted"]
    for secret in (CODE, receipt_hash(CODE), said, "Cold soup"):
        assert secret not in written


def test_what_was_taken_back_on_the_tablet_is_told_to_be_gone(said, ash):
    ash.say({"_end": "withdrawn"}, response=said, survey="inpatient@2")
    assert "It is deleted" in text_of(ask())
    assert "Cold soup" not in text_of(ask())


# ── guessing ─────────────────────────────────────────────────────────────────


@pytest.fixture
def quick(monkeypatch):
    """A slow hash for each of hundreds of guesses would be this test's time only."""
    monkeypatch.setattr("central.receipts.finding.receipt_hash", str)


def guess(address="203.0.113.7", times=1):
    headers = {"X-Forwarded-For": address}
    return [ask("0000-0000", **headers).status_code for _ in range(times)]


def test_an_address_has_a_few_guesses_an_hour(said, quick):
    from central.receipts.brake import TRIES_AN_ADDRESS
    from central.receipts.models import Try

    assert guess(times=TRIES_AN_ADDRESS) == [404] * TRIES_AN_ADDRESS
    assert guess(times=3) == [429] * 3
    reply = ask(**{"X-Forwarded-For": "203.0.113.7"})
    assert reply.status_code == 429
    assert "too many tries" in text_of(reply)
    assert "Cold soup" not in text_of(reply)
    assert guess("203.0.113.8") == [404]  # somebody else

    Try.objects.update(at=world.now() - timedelta(minutes=61))
    assert guess() == [404]
    assert Try.objects.count() == 1  # nothing is kept longer than it is needed


def test_all_addresses_together_have_not_many_more(said, quick):
    from central.receipts.brake import TRIES_IN_ALL

    several = [guess(f"198.51.100.{n}") for n in range(TRIES_IN_ALL)]
    assert several == [[404]] * TRIES_IN_ALL
    assert guess("198.51.100.250") == [429]


def test_a_right_code_is_no_guess(said):
    from central.receipts.brake import TRIES_AN_ADDRESS
    from central.receipts.models import Try

    for _ in range(TRIES_AN_ADDRESS + 2):
        assert ask().status_code == 200
    assert not Try.objects.exists()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("127.0.0.1", "203.0.113.7"), ("127.0.0.1", "1.2.3.4, 203.0.113.7"), True),
        (("127.0.0.1", "203.0.113.7"), ("127.0.0.1", "203.0.113.8"), False),
        (("::1", "2001:db8::1"), ("127.0.0.1", "2001:db8::ffff:1"), True),
        (("::1", "2001:db8::1"), ("::1", "2001:db8:0:1::1"), False),
        (("::1", "::ffff:10.1.2.3"), ("::1", "::ffff:10.1.2.4"), False),
        (("::ffff:127.0.0.1", "::ffff:10.1.2.3"), ("::1", "10.1.2.3"), True),
        (("203.0.113.7", "1.2.3.4"), ("203.0.113.7", "5.6.7.8"), True),
        (("127.0.0.1", "nonsense"), ("127.0.0.1", "other nonsense"), True),
        (("127.0.0.1", ""), ("127.0.0.1", " "), True),
    ],
)
def test_who_guesses_is_whom_our_proxy_saw(one, other, same):
    from central.receipts.brake import who_asks

    def who(remote, forwarded):
        headers = {"X-Forwarded-For": forwarded}
        request = RequestFactory(REMOTE_ADDR=remote).get("/receipt/", headers=headers)
        return who_asks(request)

    assert (who(*one) == who(*other)) is same
    assert len(who(*one)) == 64  # a keyed hash


# ── in a browser ─────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def browser():
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with chromium() as started:
        yield started
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.mark.parametrize(
    ("viewport", "scripts"),
    [(DESKTOP, True), (PHONE, False)],
    ids=["with scripts", "on a phone without"],
)
def test_it_works_for_everybody(
    browser, transactional_db, live_server, viewport, scripts
):
    world.found_a_trust()
    world.publish_the_map()
    words = {**SAID, "_receipt": receipt_hash(CODE), "good": ("W" * 3000,)}
    world.new_tablet("ASH").tell(words, survey="inpatient@2")
    context = browser.new_context(viewport=viewport, java_script_enabled=scripts)
    page = context.new_page()

    def look(heading):
        assert page.locator("h1").inner_text().startswith(heading)
        if scripts:  # axe is one
            looked_at_everywhere(page, heading)

    page.goto(f"{live_server.url}/receipt/")
    look("Read what you told us")
    page.fill("#code", "0000 0000")
    follow(page, "text=Read it")
    look("Read what you told us")
    page.fill("#code", CODE.lower())
    follow(page, "text=Read it")
    look("What you told us")
    assert CODE not in page.url
    follow(page, "text=Delete what I told you")
    look("Delete it all?")
    follow(page, "text=Yes, delete it all")
    look("It is deleted")
    context.close()
