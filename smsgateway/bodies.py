"""How much of a request's body is taken in?"""

from __future__ import annotations

from starlette.requests import Request


async def body_within(request: Request, most_bytes: int) -> bytes | None:
    """The body; None as soon as it is longer. ClientDisconnect when it does not arrive
    whole."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most_bytes:
            return None
    return bytes(body)
