"""Two wards, each with a tablet that heard somebody yesterday, and their managers."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.web import world

# Django is ready only after pytest has read this file, so what needs its settings is
# imported where it is used.

MANAGERS = {"ash.manager": "ASH", "birch.manager": "BIRCH"}


def found():
    world.found_a_trust()
    for name, ward in MANAGERS.items():
        reader(name, ward)
    yesterday = world.days_ago(1)
    for ward in MANAGERS.values():
        tablet = world.new_tablet(ward, heard=world.now())
        tablet.say({"fft": "very_good"}, at=yesterday)


def reader(name, *wards, email=None):
    user = world.new_user(name, *wards)
    user.email = f"{name}@example.org" if email is None else email
    user.save()
    return user


@pytest.fixture
def house(db):
    found()


@pytest.fixture
def live_house(transactional_db):
    """The same, committed: for programs that run beside the test."""
    found()


@pytest.fixture
def office():
    from tests.central.morning.office import open_office

    with open_office() as one:
        yield one


@pytest.fixture
def mails(settings):
    """Mails go to the server at this port."""
    from central.settings.mail import NO_TLS, MailSettings
    from tests.central.morning.office import PUBLIC_URL, SENDER

    def to(port, **more):
        words = {"host": "127.0.0.1", "port": port, "tls": NO_TLS, "sender": SENDER}
        mail = MailSettings(**words, public_url=PUBLIC_URL, **more)
        settings.CENTRAL = replace(settings.CENTRAL, mail=mail)
        settings.EMAIL_BACKEND = "central.morning.carrier.Smtp"
        settings.EMAIL_HOST, settings.EMAIL_PORT = mail.host, mail.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_TIMEOUT = 5

    return to


@pytest.fixture
def posted(mails, office):
    """Mails go to a server that takes them."""
    mails(office.port)
    return office


@pytest.fixture
def yesterday():
    return world.today() - timedelta(days=1)
