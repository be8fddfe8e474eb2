"""How does a machine read who was not asked? `wardvoice-sms refusals`."""

from __future__ import annotations

import json
from datetime import date
from typing import TextIO

from feedback.answer import utc_text
from feedback.log import Log
from feedback.settings import SettingError
from smsgateway.asking.reasons import REASONS
from smsgateway.asking.refusals import Choice, Refusal, Refusals
from smsgateway.counts import Counts
from smsgateway.settings import Settings

POST = "POST"


def write_refusals(settings: Settings, day: str, out: TextIO) -> None:
    """JSON Lines, the newest first; SettingError when `day` is no day."""
    try:
        chosen = date.fromisoformat(day).isoformat() if day else ""
    except ValueError:
        raise SettingError("--day must be a day such as 2026-11-28") from None
    with Log.open(settings.log, create=False) as log:
        for one in Refusals(log, Counts(log)).listed(Choice(chosen)):
            print(json.dumps(_said(one)), file=out)


def _said(one: Refusal) -> dict[str, object]:
    said: dict[str, object] = {
        "at": utc_text(one.at),
        "ward": one.ward,
        "text": one.kind,
        "survey": one.survey,
        "why": one.why,
        "words": REASONS.get(one.why, one.why),
        "row": one.row or POST,
    }
    return {**said, "waited_for": one.waited_for} if one.waited_for else said
