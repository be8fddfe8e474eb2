"""What does a ward write on a "You said, we did" card?"""

from __future__ import annotations

from django import forms

CARD_CHARS = 300
SAID = "Write what patients said"
DID = "Write what the ward did about it"


def _words(asks: str) -> forms.CharField:
    too_long = f"{asks} in {CARD_CHARS} characters or fewer"
    return forms.CharField(
        max_length=CARD_CHARS,
        error_messages={"required": asks, "max_length": too_long},
    )


class CardForm(forms.Form):
    said = _words(SAID)
    did = _words(DID)
