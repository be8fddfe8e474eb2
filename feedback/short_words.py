"""How do two people see that two screens speak of one key?

They compare five plain words. Thirty bits are enough here: the one-time code already
says who may enrol, and the words only show that nobody stood in between.
"""

from __future__ import annotations

import hashlib

WORDS = (
    "apple", "badge", "basket", "beach", "bell", "bird", "boat", "book",
    "bread", "bridge", "button", "cake", "candle", "carpet", "cherry", "clock",
    "cloud", "coat", "corn", "cup", "daisy", "desk", "door", "drum",
    "eagle", "farm", "feather", "field", "flag", "forest", "garden", "gate",
    "glove", "grass", "hammer", "harbour", "hat", "hill", "honey", "house",
    "island", "jacket", "kettle", "key", "ladder", "lamp", "leaf", "lemon",
    "letter", "meadow", "milk", "moon", "orange", "paper", "pencil", "piano",
    "pond", "rabbit", "river", "rope", "shell", "spoon", "table", "window",
)  # fmt: skip


def short_words(public_key: bytes, how_many: int = 5) -> str:
    """Five words that stand for the key, such as `lamp river coat moon bell`."""
    assert len(WORDS) == 64
    number = int.from_bytes(hashlib.sha256(b"words" + public_key).digest())
    return " ".join(WORDS[number >> 6 * place & 63] for place in range(how_many))
