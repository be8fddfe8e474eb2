"""Whoever asks for somebody stands on top until somebody has seen them."""

import inspect
import re
from concurrent.futures import ThreadPoolExecutor, wait
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, connections

from central import deriving
from central.actions import seen
from central.actions.models import Seen
from central.audit.models import Entry
from central.intake.models import Behind
from central.places.models import Ward
from central.summaries.models import Call
from feedback.answer import new_response
from tests.web import world
from tests.web.test_the_days_page import plain, words_in

SAID = {"survey": "inpatient@2"}
TALK = {"_talk": "yes", "talk_where": ("Bed 4",)}


@pytest.fixture
def ash(ash):
    world.publish_the_map()
    return ash


def before(days):
    return world.days_ago(days)


def came(days, answers):
    """So many days ago, at a tablet of its own: its clock is believed."""
    return world.new_tablet("ASH").tell(answers, at=before(days), **SAID)


@pytest.fixture
def press(manager):
    """Presses the first button that says this on Ash ward's page of a day; the page
    that comes next, as text."""

    def send(button, day=None, code="ASH", **words):
        address = f"/wards/{code}/{day or world.today()}/"
        page = manager.get(address).content.decode()
        name = "seen" if button == "Mark as seen" else "not_seen"
        value = re.search(rf'name="{name}" value="([^"]+)"', page)[1]
        words = {name: value, "back": str(day or world.today()), **words}
        reply = manager.post(f"/wards/{code}/seen/", words, follow=True)
        assert reply.status_code == 200
        return reply.content.decode()

    return send


def top(page):
    return plain(page).split("Overall experience of care")[0]


def marks():
    return list(Seen.objects.values_list("by__username", "undone_at"))


def test_a_request_waits_on_todays_page_however_many_days_pass(page, ash):
    came(30, TALK)
    day = f"{before(30):%A} {before(30).day} {before(30):%B %Y}"
    text = top(page())
    assert f"1 person waits to be seen, since {day}" in text
    assert f"Bed 4 Came on {day} ·" in text
    assert "Bed 4" in top(page(before(30).date()))
    assert "Bed 4" not in page(before(3).date())
    assert "1 person of other days waits to be seen" in plain(page(before(3).date()))


def test_once_seen_it_stays_on_its_own_day_with_who_and_when(page, press, ash):
    came(3, TALK)
    text = press("Mark as seen")
    assert "Bed 4" not in text
    assert "Marked as seen. To undo it" in plain(text)
    own = plain(page(before(3).date()))
    assert "Asked for someone, and were seen Would like someone to come Bed 4" in own
    today = world.today()
    assert f"Seen by ash.manager on {today:%a} {today.day} {today:%b}, " in own
    assert "waits to be seen" not in own
    assert marks() == [("ash.manager", None)] * 2  # the request, and where


def test_a_mark_can_be_taken_back(page, press, ash):
    came(3, TALK)
    press("Mark as seen")
    text = press("Not seen yet", before(3).date())
    assert "Bed 4" in top(text)
    assert "It waits to be seen again." in plain(text)
    assert "Bed 4" in top(page())
    assert {who for who, _ in marks()} == {"ash.manager"}
    assert all(undone for _, undone in marks()), "and who did that stays"
    press("Mark as seen")
    assert "Bed 4" not in page()


def test_words_that_may_call_for_help_wait_and_then_stand_among_the_others(
    page, press, ash
):
    came(2, {"better": ("The nurse hit me.",)})
    came(2, {"better": ("Cold food.",)})
    came_late = "Cold food."  # today, of an earlier day: there it stands too
    assert words_in(page()) == ["The nurse hit me.", came_late]
    own = before(2).date()
    assert page(own).index("hit me") < page(own).index("Overall experience")
    press("Mark as seen")
    text = page(own)
    assert words_in(text) == ["The nurse hit me.", came_late]
    assert text.index("Overall experience") < text.index("hit me")
    assert "Seen by ash.manager" in plain(text)
    assert words_in(page()) == ["The nurse hit me.", came_late]


def test_who_may_need_help_is_first_then_the_newest_day(page, ash):
    for days, where in ((9, "Bed 9"), (1, "Bed 1"), (5, "Bed 5, I want to die")):
        came(days, {**TALK, "talk_where": (where,)})
    told = re.findall(r"Bed \d", top(page()))
    assert told == ["Bed 5", "Bed 1", "Bed 9"]


