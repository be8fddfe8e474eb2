"""A trust with two wards, a tablet in each, and a manager for each."""

import pytest

from tests.web import world


@pytest.fixture(scope="session", autouse=True)
def keys():
    from central.keys import make_keys
    from central.settings import CENTRAL

    if not CENTRAL.keys_dir.exists():
        make_keys(CENTRAL.keys_dir)


@pytest.fixture(autouse=True)
def quick_hashes(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def trust(db):
    world.found_a_trust()
    world.new_user("ash.manager", "ASH")
    world.new_user("birch.manager", "BIRCH")


@pytest.fixture
def ash(trust):
    return world.new_tablet("ASH")


@pytest.fixture
def birch(trust):
    return world.new_tablet("BIRCH")


@pytest.fixture
def manager(client, trust):
    """A browser in which Ash ward's manager has logged in."""
    assert client.login(username="ash.manager", password=world.PASSWORD)
    return client


@pytest.fixture
def page(manager):
    """Ash ward's page of today, as text."""

    def get(day=None, code="ASH"):
        reply = manager.get(f"/wards/{code}/{day or world.today()}/")
        assert reply.status_code == 200
        return reply.content.decode()

    return get
