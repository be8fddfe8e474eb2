"""What the kiosk writes into the machine's log, and what never gets there."""

import subprocess
import sys
from unittest import mock

from structlog.testing import capture_logs

from feedback.log import Log, LogError
from kiosk import logs
from kiosk.logs import only_allowed

WORDS = "quokka, nobody came"


def test_a_field_that_is_not_listed_is_left_out():
    line = {"event": "answer not saved", "words": WORDS, "error": "NotSaved"}
    kept = {"event": "answer not saved", "error": "NotSaved"}
    assert only_allowed(None, "warning", line) == kept


WRITES = (
    "from kiosk import logs; logs.configure();"
    f"logs.logger.warning('file not read', error='X', words={WORDS!r});"
)


def test_a_line_is_written_to_standard_error():
    done = subprocess.run(
        [sys.executable, "-c", WRITES], capture_output=True, text=True, check=True
    )
    assert done.stdout == ""
    assert 'level=warning event="file not read" error=X' in done.stderr
    assert "quokka" not in done.stderr


def test_a_line_that_cannot_be_written_does_not_end_the_program(tmp_path):
    """Standard error may be a file on the very disk that is full."""
    full = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (1, 1));"
    goes_on = "import os; os.write(1, b'went on')"
    with (tmp_path / "stderr").open("w") as stderr:
        done = subprocess.run(
            [sys.executable, "-c", full + WRITES + goes_on],
            stdout=subprocess.PIPE, stderr=stderr, check=False,
        )  # fmt: skip
    assert done.stdout == b"went on"


def test_its_own_words_are_ready_before_the_disk_can_fail(kiosk):
    """To load structlog takes files: who waits with it until a file cannot be read
    may never say so."""
    bare = "import sys; from kiosk import logs; print('structlog' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", bare], capture_output=True, check=True)
    assert done.stdout == b"False\n"
    with mock.patch.object(logs.logger, "load") as loaded:
        while kiosk.app._build_ahead(0):
            pass
    assert loaded.called


def test_an_error_is_named_and_never_quoted(kiosk, monkeypatch):
    def refuse(*_):
        raise LogError(WORDS)

    kiosk.tap("start")
    with capture_logs() as lines:
        monkeypatch.setattr(Log, "add_all", refuse)
        monkeypatch.setattr(Log, "data_version", refuse)
        kiosk.wait_s(90)
    assert {line["event"] for line in lines} == {"end not saved", "file not read"}
    assert {line["error"] for line in lines} == {"LogError"}
    assert WORDS not in repr(lines)
