"""central behind nginx, with the files that a hospital's IT installs.

A real agent through the hospital's own proxy, raw requests, slow clients, a browser;
and nginx's own answers, which are nobody's word but nginx's.
"""

import os
import re
import time
from contextlib import contextmanager, suppress
from dataclasses import replace

import httpx
import pytest
from django.utils import timezone

from central.devices.models import Device
from central.intake.models import Answer
from central.people.models import User
from feedback.answer import Draft, new_response
from feedback.log import CENTRAL, Log
from feedback.seal import new_key_pair, seal
from feedback.wire import MAX_BYTES
from sync.agent import Agent
from sync.enrol import enrol
from sync.way import Way, trust_also
from tests.central.conftest import found_a_trust
from tests.central.raw import Sender, answer, answered
from tests.central.served import Caller, free_port, served
from tests.central.tablet import SURVEY, WARD, Tablet
from tests.journey.nginx import NAMES, checked, installed, running
from tests.sync.authority import Authority
from tests.sync.hospital_proxy import HospitalProxy

NAME, _, PATIENTS = NAMES
PASSWORD = "correct horse battery staple"
HOSTS = {"WARDVOICE_HOSTS": f"{NAME},{PATIENTS},127.0.0.1"}
PUBLIC, _PRIVATE = new_key_pair()


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authorities") / "central", "Central")


@pytest.fixture
def trust(transactional_db, settings):
    from central.keys import make_keys
    from central.settings import CENTRAL as KEPT

    if not KEPT.keys_dir.exists():
        make_keys(KEPT.keys_dir)
    KEPT.erasures.unlink(missing_ok=True)
    # The served central checks a code and a password by the hash's own name.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
    found_a_trust()


def port_of(address):
    return int(address.rpartition(":")[2])


@contextmanager
def in_front(folder, authority, changed=lambda text: text):
    """nginx, and the central behind it as a program."""
    with served(**HOSTS) as (address, program):
        files = installed(folder, authority, port_of(address), free_port(), changed)
        with running(files) as nginx:
            yield nginx, program


@pytest.fixture
def nginx(trust, tmp_path, authority):
    with in_front(tmp_path / "nginx", authority) as (started, _program):
        yield started


# ── the files ────────────────────────────────────────────────────────────────


def test_nginx_finds_no_fault_with_the_files(tmp_path, authority):
    ok, said = checked(installed(tmp_path / "n", authority, 8000, 8020))
    assert ok, said
    assert "[warn]" not in said


def test_nginx_would_find_a_slip(tmp_path, authority):
    def slip(text):
        return text.replace("limit_req zone", "limit_rek zone")

    ok, said = checked(installed(tmp_path / "n", authority, 8000, 8020, slip))
    assert (ok, "limit_rek" in said) == (False, True)


# ── a real agent ─────────────────────────────────────────────────────────────


@contextmanager
def agent_on(log, world, nginx):
    """As on a tablet in the hospital: by its proxy, at the name and the usual port."""
    way_in = {f"{NAME}:443": ("127.0.0.1", nginx.port)}
    with HospitalProxy(way_in) as proxy:
        pem = nginx.authority.file.read_text()
        world = replace(world, way=Way(proxy.url, None, trust_also(pem)))
        if not log.note(CENTRAL):
            from central.devices.enrolment import make_code

            code = make_code([WARD], "kiosk", timezone.now())
            enrol(log, f"https://{NAME}", code, world)
        agent = Agent(log, world)
        try:
            yield agent
        finally:
            agent.close()


@pytest.fixture
def log(tmp_path):
    with Log.open(tmp_path / "kiosk.db") as opened:
        yield opened


def write(log, count):
    """As many comments of the largest size: 60 of them are more than a batch may be."""
    for _ in range(count):
        response = new_response()
        box = seal("x" * 16_000, response, "better", "main", PUBLIC)
        rest = ("better", box, WARD, "kiosk", "2026-11-20T10:00:00.000Z")
        log.add_all([Draft(response, SURVEY, *rest)])


