"""The real program, in folders of its own: what a technician types, and what comes."""

import subprocess
import sys
import time

import httpx
import pytest

from tests.central.served import wait_for, with_settings


def test_keys_from_the_first_day_to_the_yearly_drill(central, tmp_path):
    server, a, b = (tmp_path / name for name in ("keys", "a", "b"))
    assert central("keys")[0] == 0
    assert central("migrate")[0] == 0
    for copy in (a, b):
        assert central("keys", "copy", copy, "--same-disk", "--name", copy.name)[0] == 0
    (server / "root.seed").unlink()
    assert central("keys", "rotate", "comment", "--root", a / "root.seed")[0] == 0

    code, words = central("keys", "rehearse", b)
    assert code == 1
    assert "MISSING  comment-c2.key" in words
    assert central("keys", "copy", b, "--same-disk")[0] == 0
    assert central("keys", "rehearse", b)[0] == central("keys", "rehearse", a)[0] == 0

    code, words = central("keys", "list")
    assert code == 0
    assert "c2  in use" in words
    assert "rehearsed" not in words  # nothing is due
    for file in (p for folder in (server, a, b) for p in folder.iterdir()):
        assert file.stat().st_mode & 0o077 == 0, file


@pytest.fixture
def serving(central, tmp_path):
    """It serves, and looks every fifth of a second whether a test comment is due:
    what /health says, and what was written."""
    assert central("keys")[0] == central("migrate")[0] == 0
    hasty = with_settings(tmp_path, PROOF_LOOK_S=0.2)
    key, written = tmp_path / "keys" / "comment-c1.key", tmp_path / "written"
    private = key.read_text()
    key.write_text("broken")
    with written.open("w") as file:
        program = subprocess.Popen(
            [sys.executable, "-m", "central", "serve"],
            env=central.environ | hasty, stdout=file, stderr=file,
        )  # fmt: skip
        try:
            address = f"http://127.0.0.1:{central.environ['WARDVOICE_PORT']}"
            wait_for(address, program)
            yield lambda: httpx.get(f"{address}/health"), written, key, private
        finally:
            program.terminate()
            program.wait(20)


def test_it_serves_without_a_comment_key_says_so_and_notices_when_it_is_back(serving):
    health, written, key, private = serving
    said = health()
    assert said.status_code == 200
    assert said.json()["ok"] is False
    assert said.json()["opener"]["opened"] is None
    assert (
        "Comments cannot be opened. comment key c1: unreadable" in written.read_text()
    )

    key.write_text(private)
    ends = time.monotonic() + 20
    while not health().json()["ok"]:
        assert time.monotonic() < ends, "the worker does not look"
        time.sleep(0.1)
    assert health().json()["opener"]["opened"]
