"""A trust with two wards, a published survey, and tablets that speak to central."""

import os
import secrets
import shutil
import subprocess
import sys

import pytest
from django.utils import timezone

from feedback.assets import assets_folder
from tests.central.sticks import SEED, copy_to
from tests.central.tablet import WARD, Tablet

# Django is ready only after pytest has read this file, so its models are imported
# where they are used.


@pytest.fixture(scope="session", autouse=True)
def keys():
    from central.keys import make_keys
    from central.settings import CENTRAL

    if not CENTRAL.keys_dir.exists():
        make_keys(CENTRAL.keys_dir)


@pytest.fixture
def own_keys(tmp_path):
    """This test may do anything to the server's keys: they are put back after it."""
    from central.settings import CENTRAL

    shutil.copytree(CENTRAL.keys_dir, tmp_path / "keys of all tests")
    yield CENTRAL.keys_dir
    shutil.rmtree(CENTRAL.keys_dir)
    shutil.copytree(tmp_path / "keys of all tests", CENTRAL.keys_dir)


@pytest.fixture
def stick(own_keys, tmp_path):
    """One of two offline copies. The root's seed is on them and nowhere else."""
    for name in ("stick", "other"):
        copy_to(tmp_path / name, "--name", name)
    (own_keys / SEED).unlink()
    return tmp_path / "stick"


@pytest.fixture(autouse=True)
def no_erasures():
    from central.settings import CENTRAL

    CENTRAL.erasures.unlink(missing_ok=True)


@pytest.fixture(autouse=True)
def quick_hashes(settings):
    """A slow hash for each tablet would cost most of these tests' time. The real one
    is met in test_enrolment.py."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def found_a_trust():
    from central.places.models import Site, Trust, Ward
    from central.surveys.published import publish

    site = Site.objects.create(trust=Trust.objects.create(name="Elm Trust"), name="Elm")
    Ward.objects.create(code=WARD, site=site, name="Elm ward")
    Ward.objects.create(code="W-OAK", site=site, name="Oak ward")
    text = (assets_folder() / "surveys" / "inpatient.toml").read_text()
    publish(text, "inpatient.toml", timezone.now())


@pytest.fixture
def trust(db):
    found_a_trust()


@pytest.fixture
def live_trust(transactional_db):
    """The same, committed: for tests in which several connections meet."""
    found_a_trust()


@pytest.fixture
def new_tablet(client):
    """Makes tablets, enrolled for the ward."""
    from central.devices.enrolment import make_code

    def make(ward=WARD):
        tablet = Tablet(client)
        said = tablet.enrol(make_code([ward], "kiosk", timezone.now()))
        assert said.status == 200, said
        return tablet

    return make


@pytest.fixture
def tablet(trust, new_tablet):
    return new_tablet()


@pytest.fixture
def central(tmp_path):
    """`wardvoice-central WORDS` on a new installation: its words and its exit code."""
    from tests.central.served import free_port

    environ = {
        **os.environ,
        "WARDVOICE_DATABASE": f"sqlite:///{tmp_path}/central.db",
        "WARDVOICE_KEYS_DIR": str(tmp_path / "keys"),
        "WARDVOICE_ERASURES": str(tmp_path / "erasures.jsonl"),
        "WARDVOICE_SECRET_KEY": secrets.token_urlsafe(50),
        "WARDVOICE_PORT": str(free_port()),
    }

    def run(*words):
        done = subprocess.run(
            [sys.executable, "-m", "central", *map(str, words)],
            env=environ, capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        return done.returncode, done.stdout + done.stderr

    run.environ = environ
    return run
