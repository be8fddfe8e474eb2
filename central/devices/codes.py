"""What is an enrolment code? Ten characters of Crockford's base32.

Two say which code is meant, eight are secret: 40 bits.
"""

from __future__ import annotations

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SELECTOR_CHARS = 2
LENGTH = SELECTOR_CHARS + 8
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})


def new_code() -> str:
    """As staff read it out: `ABCDE-FGHJK`."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return f"{code[:5]}-{code[5:]}"


def plain_code(typed: str) -> str:
    """The code in what someone typed, whatever its case, O for 0 and I or L for 1.

    Empty when it cannot be one, so that no slow hash is spent on it.
    """
    code = typed.upper().translate(_READ_AS)
    fits = len(code) == LENGTH and all(one in ALPHABET for one in code)
    return code if fits else ""