def turns(agent, log, most=40):
    for _ in range(most):
        report = agent.turn()
        if log.have == log.last:
            return report
    raise AssertionError(report)


def test_batches_of_a_megabyte_arrive(nginx, log, world):
    write(log, 100)
    with agent_on(log, world, nginx) as agent:
        assert turns(agent, log).state == "well"

    assert Answer.objects.count() == 100


def test_a_413_of_nginx_makes_batches_smaller_and_all_arrive(
    trust, tmp_path, authority, log, world
):
    """Somebody has set it too low: a page, not central's JSON."""

    def too_low(text):
        return text.replace("client_max_body_size 2m", "client_max_body_size 100k")

    write(log, 40)
    with in_front(tmp_path / "nginx", authority, too_low) as (nginx, _):
        with nginx.client(NAME) as client:
            page = client.post(
                f"/api/v1/devices/{'0' * 32}/log", content=b"x" * 200_000
            )
        assert (page.status_code, page.headers["Content-Type"]) == (413, "text/html")
        with agent_on(log, world, nginx) as agent:
            assert turns(agent, log).state == "well"
    assert Answer.objects.count() == 40


def test_while_central_is_away_nginxs_page_is_no_answer(
    trust, tmp_path, authority, log, world
):
    with in_front(tmp_path / "one", authority) as (nginx, program):
        with agent_on(log, world, nginx):
            pass  # enrolled
        write(log, 3)
        program.kill()
        program.wait()
        with agent_on(log, world, nginx) as agent:
            report = agent.turn()
        with nginx.client(NAME) as client:
            seen = client.get("/")
    assert (report.state, report.trouble, log.have) == ("trying", "proxy", 0)
    assert (seen.status_code, seen.headers["Retry-After"]) == (502, "30")
    assert "Nothing is lost" in seen.text
    # and when it is back
    with (
        in_front(tmp_path / "two", authority) as (nginx, _),
        agent_on(log, world, nginx) as agent,
    ):
        assert turns(agent, log).state == "well"
    assert Answer.objects.count() == 3


# ── requests as bytes ────────────────────────────────────────────────────────


@pytest.fixture
def sender(nginx):
    from central.devices.enrolment import make_code

    tablet = Tablet(Caller(f"https://{NAME}"))
    tablet.client.http = nginx.client(NAME)
    assert tablet.enrol(make_code([WARD], "kiosk", timezone.now())).status == 200
    yield Sender(tablet)
    tablet.client.http.close()


def said(nginx, raw):
    with nginx.line(NAME) as line:
        with suppress(BrokenPipeError, ConnectionResetError):
            line.sendall(raw)
        return answered(line, False)


def chunked(sender):
    body = sender.good()
    head = sender.head(body, "Transfer-Encoding: chunked", host=NAME)
    half = len(body) // 2
    parts = [body[:half], body[half:], b""]
    return head + b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)


def took(sender, came):
    assert (came.status, came.words.get("have")) == (200, sender.first), came.body
    sender.took(1, None)


def test_what_is_signed_passes_as_it_is_and_what_is_too_large_does_not(nginx, sender):
    took(sender, said(nginx, sender.request(sender.good(), host=NAME)))
    took(sender, said(nginx, chunked(sender)))
    # as large as may be, and a byte more: central's own 413, in its words
    most = sender.good() + b" " * (MAX_BYTES - len(sender.good()))
    took(sender, said(nginx, sender.request(most, host=NAME)))
    more = sender.good() + b" " * (MAX_BYTES + 1 - len(sender.good()))
    came = said(nginx, sender.request(more, host=NAME))
    assert (came.status, came.words["why"]) == (413, "large")
    huge = said(nginx, sender.request(b"x" * 3_000_000, host=NAME))
    assert (huge.status, huge.words) == (413, {})
    # its path is signed, to the letter
    body = sender.good()
    raw = sender.request(body, host=NAME).replace(b"/log ", b"/./log ", 1)
    assert said(nginx, raw).status == 404
    assert said(nginx, sender.request(body, f"X-A: {'a' * 20_000}", host=NAME)).status \
        in (400, 431)  # fmt: skip
    took(sender, said(nginx, sender.request(body, host=NAME)))


