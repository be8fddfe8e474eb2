"""schemathesis, with every check that it has, against central as it is served."""

import json
import os
import subprocess
import sys
from collections import Counter
from copy import deepcopy
from pathlib import Path

import pytest
from django.utils import timezone

from central.devices.enrolment import make_code
from tests.central.served import Caller, served
from tests.central.tablet import WARD, Tablet

ROOT = Path(__file__).parents[2]
DOCUMENT = json.loads((ROOT / "central" / "openapi.json").read_text())
HOOKS = "tests.central.signs"
SEED = 20261129

# 413 is how central refuses a list that is too long, so that the agent halves it.
SETTINGS = """
[checks.negative_data_rejection]
expected-statuses = ["400", "401", "403", "404", "413"]
"""


@pytest.fixture
def central(live_trust, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
    with served() as (address, _program):
        yield address


@pytest.fixture
def device(central):
    """One that is enrolled."""
    tablet = Tablet(Caller(central))
    tablet.code = make_code([WARD], "kiosk", timezone.now())
    assert tablet.enrol(tablet.code).status == 200
    yield tablet
    tablet.client.http.close()


def run(central, device, folder, document, examples, *words):
    """The program's output, its exit code, and how often each answer was given."""
    (folder / "openapi.json").write_text(json.dumps(document))
    (folder / "schemathesis.toml").write_text(SETTINGS)
    seen = folder / "seen"
    done = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "--config-file"),
            *(str(folder / "schemathesis.toml"), "run", str(folder / "openapi.json")),
            *("--url", central, "--checks", "all", "--max-examples", str(examples)),
            *("--no-color", "--seed", str(SEED), *words),
        ],
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "SCHEMATHESIS_HOOKS": HOOKS,
            "DEVICE_SEED": bytes(device.key).hex(),
            "DEVICE_CODE": device.code,
            "DEVICE_SEEN": str(seen),
        },
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=3_000,
    )
    return done, Counter(tuple(line.split()) for line in seen.read_text().splitlines())


# What must have been met, or the run proved little.
MET = {
    ("append_to_log", "200"), ("append_to_log", "401"), ("enrol", "200"),
    ("enrol", "400"), ("enrol", "403"), ("get_bundle", "200"),
}  # fmt: skip
# Hardly any change to a good batch makes it unreadable: bad_requests.py has those.
RARELY = {
    ("append_to_log", "400"), ("append_to_log", "409"), ("get_bundle", "401"),
}  # fmt: skip
QUICK = ("--phases", "fuzzing", "--no-shrink")


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(5))
def test_every_check_holds_for_long(central, device, tmp_path, seed):
    words = ("--seed", str(seed))
    done, seen = run(central, device, tmp_path, DOCUMENT, 1_000, *words)

    assert done.returncode == 0, done.stdout
    assert set(seen) >= MET | RARELY, seen


def test_every_check_holds_and_an_untruth_is_noticed(central, device, tmp_path):
    """One server for all: to start one takes longer than to ask it this much."""
    done, seen = run(central, device, tmp_path, DOCUMENT, 15, *QUICK)
    assert done.returncode == 0, done.stdout
    assert set(seen) >= MET, seen

    for untruth in (without_a_status, another_shape):
        document = deepcopy(DOCUMENT)
        code = untruth(document)
        words = (*QUICK, "--include-operation-id", "enrol")
        done, _ = run(central, device, tmp_path, document, 8, *words)
        assert done.returncode == 1, done.stdout
        assert code in done.stdout, done.stdout


def without_a_status(document):
    del document["paths"]["/api/v1/enrolments"]["post"]["responses"]["403"]
    return "Undocumented"


def another_shape(document):
    told = document["components"]["schemas"]["Enrolled"]["properties"]
    told["wards"] = {"type": "string"}
    return "violates schema"
