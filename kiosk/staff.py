"""Must a person do something about this tablet, though patients can go on?

The sync agent leaves how it fares in the log's notes. Most of it heals by itself and
is nobody's worry at the bedside; three states wait for a person.
"""

from __future__ import annotations

from pathlib import Path

from feedback.wire import Unreadable, read_json

# A broken log is kept under this name, with what SQLite keeps beside it.
ASIDE = ".damaged-"
BESIDE = ("", "-wal", "-shm")

# What the agent calls its state, and the name of the phrase for staff.
PHRASES = {
    "fork": "staff_enrol",
    "unknown": "staff_unknown",
    "version": "staff_version",
}


def staff_phrase(note: str | None) -> str:
    """The name of the phrase to show; empty when there is none, or no readable note."""
    try:
        status = read_json((note or "{}").encode())
    except (Unreadable, UnicodeEncodeError):
        return ""
    state = status.get("state") if isinstance(status, dict) else None
    return PHRASES.get(state, "") if isinstance(state, str) else ""


def put_aside(log: Path) -> list[Path]:
    """The broken logs that lie beside this one, until somebody takes them away."""
    found = log.parent.glob(f"{log.name}{ASIDE}*")
    return sorted(one for one in found if not one.name.endswith(BESIDE[1:]))
