"""Two programs at once, and one that is killed: the real command, a real server."""

import asyncio
from datetime import timedelta
from hashlib import sha256

import pytest

from central.morning import round as morning
from central.morning.models import SENT, Mail
from tests.central.morning.conftest import MANAGERS, reader
from tests.central.morning.office import figures, kill, open_office, program, run
from tests.self_signed import self_signed
from tests.web import world

PLANTED = "tests.central.morning.planted"
STAGES = ("EHLO", "MAIL", "RCPT", "DATA", "QUIT")


def expected(day):
    """The Message-IDs that this day must bring, reckoned without the rows."""
    from central.people.models import Membership

    people = Membership.objects.values_list("ward_id", "user__email")
    return {
        f"<morning.{day}.{ward}.{sha256(address.encode()).hexdigest()[:16]}"
        "@wardvoice.example.org>"
        for ward, address in people
    }


def planted(fault):
    return {"DJANGO_SETTINGS_MODULE": PLANTED, "WARDVOICE_PLANTED": fault}


def race(office, day, **more):
    """Both have greeted the server before either may send."""
    both = asyncio.Event()

    async def wait():
        if office.greeted >= 2:
            both.set()
        await asyncio.wait_for(both.wait(), 40)

    office.at["EHLO"] = wait
    two = [program(office.port, "--date", str(day), **more) for _ in range(2)]
    ended = [one.communicate(timeout=90) for one in two]
    return [one.returncode for one in two], ended


@pytest.fixture
def many(live_house):
    for number in range(9):
        reader(f"ash{number}", "ASH")
        reader(f"birch{number}", "BIRCH")


def test_two_programs_send_each_mail_once(many, office, yesterday):
    codes, ended = race(office, yesterday)

    assert codes == [0, 0], ended
    sent = [figures(out)[0] for out, _ in ended]
    assert sum(sent) == 20
    assert min(sent) >= 1, "it was no race"
    assert office.ids() == dict.fromkeys(expected(yesterday), 1)


def test_the_control_a_mail_that_anybody_may_take_goes_twice(many, office, yesterday):
    race(office, yesterday, **planted("taken by all"))
    assert max(office.ids().values()) > 1


def killed_at(stage, office, day, **more):
    """The command is killed when the server gets so far, with its first mail."""
    victim = []
    office.at[stage] = lambda: kill(victim.pop()) if victim else None
    victim.append(program(office.port, "--date", str(day), **more))
    one = victim[0]
    one.wait(60)
    one.stdout.close()
    one.stderr.close()
    assert not victim, f"it never came to {stage}"
    assert one.returncode == -9
    office.at.clear()


def recover(mails, office, day):
    """Ten minutes later, another process."""
    mails(office.port)
    later = world.now() + timedelta(minutes=10)
    return morning.by_hand(day, lambda: later)


@pytest.mark.parametrize("stage", STAGES)
def test_killed_at_any_stage_every_mail_comes_and_as_the_same_one(
    live_house, mails, office, yesterday, stage
):
    killed_at(stage, office, yesterday)
    recover(mails, office, yesterday)

    assert set(office.ids()) == expected(yesterday)
    twice = [count for count in office.ids().values() if count > 1]
    assert twice == ([2] if stage == "DATA" else [])
    assert set(Mail.objects.values_list("state", flat=True)) == {SENT}
    assert Mail.objects.count() == len(MANAGERS)


def test_until_its_time_is_up_nobody_else_takes_what_a_dead_one_holds(
    live_house, mails, office, yesterday
):
    killed_at("DATA", office, yesterday)
    assert run(office.port, "--date", str(yesterday))[0] == 0
    assert sorted(office.ids().values()) == [1, 1]
    recover(mails, office, yesterday)
    assert sorted(office.ids().values()) == [1, 2]


def test_the_control_marked_before_it_is_sent_a_mail_is_lost(
    live_house, mails, office, yesterday
):
    killed_at("EHLO", office, yesterday, **planted("marked before"))
    recover(mails, office, yesterday)
    assert len(expected(yesterday) - set(office.ids())) == 1


def test_the_control_with_another_id_each_time_it_is_another_mail(
    live_house, mails, office, yesterday
):
    killed_at("DATA", office, yesterday, **planted("another id"))
    recover(mails, office, yesterday)
    assert set(office.ids()) != expected(yesterday)


# ── TLS, as the real command makes it ────────────────────────────────────────


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return self_signed(tmp_path_factory.mktemp("tls"), "office")


@pytest.fixture
def safe_office(certificate):
    import ssl

    from aiosmtpd.smtp import AuthResult

    key, cert = certificate
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)

    def let_in(server, session, envelope, mechanism, auth):
        right = (auth.login, auth.password) == (b"wardvoice", b"hunter2")
        return AuthResult(success=right, handled=False, auth_data=auth)

    with open_office(
        tls_context=context, require_starttls=True, auth_required=True,
        authenticator=let_in,
    ) as office:  # fmt: skip
        yield office


@pytest.fixture
def login(tmp_path, certificate):
    def words(password):
        file = tmp_path / "password"
        file.touch(0o600)
        file.write_text(password)
        return {
            "WARDVOICE_MAIL_TLS": "starttls",
            "WARDVOICE_MAIL_USER": "wardvoice",
            "WARDVOICE_MAIL_PASSWORD_FILE": str(file),
            "SSL_CERT_FILE": str(certificate[1]),
        }

    return words


def test_it_logs_in_over_starttls(live_house, safe_office, login, yesterday):
    code, out, err = run(safe_office.port, "--date", str(yesterday), **login("hunter2"))
    assert (code, figures(out)) == (0, (2, 0, 0)), err
    assert all(one.tls and one.login == b"wardvoice" for one in safe_office.came)


def test_a_wrong_password_is_told_and_tried_again(
    live_house, safe_office, login, yesterday
):
    code, out, _ = run(safe_office.port, "--date", str(yesterday), **login("hunter3"))
    assert (code, figures(out)) == (1, (0, 1, 0))
    trouble = Mail.objects.exclude(trouble="").get().trouble
    assert trouble.startswith("the mail server does not take mails from us: 535")
    assert "hunter" not in trouble


def test_a_server_whose_certificate_nobody_vouches_for_hears_nothing(
    live_house, safe_office, login, yesterday
):
    words = {**login("hunter2"), "SSL_CERT_FILE": "/etc/ssl/certs/ca-certificates.crt"}
    code, out, _ = run(safe_office.port, "--date", str(yesterday), **words)
    assert (code, figures(out)) == (1, (0, 1, 0))
    assert not safe_office.came
    trouble = Mail.objects.exclude(trouble="").get().trouble
    assert trouble.startswith("no safe connection to the mail server")


def test_a_server_that_offers_no_tls_hears_nothing(
    live_house, office, login, yesterday
):
    code, out, _ = run(office.port, "--date", str(yesterday), **login("hunter2"))
    assert (code, figures(out)) == (1, (0, 1, 0))
    assert not office.came
    assert "cannot do what is set" in Mail.objects.exclude(trouble="").get().trouble