@pytest.mark.parametrize(
    "more",
    [
        {"better": ("I want to die",)},
        {"_concern": "abuse"},
        {"_talk": "yes"},
        {"talk_where": ("Bed 5",)},
        {"better.2": ("The nurse hit me",)},
    ],
)
def test_what_comes_again_from_the_same_person_is_unseen_anew(page, press, ash, more):
    person = ash.tell({"fft": "poor", "better": ("It was loud.",), **TALK}, **SAID)
    press("Mark as seen")
    assert "to be seen" not in plain(page())
    ash.tell(more, response=person, **SAID)
    text = top(page())
    assert "1 person waits to be seen" in text
    assert "Something new came after it was seen by ash.manager on" in text
    press("Mark as seen")
    assert "to be seen" not in plain(page())


def test_what_else_somebody_says_leaves_a_mark_alone(page, press, ash):
    person = ash.tell(TALK, **SAID)
    press("Mark as seen")
    ash.tell({"fft": "poor", "better": ("It was loud.",)}, response=person, **SAID)
    assert "to be seen" not in plain(page())


def test_a_button_on_an_old_page_marks_nothing_that_was_not_on_it(manager, page, ash):
    person = ash.tell(TALK, **SAID)
    old = re.search(r'name="seen" value="([^"]+)"', page())[1]
    ash.tell({"better": ("I want to die",)}, response=person, **SAID)
    reply = manager.post("/wards/ASH/seen/", {"seen": old}, follow=True)
    text = plain(reply.content.decode())
    assert "Nothing was marked: something new came in" in text
    assert "I want to die" in text
    assert not Seen.objects.exists()


def taken_back(ash, person):
    ash.say({"_talk": "no"}, response=person, **SAID)


def withdrawn(ash, person):
    ash.say({"_end": "withdrawn"}, response=person, **SAID)


def erased(ash, person):
    from central.intake.erasure import erase_response

    erase_response(person, world.now())
    deriving.follow_all()


@pytest.mark.parametrize("end", [taken_back, withdrawn, erased])
@pytest.mark.parametrize("was_seen", [False, True])
@pytest.mark.parametrize("said", [TALK, {"_talk": "yes"}])
def test_what_is_taken_back_withdrawn_or_erased_is_on_the_page_no_more(
    page, press, manager, ash, end, was_seen, said
):
    person = ash.tell(said, **SAID)
    key = re.search(r'name="seen" value="([^"]+)"', page())[1]
    if was_seen:
        press("Mark as seen")
    end(ash, person)
    text = plain(page())
    assert "someone to come" not in text
    assert "to be seen" not in text
    assert "Bed 4" not in text
    reply = manager.post("/wards/ASH/seen/", {"seen": key}, follow=True)
    assert "It is not there any more" in plain(reply.content.decode())
    assert "Bed" not in str(list(Seen.objects.values()))


def test_a_call_for_help_that_was_erased_leaves_none_behind(page, ash):
    person = ash.tell({"_concern": "abuse", "better": ("The nurse hit me",)}, **SAID)
    erased(ash, person)
    assert "to be seen" not in plain(page())
    assert not Call.objects.exists()


def test_rebuilding_what_is_derived_loses_no_mark(page, press, ash):
    came(2, TALK)
    came(2, {"better": ("The nurse hit me.",)})
    press("Mark as seen")
    calls = list(Call.objects.order_by("device", "seq").values_list("seq", "kind"))
    shown = without_ids(page(before(2).date()))
    Call.objects.all().delete()
    deriving.rebuild_standing()
    again = list(Call.objects.order_by("device", "seq").values_list("seq", "kind"))
    assert again == calls
    assert without_ids(page(before(2).date())) == shown


def without_ids(page):
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)


def test_a_comment_that_is_opened_or_understood_later_waits_too(page, ash):
    from central.comments.listening import listen_to_all
    from central.comments.models import Comment
    from central.comments.opening import open_again

    ash.write("The nurse hit me.")
    Comment.objects.update(text="", trouble="damaged", concerns="")
    deriving.derive(set(Call.objects.values_list("response", flat=True)))
    assert "to be seen" not in plain(page())
    assert open_again() == (1, 0)
    assert "1 person waits to be seen" in plain(page())
    Comment.objects.update(concerns="")
    deriving.rebuild_standing()
    assert "to be seen" not in plain(page())
    listen_to_all()
    assert "1 person waits to be seen" in plain(page())


def test_practice_waits_for_nobody(page, ash):
    person = new_response()
    ash.say({"_practice": "yes"}, response=person, **SAID)
    ash.tell(TALK, response=person, **SAID)
    assert "to be seen" not in plain(page())


