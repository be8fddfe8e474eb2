"""The unit for systemd: hardened, started again for ever, and without a secret."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

from sync.__main__ import SETTINGS

ROOT = Path(__file__).parent.parent.parent
UNIT = ROOT / "deploy/systemd/wardvoice-sync.service"


@pytest.fixture
def unit():
    # systemd's files name some keys several times; here the last one is enough.
    parsed = ConfigParser(strict=False, interpolation=None)
    parsed.optionxform = str
    parsed.read(UNIT)
    return parsed


def analyzed(tmp_path, command: str, *options: str, source: str | None = None):
    """systemd's own word on the unit, on a machine where our program is elsewhere."""
    copy = tmp_path / UNIT.name
    text = UNIT.read_text() if source is None else source
    copy.write_text(text.replace("/opt/wardvoice/bin/wardvoice-sync", "/bin/true"))
    return subprocess.run(
        ["systemd-analyze", command, *options, copy],
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_systemd_finds_no_fault_with_it(tmp_path):
    done = analyzed(tmp_path, "verify")
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_systemd_would_find_a_slip(tmp_path):
    slip = UNIT.read_text().replace("Restart=always", "Restrat=always")
    assert "Restrat" in analyzed(tmp_path, "verify", source=slip).stderr


def test_it_is_hardened(tmp_path):
    """systemd's own measure of exposure, in tenths: 0 is none, 96 a plain service."""
    measure = ("--offline=true", "--threshold=20")
    assert analyzed(tmp_path, "security", *measure).returncode == 0
    softer = re.sub(r"^Protect.*\n", "", UNIT.read_text(), flags=re.MULTILINE)
    assert analyzed(tmp_path, "security", *measure, source=softer).returncode != 0


def test_after_a_power_cut_nothing_keeps_it_from_starting(unit):
    service, about = unit["Service"], unit["Unit"]
    assert (service["Restart"], about["StartLimitIntervalSec"]) == ("always", "0")
    assert unit["Install"]["WantedBy"] == "multi-user.target"
    assert "network-online" not in str(dict(about)), "it would wait for Wi-Fi for ever"
    assert not {"Requires", "BindsTo", "Requisite"} & set(about)


def test_its_settings_are_known_and_none_is_a_secret():
    named = set(re.findall(r"WARDVOICE_\w+", UNIT.read_text()))
    assert named == {"WARDVOICE_LOG", "WARDVOICE_SYNC_PROXY_LOGIN_FILE"}
    assert all(name in SETTINGS for name in named)
    assert not re.search(r"^Environment=.*LOGIN=", UNIT.read_text(), re.MULTILINE)


def test_it_starts_our_program_and_the_kiosk_comes_first(unit):
    service = unit["Service"]
    path, command = service["ExecStart"].split()
    assert (Path(path).name, command) == ("wardvoice-sync", "run")
    assert 'wardvoice-sync = "sync' in (ROOT / "pyproject.toml").read_text()
    assert int(service["CPUWeight"]) < 100
    assert int(service["IOWeight"]) < 100


BY_HAND = ROOT / "deploy/systemd/wardvoice-sync"


def test_by_hand_it_works_on_the_services_file(unit):
    """One name each: what the unit says, whoever types the command means as well."""
    script = BY_HAND.read_text()
    user, program = unit["Service"]["User"], unit["Service"]["ExecStart"].split()[0]
    log = re.search(r"^Environment=(WARDVOICE_LOG=.*)$", UNIT.read_text(), re.MULTILINE)
    assert f"\n{log[1]}\n" in script
    assert f"exec runuser -u {user} -- {program} " in script
    assert unit["Service"]["EnvironmentFile"].lstrip("-") in script


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another user")
def test_by_hand_it_is_the_services_user_with_its_settings(tmp_path):
    settings = tmp_path / "sync.env"
    settings.write_text("# of the hospital\nWARDVOICE_SYNC_CA=/etc/ssl/hospital.pem\n")
    says = """sh -c 'echo "$(id -un) $WARDVOICE_SYNC_CA" "$@"' x"""
    script = BY_HAND.read_text()
    for ours, here in {
        "/opt/wardvoice/bin/wardvoice-sync": says,
        "/etc/wardvoice/sync.env": str(settings),
        "-u wardvoice": "-u nobody",
    }.items():
        assert ours in script
        script = script.replace(ours, here)

    def typed(**more):
        words = ["sh", "-c", script, "wardvoice-sync", "export", "a stick.batches"]
        return subprocess.run(words, capture_output=True, text=True, cwd="/", **more)

    said = typed()
    assert said.stdout == "nobody /etc/ssl/hospital.pem export a stick.batches\n"
    assert typed(user=4_242).stderr.startswith("wardvoice-sync: type it as root: sudo ")


def test_a_folder_that_is_not_there_is_told_in_words(tmp_path):
    there = {"WARDVOICE_LOG": str(tmp_path / "absent" / "kiosk.db")}
    run = [sys.executable, "-m", "sync", "run"]

    done = subprocess.run(
        run, env=os.environ | there, capture_output=True, text=True, timeout=60
    )

    assert done.returncode == 1
    assert "absent" in done.stderr
    assert "Traceback" not in done.stderr
