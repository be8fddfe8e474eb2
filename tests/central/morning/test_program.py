"""The settings, and what the programs do and say with them."""

import email
import time
from email import policy

import pytest

from central.morning.models import Mail
from central.settings.mail import (
    FOLDER,
    HOST,
    PASSWORD,
    PORT,
    PUBLIC_URL,
    SENDER,
    TLS,
    USER,
    mail_line,
    read_mail,
)
from central.summaries.times import ZONE
from feedback.settings import SettingError
from tests.central.morning.office import SENDER as FROM
from tests.central.morning.office import environ, run
from tests.central.served import served
from tests.web import world

WHOLE = {
    HOST: "smtp.example.org",
    SENDER: FROM,
    PUBLIC_URL: "https://wardvoice.example.org/",
}


def without(name):
    return {key: value for key, value in WHOLE.items() if key != name}


def test_without_settings_no_mail_is_sent():
    mail = read_mail({})
    assert not mail.is_on
    assert mail_line(mail) == f"no morning mails are sent: {HOST} is not set"


@pytest.mark.parametrize(
    ("tls", "port"), [("starttls", 587), ("tls", 465), ("none", 25)]
)
def test_the_port_follows_from_how_it_is_made_safe(tls, port):
    mail = read_mail({**WHOLE, TLS: tls})
    assert (mail.port, mail.tls, mail.is_on) == (port, tls, True)
    assert read_mail({**WHOLE, TLS: tls, PORT: "2525"}).port == 2525
    assert mail.public_url == "https://wardvoice.example.org"
    assert mail_line(mail) == (
        f"morning mails go out by smtp.example.org:{port}, by 07:00"
    )


@pytest.mark.parametrize(
    ("environ", "name"),
    [
        (without(SENDER), SENDER),
        (without(PUBLIC_URL), PUBLIC_URL),
        (without(HOST), HOST),
        ({**WHOLE, SENDER: "nobody"}, SENDER),
        ({**WHOLE, SENDER: "a@example.org\nBcc: b@example.org"}, SENDER),
        ({**WHOLE, HOST: "smtp://example.org"}, HOST),
        ({**WHOLE, HOST: "user@example.org"}, HOST),
        ({**WHOLE, TLS: "yes"}, TLS),
        ({**WHOLE, PORT: "70000"}, PORT),
        ({**WHOLE, PUBLIC_URL: "wardvoice"}, PUBLIC_URL),
        ({**WHOLE, USER: "u"}, PASSWORD),
        ({**WHOLE, USER: "u", PASSWORD: "hunter2", TLS: "none"}, TLS),
        ({**WHOLE, FOLDER: "/tmp/x"}, HOST),
        ({FOLDER: "/tmp/x"}, PUBLIC_URL),
    ],
)  # fmt: skip
def test_half_a_setting_is_named(environ, name):
    with pytest.raises(SettingError, match=name) as caught:
        read_mail(environ)
    assert "hunter2" not in str(caught.value)


def test_by_hand_without_settings_it_says_which_to_set(live_house):
    from tests.central.test_serve import wardvoice_central

    said = wardvoice_central("morning")
    assert said.returncode == 1
    assert f"no mail can be sent: set {HOST}, or {FOLDER}" in said.stderr


def test_by_hand_a_day_that_is_not_over_is_refused(live_house, office):
    code, _, err = run(office.port, "--date", str(world.today()))
    assert code == 1
    assert f"{world.today()} is not over yet" in err
    assert run(office.port, "--date", "yesterday")[0] == 2
    assert not office.came


def test_in_a_folder_each_mail_is_a_file_and_is_not_written_twice(
    live_house, tmp_path, yesterday
):
    from tests.central.test_serve import wardvoice_central

    folder = tmp_path / "mails"
    words = {"WARDVOICE_MAIL_FOLDER": str(folder), PUBLIC_URL: "http://127.0.0.1:8000"}
    for sent in (2, 0):
        done = wardvoice_central("morning", **environ_of(words))
        assert done.returncode == 0, done.stderr
        assert f"{yesterday}: {sent} sent" in done.stdout
    files = sorted(folder.glob("*.eml"))
    assert len(files) == 2
    assert folder.stat().st_mode & 0o077 == 0
    mail = email.message_from_bytes(files[0].read_bytes(), policy=policy.default)
    assert mail["Subject"].startswith("Ash ward, ")


def environ_of(words):
    from tests.central.served import database_url

    return {"WARDVOICE_DATABASE": database_url(), **words}


def served_with(office, log, **more):
    hour = str(max(1, world.now().astimezone(ZONE).hour))
    words = environ(office.port, WARDVOICE_MAIL_HOUR=hour, **more)
    mine = {key: value for key, value in words.items() if key.startswith("WARDVOICE_")}
    return served(lines=log, **mine)


def test_the_server_sends_them_by_itself_and_says_so(
    live_house, office, tmp_path, yesterday
):
    """Two workers on PostgreSQL, which both look. In the first half hour of a day there
    is no hour that has begun: then nothing must be sent."""
    now = world.now().astimezone(ZONE)
    is_early = now.hour == 0 and now.minute < 30
    with (
        (tmp_path / "log").open("w") as log,
        served_with(office, log) as (_, program),
    ):
        for _ in range(100):
            if len(office.came) == 2 or program.poll() is not None:
                break
            time.sleep(0.1)
        time.sleep(1)
        assert len(office.came) == (0 if is_early else 2)
    said = (tmp_path / "log").read_text()
    assert f"morning mails go out by 127.0.0.1:{office.port}, by " in said
    assert "@example.org" not in said, "nobody's address is written down"
    assert Mail.objects.filter(state="sent").count() == (0 if is_early else 2)


def test_without_settings_the_server_says_that_none_are_sent(live_house, tmp_path):
    with (tmp_path / "log").open("w") as log, served(lines=log):
        pass
    assert (
        f"no morning mails are sent: {HOST} is not set"
        in (tmp_path / "log").read_text()
    )