def test_each_act_is_written_down_without_a_word(press, ash):
    came(3, TALK)
    press("Mark as seen")
    press("Not seen yet", before(3).date())
    rows = Entry.objects.order_by("id").values_list("who", "act", "about", "details")
    day = str(before(3).date())
    assert list(rows) == [
        ("ash.manager", seen.MARKED, "ward ASH", {"came": day, "what": ["talk"]}),
        ("ash.manager", seen.TAKEN_BACK, "ward ASH", {}),
    ]


def test_another_wards_is_not_found(manager, client, ash, birch):
    from django.test import Client

    birch.tell(TALK, **SAID)
    theirs = Client()
    theirs.login(username="birch.manager", password=world.PASSWORD)
    text = theirs.get(f"/wards/BIRCH/{world.today()}/").content.decode()
    key = re.search(r'name="seen" value="([^"]+)"', text)[1]
    for ward in ("ASH", "BIRCH"):
        reply = manager.post(f"/wards/{ward}/seen/", {"seen": key})
        assert reply.status_code == 404
    assert not Seen.objects.exists()
    assert theirs.post("/wards/BIRCH/seen/", {"seen": key}).status_code == 302
    mark = Seen.objects.first().pk
    for ward in ("ASH", "BIRCH"):
        reply = manager.post(f"/wards/{ward}/seen/", {"not_seen": mark})
        assert reply.status_code == 404
    assert not Seen.objects.exclude(undone_at=None).exists()


@pytest.mark.parametrize("back", ["", "x", "2090-01-01", "0001-01-01", "//evil"])
def test_a_press_leads_back_to_a_day_of_this_ward(manager, ash, back):
    reply = manager.post("/wards/ASH/seen/", {"back": back})
    assert reply["Location"] == f"/wards/ASH/{world.today()}/"


@pytest.mark.parametrize(
    "words", [{"seen": "\0"}, {"not_seen": "x"}, {"not_seen": "9"}]
)
def test_what_names_nothing_is_not_found(manager, ash, words):
    assert manager.post("/wards/ASH/seen/", words).status_code == 404


def test_who_comes_second_is_told_who_was_first(manager, page, ash):
    from django.test import Client

    world.new_user("ash.deputy", "ASH")
    second = Client()
    second.login(username="ash.deputy", password=world.PASSWORD)
    came(2, TALK)
    key = re.search(r'name="seen" value="([^"]+)"', page())[1]
    manager.post("/wards/ASH/seen/", {"seen": key})
    reply = second.post("/wards/ASH/seen/", {"seen": key}, follow=True)
    told = "It was marked as seen already, by ash.manager."
    assert told in plain(reply.content.decode())
    assert {who for who, _ in marks()} == {"ash.manager"}
    assert Entry.objects.count() == 1


def test_without_the_forms_token_nothing_is_marked(trust, ash):
    from django.test import Client

    ash.tell(TALK, **SAID)
    strict = Client(enforce_csrf_checks=True)
    strict.login(username="ash.manager", password=world.PASSWORD)
    text = strict.get(f"/wards/ASH/{world.today()}/").content.decode()
    key = re.search(r'name="seen" value="([^"]+)"', text)[1]
    assert strict.post("/wards/ASH/seen/", {"seen": key}).status_code == 403
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', text)[1]
    words = {"seen": key, "csrfmiddlewaretoken": token}
    assert strict.post("/wards/ASH/seen/", words).status_code == 302
    assert Seen.objects.exists()


def test_no_page_tells_when_to_the_millisecond_somebody_was_there(page, press, ash):
    """A response begins with its time."""
    person = ash.tell(TALK, **SAID)
    assert person not in page()
    assert person not in press("Mark as seen")


def test_of_very_many_the_page_names_the_days(page, ash, monkeypatch):
    from central.web import waiting

    monkeypatch.setattr(waiting, "MOST", 2)
    for days in (1, 2, 3, 3, 0, 0, 0):
        came(days, TALK)
    text = plain(page())
    assert "7 people wait to be seen" in text
    assert text.count("Bed 4") == 5  # all of today
    assert f"2 more, on the pages of: {before(3):%A} {before(3).day}" in text
    assert "(2)" in text


def folded(page):
    """What stands before the fold, and behind it; "" where nothing is folded."""
    top = page.split("Overall experience of care")[0]
    before, _, after = top.partition('<details class="nhsuk-details wv-talks__more">')
    return before, after.partition("</details>")[0]


