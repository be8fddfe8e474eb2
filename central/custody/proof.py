"""Can central open what devices seal today?

Each day words of our own are sealed with every key that a device may use, taken from
the document as a device takes it, and opened in the way that patients' words are. What
comes out must be what went in. The rows are rolled back: no comment is left behind.
"""

from __future__ import annotations

import secrets
import socket
from datetime import datetime, timedelta

from django.db import transaction

from central.comments.models import Comment
from central.comments.opening import open_again, open_comments
from central.custody.models import Proof
from central.custody.telling import tell_devices
from central.keys import KeysError, comment_ring, online_keys
from central.logs import central_logger
from feedback.answer import Answer, new_response, utc_text
from feedback.seal import seal

EVERY = timedelta(days=1)
STALE = timedelta(hours=26)  # a proof is daily, with time for a slow day
KEPT = timedelta(days=7)  # of a server that is heard no more
MISSING = "missing"
QUESTION = "better"

logger = central_logger()


def prove(now: datetime) -> str:
    """Seal and open; what is wrong, in words, "" when nothing is. Written down, and
    what waited for a key that is here again is opened."""
    trouble = _trouble(now)
    with transaction.atomic():
        proof, _ = Proof.objects.get_or_create(
            host=host(), defaults={"tested_at": now, "trouble": trouble}
        )
        proof.tested_at, proof.trouble = now, trouble
        proof.opened_at = proof.opened_at if trouble else now
        proof.save()
        Proof.objects.filter(tested_at__lt=now - KEPT).delete()
    if trouble:
        logger.error("the opener does not open", trouble=trouble)
    opened, _ = open_again()
    if opened:
        logger.info("opened again", count=opened)
    return trouble


def prove_if_due(now: datetime) -> None:
    """Once a day; at each call while something is wrong, so that it is soon seen to be
    mended."""
    proof = Proof.objects.filter(host=host()).first()
    if proof is None or proof.trouble or now - proof.tested_at >= EVERY:
        prove(now)


def host() -> str:
    """Each server proves its own folder of keys."""
    return socket.gethostname()[:255] or "server"


def _trouble(now: datetime) -> str:
    try:
        keys = online_keys().keys
        tell_devices(keys, now)
    except KeysError as error:
        return str(error)
    broken = comment_ring().broken
    found = []
    for name, public in keys.comment_keys.items():
        if why := _does_not_open(name, public):
            found.append(f"comment key {name}: {broken.get(name, why)}")
    return "; ".join(found)


def _does_not_open(name: str, public: bytes) -> str:
    """Why words that are sealed with this key do not come out as they went in."""
    words = f"A test comment: {secrets.token_hex(8)}"
    response, device = new_response(), f"proof-{secrets.token_hex(8)}"
    sealed = seal(words, response, QUESTION, name, public)
    row = (response, "", QUESTION, sealed, "", "kiosk", "2026-01-01T00:00:00.000Z")
    with transaction.atomic():
        open_comments([response], [Answer(device, 1, *row)])
        came = Comment.objects.filter(device=device).values_list("text", "trouble")
        text, trouble = came.first() or ("", "swallowed")
        transaction.set_rollback(True)
    if trouble == "key":
        return MISSING
    return trouble or ("" if text == words else "it opens to other words")


def said(now: datetime) -> dict[str, object]:
    """For /health: whether the opener was seen to open, and when."""
    proof = Proof.objects.filter(host=host()).first()
    if proof is None:
        return {"ok": False, "tested": None, "opened": None}
    is_fresh = now - proof.tested_at < STALE
    return {
        "ok": is_fresh and not proof.trouble,
        "tested": utc_text(proof.tested_at),
        "opened": utc_text(proof.opened_at) if proof.opened_at else None,
    }
