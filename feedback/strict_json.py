"""Which JSON does every reader read alike, and every database keep?

UTF-8 without a mark, no key twice, no NaN, no number that another reader would round,
and nothing so deep that it could not be written elsewhere.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

MOST = 2**53 - 1  # what every JSON reader can count to, and how far numbers go
MAX_DEPTH = 50  # of lists and objects within one another; ours go to 6

_SURROGATE = re.compile("[\ud800-\udfff]")


class NotStrict(ValueError):
    """JSON that readers do not agree on, or no JSON."""


class _Odd:
    """Stands where a number stood that another reader would round."""


ODD: Final = _Odd()


def read_strict(raw: bytes) -> Any:
    """What these bytes say; NotStrict if it is not said strictly."""
    value, is_odd = read_with_odd(raw)
    if is_odd:
        raise NotStrict("a number that another reader would round")
    if is_deep(value):
        raise NotStrict(f"lists or objects more than {MAX_DEPTH} deep")
    return value


def read_with_odd(raw: bytes) -> tuple[Any, bool]:
    """The same, of any depth and with ODD for each such number; whether there is one.
    For who can do without a part of it."""
    found: list[str] = []

    def odd(text: str) -> _Odd:
        found.append(text[:1])
        return ODD

    def whole(text: str) -> object:
        if len(text) > 17 or abs(number := int(text)) > MOST:
            return odd(text)
        return number

    def fraction(text: str) -> object:
        return number if abs(number := float(text)) <= MOST else odd(text)

    try:
        value = json.loads(
            raw.decode(),
            object_pairs_hook=_no_key_twice,
            parse_constant=odd,
            parse_int=whole,
            parse_float=fraction,
        )
    except (ValueError, RecursionError) as error:
        raise NotStrict("not JSON that can be trusted") from error
    return value, bool(found)


def _no_key_twice(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key twice")
    return found


def is_deep(value: object, most: int = MAX_DEPTH) -> bool:
    """How deep Python itself goes depends on who calls: what was read where the stack
    is low could not be written where it is high."""
    level: list[Any] = [value] if type(value) is dict or type(value) is list else []
    for _ in range(most):
        level = [
            inner
            for one in level
            for inner in (one.values() if type(one) is dict else one)
            if type(inner) is dict or type(inner) is list  # isinstance is slower
        ]
        if not level:
            return False
    return True


def is_text(text: str) -> bool:
    """SQLite takes NUL, PostgreSQL refuses it; a lone surrogate is no text at all."""
    # Most words are ASCII, of which Python need not look at each letter.
    return "\0" not in text and (text.isascii() or not _SURROGATE.search(text))


def is_storable(value: object) -> bool:
    """Whether each text and number in this JSON value can be kept by every database."""
    rest = [value]
    while rest:
        one = rest.pop()
        if one is ODD or (isinstance(one, str) and not is_text(one)):
            return False
        if isinstance(one, dict):
            rest += [*one, *one.values()]
        if isinstance(one, list):
            rest += one
    return True


def has_odd(value: object) -> bool:
    rest = [value]
    while rest:
        one = rest.pop()
        if one is ODD:
            return True
        if isinstance(one, dict | list):
            rest += one.values() if isinstance(one, dict) else one
    return False