def test_over_http_a_device_is_refused_and_a_browser_is_led_to_https(nginx):
    with httpx.Client(base_url=f"http://127.0.0.1:{nginx.plain_port}") as client:
        client.headers["Host"] = NAME
        device = client.post("/api/v1/enrolments", content=b"{}")
        browser = client.get("/wards/ELM/")
    assert (device.status_code, "Location" in device.headers) == (403, False)
    assert browser.status_code == 301
    assert browser.headers["Location"] == f"https://{NAME}/wards/ELM/"


# ── slow clients ─────────────────────────────────────────────────────────────


def tenth(text):
    """The limits of time, in a tenth of it."""
    return re.sub(r"(timeout) (\d)0s;", r"\1 \2s;", text)


LONG = pytest.param(lambda text: text, 30, marks=pytest.mark.soak)


@pytest.mark.parametrize(
    ("changed", "ends_s"), [(tenth, 5), LONG], ids=["10th", "real"]
)
def test_who_is_slow_reaches_nobody_and_is_ended(
    trust, tmp_path, authority, changed, ends_s
):
    """Half a header, half a body; and meanwhile the others do not wait."""
    with in_front(tmp_path / "nginx", authority, changed) as (nginx, _):
        path = f"POST /api/v1/devices/{'0' * 32}/log HTTP/1.1\r\nHost: {NAME}\r\n"
        with nginx.line(NAME, ends_s + 30) as header, nginx.line(NAME) as body:
            header.sendall(path.encode())
            body.sendall(f"{path}Content-Length: 900\r\n\r\n{{".encode())
            began, waits = time.monotonic(), []
            with nginx.client(NAME) as client:
                for _ in range(20):
                    asked = time.monotonic()
                    assert client.get("/login/").status_code == 200
                    waits.append(time.monotonic() - asked)
            assert sorted(waits)[10] < 1
            for line in (header, body):
                line.settimeout(ends_s + 30)
                with suppress(ConnectionResetError):
                    assert line.recv(100)[:12] in (b"", b"HTTP/1.1 408")
            assert time.monotonic() - began < ends_s


# ── people ───────────────────────────────────────────────────────────────────


@pytest.fixture
def manager(trust):
    from central.people.models import Membership

    user = User.objects.create_user("elm.manager", password=PASSWORD)
    Membership.objects.create(user=user, ward_id=WARD)


def test_a_ward_page_logs_in_through_it_in_a_browser(nginx, manager, monkeypatch):
    from tests.web.browser import ARGUMENTS, chromium, follow, log_in

    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    rule = f"--host-resolver-rules=MAP {NAME}:443 127.0.0.1:{nginx.port}"
    monkeypatch.setattr("tests.web.browser.ARGUMENTS", [*ARGUMENTS, rule])
    with chromium() as browser:
        context = browser.new_context(ignore_https_errors=True)
        page = context.new_page()
        log_in(page, f"https://{NAME}", "elm.manager", PASSWORD)
        page.goto(f"https://{NAME}/wards/{WARD}/")
        assert "Elm ward" in page.content()
        cookies = {one["name"]: one for one in context.cookies()}
        folder = os.environ.get("PICTURES")
        if folder:
            page.screenshot(path=f"{folder}/behind-nginx.png")
        follow(page, "text=Log out")
        page.goto(f"https://{NAME}/wards/{WARD}/")
        assert "/login/" in page.url
    session = cookies["__Host-wardvoice"]
    assert (session["secure"], session["httpOnly"]) == (True, True)
    assert cookies["csrftoken"]["secure"]


def form(client):
    page = client.get("/login/")
    (token,) = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
    fields = {"username": "elm.manager", "password": PASSWORD}
    return {**fields, "csrfmiddlewaretoken": token}, page


