"""The team's pages, asked for by HTTP: who gets in, what they see, what they do."""

import html
import re

import pytest

from feedback.log import NotSaved
from smsgateway.asking.refusals import Refusal
from smsgateway.asking.team.frame import Visit
from smsgateway.asking.team.look import overview_page
from smsgateway.logs import FIELDS
from smsgateway.opt_outs import Standing
from smsgateway.writer import TooBusy
from tests.smsgateway.asgi import Running
from tests.smsgateway.asking.team_world import (
    NAME,
    NOW,
    PASSWORD,
    Pages,
    overview,
)

HERE = "https://sms.example.org"
FORM = {"Origin": HERE, "Sec-Fetch-Site": "same-origin"}
INSIDE = ("/team/", "/team/refused", "/team/reviews", "/team/exclusions", "/team/texts")
NUMBER = "07700 900123"


class Browser:
    """Keeps its cookie, and posts forms as a browser does."""

    def __init__(self, pages, running) -> None:
        self.pages, self.running = pages, running

    def get(self, path, **what):
        return self.running.get(path, **what)

    def post(self, path, headers=FORM, **data):
        return self.running.post(path, data=data, headers=headers)

    def log_in(self, name=NAME, password=PASSWORD, **more):
        return self.post("/team/login", name=name, password=password, **more)

    def run(self, future_of):
        async def awaited():
            return await future_of()

        return self.running.run(awaited())

    def words(self, path):
        return plain(self.get(path))