def test_after_the_first_eight_who_wait_the_rest_is_folded(page, press, ash):
    with ash.at_once():
        for _ in range(9):
            ash.tell(TALK, **SAID)
    came(20, {"better": ("The nurse hit me.",)})
    shown, more = folded(page())
    assert "10 people wait to be seen" in plain(shown)
    assert "2 more wait: show them" in plain(more)
    assert plain(shown).index("The nurse hit me.") < plain(shown).index("Bed 4")
    assert (shown.count("Bed 4"), more.count("Bed 4")) == (7, 2)
    assert (shown.count('name="seen"'), more.count('name="seen"')) == (8, 2)
    assert 'class="nhsuk-button nhsuk-button--small"' not in shown + more
    assert "1 more waits: show who" in plain(press("Mark as seen"))
    assert folded(press("Mark as seen"))[1] == ""


def test_whose_words_may_call_for_help_is_never_folded(page, ash):
    with ash.at_once():
        for _ in range(10):
            ash.tell({"better": ("The nurse hit me.",)}, **SAID)
    assert folded(page())[1] == ""
    ash.tell(TALK, **SAID)
    shown, more = folded(page())
    assert shown.count("The nurse hit me.") == 10
    assert more.count("Bed 4") == 1


def test_a_longer_time_says_who_was_seen_and_where_to_mark_who_was_not(
    manager, press, ash
):
    came(2, {"better": ("The nurse hit me.",)})
    first, last = before(9).date(), world.today()

    def text(rest=""):
        reply = manager.get(f"/wards/ASH/{first}/{last}/{rest}")
        assert reply.status_code == 200
        return reply.content.decode()

    pages = ("", "questions/better/", "search/?q=nurse")
    for rest in pages:
        assert "Nobody has marked this as seen yet." in plain(text(rest))
        assert f'href="/wards/ASH/{before(2).date()}/">On the page of' in text(rest)
    press("Mark as seen")
    for rest in pages:
        assert "Seen by ash.manager on" in plain(text(rest))


def test_the_list_of_wards_says_who_waits(manager, ash, birch):
    came(4, TALK)
    came(1, {"better": ("The nurse hit me.",)})
    birch.tell(TALK, at=before(40), **SAID)
    text = plain(manager.get("/").content.decode())
    since = f"{before(4):%A} {before(4).day} {before(4):%B %Y}"
    assert f"Ash ward 2 wait to be seen, since {since}" in text
    assert "Birch" not in text


def test_administrators_are_told_of_wards_in_which_nobody_looks(manager, ash):
    from tests.central.setup.conftest import Administrator

    admin = Administrator()
    came(1, TALK)
    assert "waited" not in admin.read("/")
    came(3, TALK)
    came(2, {"better": ("The nurse hit me.",)})
    day = f"{before(3):%A} {before(3).day} {before(3):%B}"
    text = admin.read("/")
    told = (
        f"Ash ward: 2 people have waited to be seen since {day}. Ask the ward to look."
    )
    assert told in text
    assert "hit me" not in text
    assert "waited" not in plain(manager.get("/").content.decode())


# ── two at once ──────────────────────────────────────────────────────────────


@pytest.fixture
def live(transactional_db):
    """Four nurses of Ash ward, and three people who ask for somebody."""
    world.found_a_trust()
    world.publish_the_map()
    tablet = world.new_tablet("ASH")
    for _ in range(3):
        tablet.tell(TALK, **SAID)
    return [world.new_user(f"nurse.{n}", "ASH") for n in range(4)]


def nobody_waits(monkeypatch, people):
    """Without the lock none writes before each has read that nobody has marked it."""
    real, ready = seen._callings, Barrier(len(people))

    def read(calls):
        found = real(calls)
        ready.wait(10)
        return found

    monkeypatch.setattr(seen, "_callings", read)
    monkeypatch.setattr(seen, "lock_all_families", lambda: None)


def press_at_once(users, calling):
    def press(user):
        try:
            ward = Ward.objects.get(code="ASH")
            return seen.mark(ward, calling.key, calling.rows, user, world.now())
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(users)) as pool:
        told = sorted(pool.map(press, users))
    assert told == [seen.ALREADY] * (len(users) - 1) + [seen.DONE]
    rows = Seen.objects.filter(response=calling.response)
    assert rows.count() == 2  # the request, and where
    (winner,) = set(rows.values_list("by__username", flat=True))
    assert Entry.objects.latest("id").who == winner


def test_of_all_who_press_at_once_the_first_is_the_only_one(live):
    for calling in seen.waiting_in("ASH"):
        press_at_once(live, calling)
    assert Entry.objects.filter(act=seen.MARKED).count() == 3


