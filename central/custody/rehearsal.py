"""Does this offline copy open the comments, if the server is gone tomorrow?

The yearly drill. Every key that the server's document names must be in the copy, open a
fresh test comment and as many real ones as are tried; the root's seed and the online
key must fit the document. Real words are opened and counted, and shown to nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db.models import QuerySet

from central.comments.models import OPENED, Comment
from central.custody.copying import fits, is_copy
from central.custody.models import Rehearsal
from central.intake.models import Answer as AnswerRow
from central.keys import (
    DOCUMENT,
    ONLINE,
    ROOT_SEED,
    KeysError,
    NotThere,
    OnlineKeys,
    comment_file,
    online_keys,
    read_key,
    read_text,
)
from feedback.answer import new_response
from feedback.seal import SealError, is_sealed, open_sealed, seal

MOST = 1_000  # real comments that are tried for each key: the newest
TEST = "A test comment"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: what it is, what was seen, and whether the copy
    may be trusted in it."""

    what: str
    seen: str
    is_well: bool


def rehearse(folder: Path, copy: Path, name: str, now: datetime) -> list[Finding]:
    """Look at everything that a copy must have, and write down that it was done.
    KeysError when there is nothing to rehearse with."""
    if not copy.is_dir():
        raise KeysError(f"{copy} is not a folder: where is the stick?")
    if copy.samefile(folder):
        raise KeysError(f"{copy} is the server's own folder, and no offline copy")
    if not is_copy(copy):
        # Written down, it would be a copy that is not whole, for a year.
        raise KeysError(
            f"{copy} has no keys in it, so nothing was rehearsed. Is it the right "
            "folder, and is the stick mounted?"
        )
    server = online_keys(folder)
    comments = {one: _comment_key(copy, one, server) for one in _names(server)}
    findings = [
        _seen(ROOT_SEED, lambda: _root(copy, server)),
        _seen(ONLINE, lambda: _online(copy, server)),
        _seen(DOCUMENT, lambda: _document(copy, server)),
        *comments.values(),
    ]
    Rehearsal.objects.create(
        copy=name,
        at=now,
        version=server.keys.version,
        keys=" ".join(one for one, found in comments.items() if found.is_well),
        missing="; ".join(f"{f.what}: {f.seen}" for f in findings if not f.is_well),
    )
    return findings


def _names(server: OnlineKeys) -> list[str]:
    """The keys of the document, and those that have opened real comments. A name that
    opened none may be anyone's invention."""
    opened = Comment.objects.filter(trouble=OPENED).order_by()
    used = opened.values_list("key_id", flat=True).distinct()
    return sorted({*server.keys.comment_keys, *used})


def _seen(what: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(what, look(), True)
    except NotThere:
        return Finding(what, "is not there", False)
    except KeysError as error:
        return Finding(what, str(error), False)


def _root(copy: Path, server: OnlineKeys) -> str:
    if not fits(read_key(copy / ROOT_SEED), server.root_public):
        raise KeysError("is not the seed of the root that devices learn")
    return "fits the root that devices learn"


def _online(copy: Path, server: OnlineKeys) -> str:
    if not fits(read_key(copy / ONLINE), server.keys.online):
        raise KeysError(f"does not fit {DOCUMENT}: another one follows it")
    return f"fits {DOCUMENT}"


def _document(copy: Path, server: OnlineKeys) -> str:
    if read_text(copy / DOCUMENT).strip() != server.signed_keys:
        raise KeysError("is not the one that devices get now")
    return f"version {server.keys.version}, the one that devices get now"


def _comment_key(copy: Path, name: str, server: OnlineKeys) -> Finding:
    def look() -> str:
        private = {name: read_key(copy / comment_file(name))}
        public = server.keys.comment_keys.get(name)
        if public is None:
            return f"{_real(name, private)} (it stands in no document of today)"
        if not _opens_a_fresh_one(name, public, private):
            raise KeysError("does not open a test comment sealed as devices seal it")
        return f"opens a fresh test comment, and {_real(name, private)}"

    return _seen(comment_file(name), look)


def _opens_a_fresh_one(name: str, public: bytes, private: Mapping[str, bytes]) -> bool:
    response = new_response()
    sealed = seal(TEST, response, "better", name, public)
    try:
        return open_sealed(sealed, response, "better", private) == TEST
    except SealError:
        return False


def _real(name: str, private: Mapping[str, bytes]) -> str:
    """How many real comments open; KeysError when one does not that the server has
    opened. What the server could not open is no fault of the copy."""
    ours = Comment.objects.filter(key_id=name)
    opened, tried = _tried(ours.filter(trouble=OPENED), private)
    if opened < tried:
        raise KeysError(f"opens {opened} of {tried} real comments that must open")
    more, waiting = _tried(ours.exclude(trouble=OPENED), private)
    words = f"{opened} of {tried} real ones ({ours.count()} there are)"
    if waiting:
        words += f"; of {waiting} that the server cannot open, it opens {more}"
    return words


def _tried(comments: QuerySet[Comment], keys: Mapping[str, bytes]) -> tuple[int, int]:
    """How many of the newest open, and how many were tried."""
    opened = tried = 0
    for place in comments.order_by("-id").values_list("device", "seq")[:MOST]:
        row = AnswerRow.objects.filter(device=place[0], seq=place[1])
        found = row.values_list("value", "response", "question").first()
        if found is None or not is_sealed(found[0]):
            continue  # erased since
        tried += 1
        try:
            open_sealed(*found, keys)
            opened += 1
        except SealError:
            pass
    return opened, tried
