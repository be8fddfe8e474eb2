"""What can go wrong between a log and central, and what is it called for people?

SyncError
├── NoAnswer        nothing of central's came back (`.trouble`): try again, for ever
├── Refused         central answered, and people have to act; asked again hourly
│   ├── Forked      this file and central disagree from row `.at` on: enrol again
│   ├── Unknown     central does not know this device, or has removed it
│   └── TooNew      central is older than this program (`.most`)
├── EnrolError      the enrolment did not happen, and why
└── AlreadyRunning  another agent works on this log
"""

from __future__ import annotations

# What a try met instead of central, each with the words that staff read.
TROUBLES = {
    "network": "did not reach central: no network, or central is switched off",
    "slow": "reached central, but no answer came in time",
    "tls": "met a certificate that does not belong to central; nothing was sent",
    "cut": "was cut off before the whole answer was here",
    "page": "met a web page instead of central, such as a login page of the Wi-Fi",
    "proxy": "was turned away on the way to central",
    "busy": "reached central, which cannot take answers at the moment",
    "stranger": "got an answer that was not meant for it",
    "nonsense": "got an answer from central that makes no sense",
    "refused": "was refused by central or on the way, even in the smallest pieces",
    "address": "found no usable address of central in this file",
    "disk": "could not read or write the answer file on this machine",
    "crash": "stopped at a fault in this program; the log of this machine has it",
}


class SyncError(Exception):
    """Something between a log and central."""


class NoAnswer(SyncError):
    """No answer of central's; it may or may not have stored what it was sent."""

    def __init__(
        self, trouble: str, http_status: int = 0, retry_after_s: float = 0.0
    ) -> None:
        assert trouble in TROUBLES
        super().__init__(f"the try {TROUBLES[trouble]}")
        self.trouble = trouble
        self.http_status = http_status
        self.retry_after_s = retry_after_s


class Refused(SyncError):
    """Central's own answer, which only people can change."""


class Forked(Refused):
    def __init__(self, at: int) -> None:
        super().__init__(f"fork at {at}")
        self.at = at


class Unknown(Refused):
    pass


class TooNew(Refused):
    def __init__(self, most: int) -> None:
        super().__init__(f"central knows the wire up to version {most}")
        self.most = most


class EnrolError(SyncError):
    """The text is for the technician who types the command."""


class AlreadyRunning(SyncError):
    """The text names the file that the other agent holds."""
