"""What does RapidSMS say to a text? Its message log has kept it by then."""

from __future__ import annotations

from typing import Any

from rapidsms.apps.base import AppBase
from rapidsms.backends.base import BackendBase

REPLY = "Thank you. How was your care? Reply with a number from 1 to 5."


class Survey(AppBase):
    def handle(self, msg: Any) -> bool:
        msg.respond(REPLY)
        return True


class TwimlBackend(BackendBase):
    """Sends nothing: the webhook's own answer carries the reply."""

    def send(self, *_: object, **__: object) -> None:
        pass
