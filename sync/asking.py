"""What does central itself say to this batch?

Whatever else comes back over the connection is NoAnswer.
"""

from __future__ import annotations

from collections.abc import Callable

from feedback.wire import (
    SIGNATURE_HEADER,
    Reply,
    log_path,
    read_reply,
    signature_header,
)
from sync.batch import Rows, Sent
from sync.connection import Came, Connection, not_central
from sync.errors import NoAnswer

Question = Callable[[], Came]


def _just(question: Question) -> Came:
    return question()


def ask(
    connection: Connection,
    source: Rows,
    sent: Sent,
    put: Callable[[Question], Came] = _just,
) -> Reply:
    """Central's answer to the batch `sent`, signed by the device whose rows it holds.

    A 413 may be a proxy's: then it has a status and nothing else. `put` may do more
    than wait for what came.
    """
    path = log_path(sent.device)
    signature = signature_header(source.sign, "POST", path, sent.first, sent.body)
    headers = {"Content-Type": "application/json", SIGNATURE_HEADER: signature}
    if sent.encoding:
        headers["Content-Encoding"] = sent.encoding
    came = put(lambda: connection.ask("POST", path, headers, sent.body))
    reply = read_reply(came.status, came.content, sent.body)
    if reply is None and came.status != 413:
        raise not_central(came, sent.body)
    if reply is not None and came.status >= 500:
        raise NoAnswer("busy", came.status, came.retry_after_s)
    # A proxy's 413 counts like central's: the batch has to shrink for either.
    return reply or Reply(status=413)
