"""With which code does a patient come back to what they said?

Eight letters that can be written down: 40 bits. The log and central keep a hash of it
only, as the value of `_receipt`. The hash is slow on purpose, so that nobody who steals
a tablet can try out all codes; it has no salt of its own, so that central can find the
response by the code alone.
"""

from __future__ import annotations

import re
import unicodedata

from nacl import pwhash

CODE_BYTES = 5

# Crockford's base 32: no I, L, O or U, so that no letter is taken for another one.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_TAKEN_FOR = str.maketrans("OIL", "011")
_BETWEEN = re.compile(r"[\s._\-‐‑‒–—\u200e\u200f]+")

# Argon2id. These, the salt and the prefix change together or not at all: a code that is
# on someone's kitchen table must still be found. 0.05 s and 32 MiB on a PC; to try
# 2^40 codes takes some 1,800 years of one processor.
_PREFIX = "r1."
_SALT = b"wardvoice.r1.___"
_OPERATIONS = 5
_MEMORY_BYTES = 32 * 1024 * 1024
_HASH_BYTES = 32


def new_code(random_bytes: bytes) -> str:
    """`K7QM-2XVD`, from five random bytes."""
    assert len(random_bytes) == CODE_BYTES
    number = int.from_bytes(random_bytes, "big")
    letters = "".join(_LETTERS[number >> shift & 31] for shift in range(35, -5, -5))
    return f"{letters[:4]}-{letters[4:]}"


def tidy(text: str) -> str | None:
    """The code that someone typed, whatever they made of it; None if it is none."""
    if len(text) > 40:
        return None
    letters = _BETWEEN.sub("", unicodedata.normalize("NFKC", text))
    letters = letters.upper().translate(_TAKEN_FOR)
    if len(letters) != 8 or not set(letters) <= set(_LETTERS):
        return None
    return f"{letters[:4]}-{letters[4:]}"


def receipt_hash(code: str) -> str:
    """What is kept of a code: `r1.` and 64 hex digits."""
    assert tidy(code) == code, "a code is tidied before it is hashed"
    raw = pwhash.argon2id.kdf(
        _HASH_BYTES, code.encode(), _SALT, _OPERATIONS, _MEMORY_BYTES
    )
    return _PREFIX + raw.hex()
