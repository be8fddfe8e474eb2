"""What may the gateway itself read again, and nobody who has only its file?

A few things must come back later: a text that somebody has to look at, the number of
a person who asked for news. They lie in the log's file encrypted with the gateway's
own key (XChaCha20-Poly1305), which comes from a secret file and never lies beside
them. What a box is and where it belongs is part of what is authenticated, so none can
be moved to another row.
"""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode

from nacl.exceptions import CryptoError
from nacl.secret import Aead

from feedback.log import Log

CHECK = "sms_own_key_check"  # knows the key again, and does not tell it


class WrongKey(Exception):
    """The box is damaged, of another row, or was locked with another key."""


class OwnKey:
    """`secret`: a text of the technician's making, at least 16 characters."""

    def __init__(self, secret: str) -> None:
        key = hashlib.blake2b(
            secret.encode(), digest_size=Aead.KEY_SIZE, person=b"wardvoice sms 1"
        )
        self._aead = Aead(key.digest())

    def lock(self, words: str, place: str) -> bytes:
        """`place` names what it is and where it lies, such as `review 7`."""
        return bytes(self._aead.encrypt(words.encode(), place.encode()))

    def unlock(self, box: bytes, place: str) -> str:
        try:
            return self._aead.decrypt(box, place.encode()).decode()
        except (CryptoError, ValueError) as error:
            raise WrongKey("cannot be opened with this key") from error

    def is_of(self, log: Log) -> bool:
        """Whether what is locked in this log was locked with this key; the first one
        is."""
        kept = log.note(CHECK)
        if not kept:
            log.set_note(CHECK, b64encode(self.lock("own key", CHECK)).decode())
            return True
        try:
            return self.unlock(b64decode(kept), CHECK) == "own key"
        except (WrongKey, ValueError):
            return False


def forget_key(log: Log) -> None:
    """The next key that comes is the log's; what the last one locked stays locked."""
    log.set_note(CHECK, "")
