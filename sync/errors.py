"""What can go wrong between a log and central, and what is it called for people?

SyncError
├── NoAnswer        nothing of central's came back (`.trouble`): try again, for ever
├── Refused         central answered, and people have to act; asked again hourly
│   ├── Forked      this file and central disagree from row `.at` on: enrol again
│   ├── Unknown     central does not know this device, or has removed it
│   └── TooNew      central is older than this program (`.most`)
├── EnrolError      the enrolment did not happen, and why
├── AlreadyRunning  another agent works on this log
└── LockShut        nobody can say whether one does: the lock is another user's
"""

from __future__ import annotations

# What a try met instead of central, each with the words that staff read.
TROUBLES = {
    "network": "did not reach central: no network, or central is switched off",
    "slow": "reached central, but no answer came in time",
    "name": "did not find central's name on this network",
    "proxy_away": "did not reach the hospital's proxy (WARDVOICE_SYNC_PROXY)",
    "proxy_login": "was not let through by the hospital's proxy, which wants another "
    "user and password (WARDVOICE_SYNC_PROXY_LOGIN_FILE)",
    "tls": "could not agree with central on an encrypted connection; nothing was sent",
    "tls_untrusted": "met a certificate of an authority that is not trusted here; "
    "nothing was sent. If the hospital looks into connections, or central has a "
    "private certificate, set WARDVOICE_SYNC_CA",
    "tls_self_signed": "met a certificate that nobody has signed but itself; nothing "
    "was sent. If it is central's own, set WARDVOICE_SYNC_CA",
    "tls_expired": "met a certificate that has expired, or the clock of this machine "
    "is ahead; nothing was sent",
    "tls_early": "met a certificate that is not valid yet, or the clock of this "
    "machine is behind; nothing was sent",
    "tls_name": "met a certificate that was made out to another name than central's; "
    "nothing was sent",
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

# These never came as far as central: there is no crowd to be kept from it.
ON_THE_WAY = frozenset(
    (
        *("network", "name", "proxy_away", "proxy_login", "page"),
        *(trouble for trouble in TROUBLES if trouble.startswith("tls")),
    )
)
# Nobody opened to a connection at all: as soon as somebody does, it is tried again.
UNREACHED = frozenset(("network", "name", "proxy_away"))


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


class LockShut(SyncError):
    """The text says how the lock's file comes to whom it should belong to."""