def test_a_form_comes_from_this_page_and_no_other(nginx, manager):
    with nginx.client(NAME) as client:
        fields, page = form(client)
        assert page.headers["Strict-Transport-Security"] == "max-age=31536000"
        for origin, status in (("https://evil.example", 403), (f"https://{NAME}", 302)):
            came = client.post("/login/", data=fields, headers={"Origin": origin})
            assert came.status_code == status


def test_logins_are_limited_by_address_and_a_wards_tablets_are_not(nginx, sender):
    with nginx.client(NAME) as client:
        tries = [client.post("/login/", data={}) for _ in range(40)]
        # The same address: a whole hospital behind one.
        for _ in range(40):
            took(
                sender, said(nginx, sender.request(sender.batch([answer()]), host=NAME))
            )
        assert client.get("/login/").status_code == 200
    got = [one.status_code for one in tries]
    assert got[:30] == [403] * 30  # central's own: no token
    assert got.count(429) >= 5
    assert "Please wait a minute" in tries[-1].text


def test_guesses_at_enrolment_codes_are_limited_by_address(nginx, trust, sender):
    """Five spend a code that waits: who tries them all does not get far."""
    with nginx.client(NAME) as client:
        tries = [client.post("/api/v1/enrolments", json={}) for _ in range(40)]
        took(sender, said(nginx, sender.request(sender.batch([answer()]), host=NAME)))
    got = [one.status_code for one in tries]
    assert got[:30] == [400] * 30  # central's own
    assert got.count(429) >= 5


FORGED = ("X-Forwarded-For", "X-Real-IP", "Forwarded", "X-Forwarded-Host")


def guesses(nginx, name=NAME):
    """Wrong codes, each from an address that the client makes up."""
    with nginx.client(name) as client:
        page = client.get("/receipt/")
        (token,) = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
        return [
            client.post(
                "/receipt/",
                data={"csrfmiddlewaretoken": token, "code": "0000-0000"},
                headers={
                    **dict.fromkeys(FORGED, f"203.0.113.{number}"),
                    "Origin": f"https://{name}",
                },
            ).status_code
            for number in range(1, 12)
        ]


def test_an_address_that_a_client_makes_up_is_not_believed(nginx):
    assert guesses(nginx, PATIENTS) == [404] * 10 + [429]


def test_the_control_a_proxy_that_passes_it_on_is_seen(trust, tmp_path, authority):
    def passes_on(text):
        forwarded = "X-Forwarded-For $http_x_forwarded_for"
        return text.replace("X-Forwarded-For $remote_addr", forwarded)

    with in_front(tmp_path / "nginx", authority, passes_on) as (nginx, _):
        assert guesses(nginx) == [404] * 11


def test_the_public_network_sees_the_page_of_receipts_and_nothing_else(nginx):
    with nginx.client(PATIENTS) as client:
        assert client.get("/receipt/").status_code == 200
        style = client.get("/static/nhsuk/nhsuk-frontend-10.6.1.min.css")
        assert (style.status_code, style.headers["Content-Encoding"]) == (200, "gzip")
        closed = (
            "/login/",
            "/admin/",
            "/health",
            "/api/v1/openapi.json",
            "/wards/ELM/",
        )
        assert [client.get(path).status_code for path in closed] == [404] * 5


def test_health_is_for_those_inside(nginx, trust, tmp_path, authority):
    with nginx.client(NAME) as client:
        assert client.get("/health").status_code == 200

    def from_elsewhere(text):
        return text.replace("allow 127.0.0.1;", "")

    with (
        in_front(tmp_path / "outside", authority, from_elsewhere) as (other, _),
        other.client(NAME) as client,
    ):
        assert client.get("/health").status_code == 403


def test_nothing_of_a_request_is_kept_by_nginx(nginx, sender):
    took(sender, said(nginx, sender.request(sender.good(), host=NAME)))
    guesses(nginx)
    access = nginx.folder / "access.log"
    assert not access.exists() or access.read_text() == ""
    assert Device.objects.count() == 1
    kept = [one for one in (nginx.folder / "body").rglob("*") if one.is_file()]
    assert kept == []