def plain(answer):
    """What a person reads of it."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


@pytest.fixture
def pages(settings, trust, clock):
    return Pages(settings, trust, clock, f"{HERE}/sms")


@pytest.fixture
def anyone(pages):
    with Running(pages.app) as running:
        yield Browser(pages, running)


@pytest.fixture
def joan(anyone):
    assert anyone.log_in().status_code == 303
    return anyone


# ── getting in ───────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", INSIDE)
def test_nobody_sees_a_page_without_logging_in(anyone, path):
    answer = anyone.get(path)

    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/team/login")
    assert answer.content == b""


@pytest.mark.parametrize("path", ["/team/reviews", "/team/exclusions"])
def test_nobody_changes_anything_without_logging_in(anyone, path):
    anyone.run(lambda: anyone.pages.hold("stop it"))

    answer = anyone.post(
        path, review="1", decision="stopped", do="add", number=NUMBER, reason="died"
    )

    assert answer.status_code == 303
    assert anyone.pages.book.numbers == {}
    assert anyone.run(anyone.pages.standing).is_held


def test_the_page_that_was_wanted_opens_after_the_login(anyone):
    wanted = anyone.get("/team/reviews").headers["location"]

    assert 'value="/team/reviews"' in anyone.get(wanted).text
    answer = anyone.log_in(after="/team/reviews")
    assert answer.headers["location"] == "/team/reviews"


@pytest.mark.parametrize(
    "after", ["//evil.example", "/\\evil.example", "javascript:alert(1)", "/sms", "x"]
)
def test_a_login_leads_to_our_own_pages_only(anyone, after):
    assert "evil" not in anyone.get(f"/team/login?after={after}").text
    assert anyone.log_in(after=after).headers["location"] == "/team/"


def test_a_wrong_name_and_a_wrong_password_are_told_the_same(anyone):
    one = anyone.log_in(password="wrong horse battery")
    other = anyone.log_in(name="nobody")

    assert one.status_code == other.status_code == 401
    assert plain(one) == plain(other)
    assert "do not belong together" in plain(one)
    assert anyone.get("/team/").status_code == 303


def test_the_cookie_is_for_this_host_and_no_script(anyone):
    cookie = anyone.log_in().headers["set-cookie"].lower()

    assert cookie.startswith("__host-wardvoice-team=")
    for part in ("secure", "httponly", "samesite=strict", "path=/"):
        assert f"; {part}" in cookie
    assert "domain" not in cookie
    assert "max-age" not in cookie


@pytest.mark.parametrize(
    ("url", "is_secure"),
    [
        ("http://127.0.0.1:8020/sms", False),
        ("http://localhost:8020", False),
        ("http://sms.example.org", True),
        ("https://127.0.0.1", True),
    ],
)
def test_only_on_this_machine_is_the_cookie_sent_in_the_clear(
    settings, trust, clock, url, is_secure
):
    with Running(Pages(settings, trust, clock, url).app) as running:
        data = {"name": NAME, "password": PASSWORD}
        answer = running.post("/team/login", data=data, headers=FORM)

    assert ("Secure" in answer.headers["set-cookie"]) is is_secure


def test_each_login_has_a_token_of_its_own_and_ends_the_one_before(anyone):
    name = "__Host-wardvoice-team"
    first = anyone.log_in().cookies[name]
    second = anyone.log_in().cookies[name]

    assert first != second
    assert len(first) >= 43  # 256 bits
    anyone.running.client.cookies.set(name, first, domain="sms.example.org")
    anyone.running.client.cookies.clear()
    cookie = {"Cookie": f"{name}={first}"}
    assert anyone.get("/team/", headers=cookie).status_code == 303


def test_who_logs_out_is_out_at_once(joan):
    cookie = {
        "Cookie": "; ".join(f"{k}={v}" for k, v in joan.running.client.cookies.items())
    }
    assert joan.get("/team/").status_code == 200

    answer = joan.post("/team/logout")

    assert answer.headers["location"] == "/team/login"
    assert joan.get("/team/").status_code == 303
    assert joan.get("/team/", headers=cookie).status_code == 303


def test_a_session_ends_after_half_an_hour_of_nothing(joan, clock):
    clock.pass_(minutes=29)
    assert joan.get("/team/").status_code == 200
    clock.pass_(minutes=29)
    assert joan.get("/team/").status_code == 200
    clock.pass_(minutes=30)
    assert joan.get("/team/").status_code == 303


def test_a_session_ends_after_eight_hours_whatever_happens(joan, clock):
    for _ in range(23):
        clock.pass_(minutes=20)
        assert joan.get("/team/").status_code == 200
    clock.pass_(minutes=20)
    assert joan.get("/team/").status_code == 303


def test_a_name_is_tried_five_times_and_then_not_even_the_password_helps(anyone, clock):
    for _ in range(5):
        assert anyone.log_in(password="wrong").status_code == 401
    answer = anyone.log_in()

    assert answer.status_code == 429
    assert "Please wait 5 minutes" in plain(answer)
    assert int(answer.headers["retry-after"]) <= 301
    clock.pass_(minutes=5)
    assert anyone.log_in().status_code == 303


def test_twenty_tries_a_minute_are_all_there_are(anyone, clock):
    codes = [anyone.log_in(name=f"name{n}").status_code for n in range(21)]

    assert codes == [401] * 20 + [429]
    clock.pass_(minutes=1)
    assert anyone.log_in().status_code == 303


def test_who_tries_names_from_elsewhere_locks_nobody_of_the_team_out(anyone):
    def log_in(address, **more):
        return anyone.log_in(headers={**FORM, "X-Forwarded-For": address}, **more)

    codes = [log_in("203.0.113.9", password="wrong").status_code for _ in range(6)]
    assert codes == [401] * 5 + [429]
    for n in range(20):
        log_in(f"203.0.113.{n + 10}", name=f"name{n}", password="wrong")

    assert log_in("203.0.113.9").status_code == 429
    assert log_in("10.0.0.7").status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "null"},
        {"Origin": "https://evil.example"},
        {"Origin": f"{HERE}.evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": HERE},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"},
    ],
)
@pytest.mark.parametrize("path", ["/team/login", "/team/logout", "/team/exclusions"])
def test_only_our_own_forms_do_anything(joan, path, headers):
    answer = joan.post(path, headers=headers, do="add", number=NUMBER, reason="died")

    assert answer.status_code == 403
    assert joan.pages.book.numbers == {}
    assert joan.get("/team/").status_code == 200


@pytest.mark.parametrize(
    "headers", [{"Origin": HERE}, {"Sec-Fetch-Site": "same-origin"}]
)
def test_either_word_of_a_browser_is_enough(anyone, headers):
    answer = anyone.post("/team/login", headers=headers, name=NAME, password=PASSWORD)

    assert answer.status_code == 303


@pytest.mark.parametrize("path", [*INSIDE, "/team/login", "/team/team.css", "/team"])
def test_every_answer_is_kept_by_nobody_and_runs_nothing(joan, path):
    headers = joan.get(path).headers

    assert headers["cache-control"] == "no-store"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "script" not in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


def test_a_form_that_is_too_long_is_refused(joan):
    answer = joan.post("/team/exclusions", do="add", number="0" * 9_000)

    assert answer.status_code == 413


# ── invitations ──────────────────────────────────────────────────────────────


def test_the_first_page_tells_of_each_ward_and_day(joan):
    words = joan.words("/team/")

    assert "Sunday 22 November 2026, 08:00" in words
    assert "Rowan Ward 324 310 103 1 27" in words
    assert "1,239 invitations waiting" in words
    assert "Rowan Ward 31 Outside the ward's hours today, 09:00" in words
    assert "Birch Ward 4 Today's limit is reached Mon 23 Nov, 08:00" in words
    assert "Birch Ward 1,204 Its time has not come Sat 5 Dec, 08:00" in words
    assert "Asked in the last 30 days 54" in words


def test_who_was_not_asked_is_listed_one_by_one(joan):
    joan.pages.book.refused = [
        Refusal(NOW, "ROWAN", "opted_out", "soon", "inpatient@2", "", 17),
        Refusal(NOW, "BIRCH", "daily_cap", "reminder soon", "", "quiet_hours"),
        Refusal(NOW, "", "excluded"),
    ]
    words = joan.words("/team/refused")

    assert (
        "Sun 22 Nov, 08:00 Rowan Ward First, inpatient@2 "
        "They asked for no more texts row 17"
    ) in words
    assert (
        "Birch Ward Reminder Today's limit is reached. It had waited, because "
        "Outside the ward's hours POST"
    ) in words
    assert "not one of ours None planned On the list of exclusions POST" in words


def test_the_list_is_chosen_from_and_turned(joan):
    joan.pages.book.refused = [
        Refusal(NOW, "ROWAN", "opted_out", "soon", "", "", row) for row in range(1, 121)
    ]
    first = joan.get("/team/refused?ward=ROWAN&day=2026-11-22").text
    second = joan.words("/team/refused?ward=ROWAN&day=2026-11-22&page=2")

    assert "1 to 50 of 120" in first
    link = "/team/refused?day=2026-11-22&ward=ROWAN&page=2"
    assert html.escape(link) in first
    assert "51 to 100 of 120" in second
    assert "row 51" in second
    assert "There is none." in joan.words("/team/refused?why=excluded")
    assert "There is none." in joan.words("/team/refused?day=2026-11-21")


@pytest.mark.parametrize(
    "query",
    ["day=x", "page=-1", "page=9999999", "page=%F0%9F%98%80", "ward=%00&why=<b>"],
)
def test_an_odd_choice_is_no_fault(joan, query):
    answer = joan.get(f"/team/refused?{query}")

    assert answer.status_code == 200
    assert "<b>" not in answer.text.replace("<b>Today", "")


def test_wards_stand_in_the_order_of_their_names(joan):
    names = re.findall(r"<summary>(.*?)</summary>", joan.get("/team/").text)

    assert [html.unescape(name) for name in names] == [
        "Acorn children's unit",
        "Birch Ward",
        "Rowan Ward",
    ]


def test_a_day_without_figures_is_not_a_day_with_none(joan):
    words = joan.words("/team/")

    birch = words[words.index("Birch Ward, by day") :]
    assert re.search(r"Thu 19 Nov (– not known ){5}", birch)


def test_the_page_warns_of_all_that_needs_somebody(joan):
    joan.run(lambda: joan.pages.hold("please"))
    words = joan.words("/team/")

    assert "Today's limit is near: 1,640 of 2,000 segments (82%)" in words
    assert "Of 3 texts nobody knows whether they went out." in words
    assert "Bank holidays are known for 80 more days." in words
    assert "1 text may be an opt-out" in words
    assert "£310.55 of £500.00 (62%)" in words


def test_where_all_is_well_the_page_says_so():
    page = overview_page(Visit("/team/", NAME, 0), overview(trouble=False))

    assert "Nothing needs you now." in page
    assert "To look at" not in page


def test_names_and_reasons_are_shown_as_they_are_and_never_run():
    wards = {"X": "<img src=x onerror=alert(1)>"}
    page = overview_page(Visit("/team/", "<b>", 0), overview(wards=wards))

    assert "<img" not in page
    assert "<b>&" not in page


# ── reviews ──────────────────────────────────────────────────────────────────


def test_a_text_that_is_an_opt_out_is_kept_as_one(joan):
    joan.run(lambda: joan.pages.hold("leave me <b>alone</b>"))
    assert "leave me <b>alone</b>" in joan.words("/team/reviews")
    assert "Reviews 1 waiting" in joan.words("/team/texts")

    joan.post("/team/reviews", review="1", decision="stopped")

    words = joan.words("/team/reviews")
    assert "never texted again" in words
    assert "No text waits" in words
    assert joan.run(joan.pages.standing) == Standing(True, False, False)
    assert "never texted again" not in joan.words("/team/reviews")  # once


def test_who_decided_is_kept_and_shown_and_logged(joan, capsys):
    joan.run(lambda: joan.pages.hold("stop"))
    joan.post("/team/reviews", review="1", decision="stopped")
    joan.run(lambda: joan.pages.hold("stop", "+447700900124"))
    joan.run(
        lambda: joan.pages.writer.do(
            lambda desk: desk.opt_outs.release(
                desk.opt_outs.names("+447700900124"), NOW
            )
        )
    )
    joan.post("/team/exclusions", do="add", number=NUMBER, reason="died")
    joan.post("/team/exclusions", do="remove", number=NUMBER)

    words = joan.words("/team/reviews")
    assert "Sunday 22 November 2026, 08:00 A stop joan.patel" in words
    assert "Not meant who wrote it: they texted START" in words
    said = capsys.readouterr().out
    assert said.count("who=joan.patel") == 3
    assert "who" in FIELDS


def test_a_text_that_was_not_meant_lets_texts_go_again(joan):
    joan.run(lambda: joan.pages.hold("stop giving me peas"))

    joan.post("/team/reviews", review="1", decision="not_meant")

    assert joan.run(joan.pages.standing) == Standing(False, False, False)
    assert "may be texted again" in joan.words("/team/reviews")


@pytest.mark.parametrize("review", ["1", "0", "-1", "x", "9" * 30, "²"])
def test_a_text_that_does_not_wait_is_said_to_be_decided(joan, review):
    answer = joan.post("/team/reviews", review=review, decision="stopped")

    assert answer.status_code == 303
    assert "decided on that text already" in joan.words("/team/reviews")


def test_words_that_nobody_can_read_can_only_be_a_stop(joan):
    joan.run(lambda: joan.pages.hold("stop"))
    joan.run(
        lambda: joan.pages.writer.do(
            lambda desk: desk.log.db.conn.execute(
                "UPDATE sms_reviews SET words = x'00'"
            )
        )
    )
    page = joan.get("/team/reviews").text
    assert "cannot be opened" in page
    assert 'value="not_meant"' not in page

    joan.post("/team/reviews", review="1", decision="not_meant")

    assert "can only be a stop" in joan.words("/team/reviews")
    assert joan.run(joan.pages.standing).is_held


def test_a_decision_that_is_none_is_refused(joan):
    joan.run(lambda: joan.pages.hold("stop"))

    assert joan.post("/team/reviews", review="1", decision="go").status_code == 400
    assert joan.run(joan.pages.standing).is_held


# ── exclusions ───────────────────────────────────────────────────────────────


def test_a_number_is_put_on_the_list_and_never_shown(joan):
    joan.post("/team/exclusions", do="add", number=NUMBER, reason="pregnancy_loss")

    assert set(joan.pages.book.numbers) == {"+447700900123"}
    words = joan.words("/team/exclusions")
    assert "The number is on the list." in words
    assert "Sunday 22 November 2026 Pregnancy loss joan.patel 1" in words
    for page in INSIDE:
        assert "900123" not in joan.get(page).text


def test_a_number_is_on_the_list_once(joan):
    for _ in range(2):
        joan.post("/team/exclusions", do="add", number=NUMBER, reason="died")

    assert "on the list already" in joan.words("/team/exclusions")


def test_a_number_that_is_typed_again_is_taken_off(joan):
    joan.post("/team/exclusions", do="add", number=NUMBER, reason="died")

    joan.post("/team/exclusions", do="remove", number="07700900123")

    assert joan.pages.book.numbers == {}
    assert "off the list" in joan.words("/team/exclusions")
    joan.post("/team/exclusions", do="remove", number=NUMBER)
    assert "not on the list" in joan.words("/team/exclusions")


@pytest.mark.parametrize("do", ["add", "remove"])
def test_what_is_no_mobile_number_is_told_and_not_repeated(joan, do):
    answer = joan.post(
        "/team/exclusions", do=do, number="0161 496 0999", reason="under_16"
    )

    assert answer.status_code == 422
    assert "There is a problem That is not a mobile number" in plain(answer)
    assert "496" not in answer.text
    assert "Error: Exclusions" in answer.text
    assert f'href="#number-{do}"' in answer.text
    assert 'value="under_16" required checked' in answer.text
    assert joan.pages.book.numbers == {}


@pytest.mark.parametrize("reason", ["", "other", "Died"])
def test_a_reason_is_one_of_the_list(joan, reason):
    answer = joan.post("/team/exclusions", do="add", number=NUMBER, reason=reason)

    assert answer.status_code == 422
    assert joan.pages.book.numbers == {}


# ── our texts ────────────────────────────────────────────────────────────────


def test_each_text_is_shown_in_each_language_with_what_it_costs(joan):
    page = joan.get("/team/texts")
    words = plain(page)

    assert "After STOP 1 segment, 4.2p, GSM-7 We will not text you again." in words
    assert "First reply, with the question 3 segments, 12.6p, GSM-7" in words
    assert "Harbour View Hospitals, Birch Ward: tell us how your care was." in words
    for language in ("Welsh", "Urdu", "Chinese"):
        assert f"{language} First reply, with the question" in words
    assert page.text.count('dir="rtl"') == page.text.count('lang="ur"') * 2


def test_the_texts_are_those_of_the_ward_that_is_chosen(joan):
    assert "Rowan Ward: tell us" in joan.words("/team/texts?ward=ROWAN")
    assert "Birch Ward: tell us" in joan.words("/team/texts?ward=%3Cb%3E")


# ── when something is wrong ──────────────────────────────────────────────────


def test_a_fault_tells_neither_the_page_nor_the_log_what_was_typed(joan, capsys):
    joan.pages.book.fault = RuntimeError(f"no such number {NUMBER}")

    answer = joan.get("/team/")

    assert answer.status_code == 500
    assert "Something went wrong here" in plain(answer)
    told = capsys.readouterr()
    assert "RuntimeError" in told.out + told.err
    assert "900123" not in answer.text + told.out + told.err


@pytest.mark.parametrize("fault", [TooBusy(), NotSaved(), TimeoutError()])
def test_a_gateway_that_is_busy_asks_to_be_asked_again(joan, fault):
    joan.pages.book.fault = fault

    answer = joan.get("/team/")

    assert answer.status_code == 503
    assert "cannot answer at the moment" in plain(answer)


def test_nothing_that_is_done_is_logged_with_a_number(joan, capsys):
    joan.post("/team/exclusions", do="add", number=NUMBER, reason="died")
    joan.post("/team/exclusions", do="remove", number=NUMBER)

    told = capsys.readouterr()
    assert "excluded" in told.out + told.err
    assert "900123" not in told.out + told.err


def test_a_session_that_is_over_does_nothing_more(joan, clock):
    clock.pass_(hours=1)

    joan.post("/team/exclusions", do="add", number=NUMBER, reason="died")

    assert joan.pages.book.numbers == {}