def test_the_index_alone_would_see_to_that(live, monkeypatch):
    """And is what does: the control, without either, has each of them first."""
    if connection.vendor == "sqlite":
        return  # there one begins when the other has ended, whatever we do
    first, second, _ = seen.waiting_in("ASH")
    nobody_waits(monkeypatch, live)
    press_at_once(live, first)
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX seen_once")
    try:
        with pytest.raises(AssertionError):
            press_at_once(live, second)
    finally:
        Seen.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE UNIQUE INDEX seen_once ON actions_seen (device, seq) "
                "WHERE undone_at IS NULL"
            )


def no_line_is_locked(monkeypatch):
    monkeypatch.setattr(seen, "lock_all_families", lambda: None)
    monkeypatch.setattr("central.summaries.calls.lock_all_families", lambda: None)


@pytest.mark.parametrize("fault", [None, no_line_is_locked])
def test_what_is_derived_while_a_mark_is_taken_back_does_not_sink(
    live, monkeypatch, fault
):
    """A derivation that has read the mark, and ends after somebody took it back."""
    if connection.vendor == "sqlite":
        return  # there one begins when the other has ended
    calling, *_ = seen.waiting_in("ASH")
    ward, nurse = Ward.objects.get(code="ASH"), live[0]
    seen.mark(ward, calling.key, calling.rows, nurse, world.now())
    one = Seen.objects.first()

    def take_back():
        try:
            return seen.take_back(ward, one.pk, nurse, world.now())
        finally:
            connections.close_all()

    pool, real = ThreadPoolExecutor(1), deriving.replace_calls
    presses = []

    def derived(responses):
        real(responses)
        presses.append(pool.submit(take_back))
        wait(presses, 1)  # unless it waits for its turn, it is done by then

    monkeypatch.setattr(deriving, "replace_calls", derived)
    if fault:
        fault(monkeypatch)
    Behind.objects.create(response=calling.response, family=one.device)
    deriving.follow(one.device)
    if fault:
        with pytest.raises(IntegrityError):
            presses[0].result(10)
    else:
        assert presses[0].result(10)
        waits = [one.response for one in seen.waiting_in("ASH")]
        assert calling.response in waits
    pool.shutdown()


# ── the controls ─────────────────────────────────────────────────────────────


def it_sinks(monkeypatch):
    from central.web import waiting

    def of_today(ward):
        return [one for one in seen.waiting_in(ward) if one.day == world.today()]

    monkeypatch.setattr(waiting, "waiting_in", of_today)


def a_mark_is_for_the_person(monkeypatch):
    monkeypatch.setattr(seen, "_row_of", lambda one: (one.response, 0))


def any_page_will_do(monkeypatch):
    real = seen.mark

    def mark(ward, key, _, user, now):
        (here,) = [one for one in seen.waiting_in(ward.code) if one.key == key]
        return real(ward, key, here.rows, user, now)

    monkeypatch.setattr(seen, "mark", mark)


def nobody_was_erased(monkeypatch):
    from central.summaries import calls

    monkeypatch.setattr(calls, "erased_among", lambda _: frozenset())


def what_is_opened_late_is_not_heard(monkeypatch):
    from central.comments import opening

    monkeypatch.setattr(opening, "call_again", lambda _: None)


def marks_are_derived(monkeypatch):
    real = deriving.empty_the_tables

    def empty():
        Seen.objects.all().delete()
        real()

    monkeypatch.setattr(deriving, "empty_the_tables", empty)


@pytest.mark.parametrize(
    ("fault", "test", "words"),
    [
        (it_sinks, test_a_request_waits_on_todays_page_however_many_days_pass, ()),
        (
            a_mark_is_for_the_person,
            test_what_comes_again_from_the_same_person_is_unseen_anew,
            ({"_talk": "yes"},),
        ),
        (
            any_page_will_do,
            test_a_button_on_an_old_page_marks_nothing_that_was_not_on_it,
            (),
        ),
        (
            nobody_was_erased,
            test_a_call_for_help_that_was_erased_leaves_none_behind,
            (),
        ),
        (
            what_is_opened_late_is_not_heard,
            test_a_comment_that_is_opened_or_understood_later_waits_too,
            (),
        ),
        (marks_are_derived, test_rebuilding_what_is_derived_loses_no_mark, ()),
    ],
)
def test_the_control_a_fault_is_caught(
    page, press, ash, manager, monkeypatch, fault, test, words
):
    fault(monkeypatch)
    given = {"page": page, "press": press, "ash": ash, "manager": manager}
    names = list(inspect.signature(test).parameters)
    more = dict(zip([n for n in names if n not in given], words, strict=True))
    with pytest.raises(AssertionError):
        test(**{name: given[name] for name in names if name in given}, **more)
