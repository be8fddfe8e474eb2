"""How does the first person come in, when there is nobody yet to let them in?

Whoever opens a new server's address first must not become its administrator: between
`migrate` and the first log-in anybody on the hospital's network may look. So the page
asks for a one-time code that only whoever runs the server can read: `serve` prints one
at its start while nobody has an account, and `wardvoice-central first-code` another.

The code has 80 random bits and only its digest is kept: there is nothing to guess, so
no guess need be counted and no stranger can lock the right person out. A new code makes
the one before it void. Two who send it at once meet at its one row: who deletes it has
claimed it, and the other is refused.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from django.db import transaction

from central.audit.writing import note
from central.devices.codes import ALPHABET
from central.people.models import FirstCode, User

CHARS, GROUP = 16, 4
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})


def nobody_yet() -> bool:
    return not User.objects.exists()


@transaction.atomic
def new_first_code(now: datetime) -> str | None:
    """A code to print; None when somebody has an account already."""
    if not nobody_yet():
        return None
    code = "".join(secrets.choice(ALPHABET) for _ in range(CHARS))
    FirstCode.objects.update_or_create(
        id=1, defaults={"digest": _digest(code), "made_at": now}
    )
    groups = (code[at : at + GROUP] for at in range(0, CHARS, GROUP))
    return "-".join(groups)


def is_first_code(typed: str) -> bool:
    """Whether it would be taken now. Nothing is claimed by asking."""
    return FirstCode.objects.filter(id=1, digest=_digest(typed)).exists()


@transaction.atomic
def make_first(typed: str, name: str, password: str, now: datetime) -> User | None:
    """The first administrator; None when the code is not good, or no longer needed."""
    claimed, _ = FirstCode.objects.filter(id=1, digest=_digest(typed)).delete()
    if not claimed or not nobody_yet():
        return None
    user: User = User.objects.create_superuser(name, password=password)
    note(name, "made the first administrator", f"person {name}", now)
    return user


def _digest(typed: str) -> str:
    code = typed.upper().translate(_READ_AS)
    return hashlib.sha256(code[: 2 * CHARS].encode()).hexdigest()
