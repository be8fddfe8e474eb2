"""What goes wrong on purpose, and how is that said in words?"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

LATE_CHOICES_S = (5, 15, 60)
LATEST_S = 120


class Webhooks(StrEnum):
    """How what the carrier has to say comes to the gateway."""

    NORMAL = "normal"
    LOST = "lost"
    DOUBLED = "doubled"
    LATE = "late"
    UNREACHABLE = "unreachable"


class Rest(StrEnum):
    """How the carrier answers what the gateway asks of it."""

    NORMAL = "normal"
    BROKEN = "500"
    BUSY = "429"


WEBHOOK_LABELS = {
    Webhooks.NORMAL: "Arrive at once",
    Webhooks.LOST: "Get lost",
    Webhooks.DOUBLED: "Arrive twice",
    Webhooks.UNREACHABLE: "Go to fallback",
    Webhooks.LATE: "Arrive late",
}
REST_LABELS = {
    Rest.NORMAL: "Work",
    Rest.BROKEN: "Fail (500)",
    Rest.BUSY: "Wait (429)",
}

_WEBHOOKS = {
    Webhooks.NORMAL: "All is well: each text reaches the gateway at once.",
    Webhooks.LOST: (
        "Texts get lost: the phone company has them, and the gateway is not told. "
        "It can only find them in the phone company's list."
    ),
    Webhooks.DOUBLED: (
        "Each text reaches the gateway twice, as when its first answer was not heard. "
        "The patient should get one reply."
    ),
    Webhooks.LATE: (
        "Texts wait {late_s} seconds. Then all that wait arrive, the newest first."
    ),
    Webhooks.UNREACHABLE: (
        "The gateway's first address does not answer, so each text goes to its second "
        "one, the fallback."
    ),
}
_REST = {
    Rest.NORMAL: "",
    Rest.BROKEN: "The gateway's calls to the phone company fail: it answers 500.",
    Rest.BUSY: (
        "The gateway's calls to the phone company must wait: it answers 429, too busy."
    ),
}


@dataclass(frozen=True, slots=True)
class Outage:
    """What happens now, for all phones alike."""

    webhooks: Webhooks = Webhooks.NORMAL
    rest: Rest = Rest.NORMAL
    late_s: int = LATE_CHOICES_S[1]

    @property
    def is_on(self) -> bool:
        return (self.webhooks, self.rest) != (Webhooks.NORMAL, Rest.NORMAL)

    def in_words(self) -> str:
        webhooks = _WEBHOOKS[self.webhooks].format(late_s=self.late_s)
        if self.webhooks == Webhooks.NORMAL and self.rest != Rest.NORMAL:
            webhooks = "Texts reach the gateway at once."
        return f"{webhooks} {_REST[self.rest]}".strip()
