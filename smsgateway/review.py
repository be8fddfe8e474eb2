"""What did the texts say that may be opt-outs, and what do we make of them?

For a person at the gateway's own machine. The texts are shown nowhere else.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TextIO

from feedback.log import Log
from feedback.settings import SettingError
from smsgateway.asking.book import Book
from smsgateway.asking.refusals import Refusals, refusal_of
from smsgateway.asking.rules import OPTED_OUT
from smsgateway.counts import Counts
from smsgateway.opt_outs import NOT_MEANT, STOPPED, NoReview, OptOuts
from smsgateway.own_key import OwnKey, WrongKey
from smsgateway.people import People
from smsgateway.settings import Settings

WHO = "the gateway's own machine"  # no name of the team's has a blank
DECISIONS = {"stop": STOPPED, "go": NOT_MEANT}


def show(settings: Settings, out: TextIO) -> None:
    """Print what waits, the oldest first."""
    with Log.open(settings.log, create=False) as log:
        waiting = _opt_outs(log, settings).waiting()
    if not waiting:
        print("No text waits to be looked at.", file=out)
    for review in waiting:
        words = review.words
        if words is None:
            words = "(cannot be opened with WARDVOICE_SMS_KEY as it is set now)"
        print(f"{review.id}  {review.at:%d %B %Y %H:%M} UTC  {words!r}", file=out)


def decide(settings: Settings, review: int, decision: str, out: TextIO) -> None:
    """`stop` or `go`; SettingError when no such text waits."""
    with Log.open(settings.log, create=False) as log:
        opt_outs = _opt_outs(log, settings)
        try:
            with log.transaction():
                now = datetime.now(UTC)
                person = opt_outs.decide(review, DECISIONS[decision], WHO, now)
                if DECISIONS[decision] == STOPPED:
                    _end_invitations(log, settings, person, now)
        except (NoReview, OverflowError):
            raise SettingError(f"no text waits with the number {review}") from None
        except WrongKey:
            raise SettingError(
                f"text {review} cannot be opened with WARDVOICE_SMS_KEY as it is set "
                "now: nobody can have read it, so it cannot be said that it was not "
                "meant"
            ) from None
    done = "will not be texted again" if decision == "stop" else "may be texted again"
    print(f"{review}: who wrote it {done}.", file=out)


def _opt_outs(log: Log, settings: Settings) -> OptOuts:
    People(log, settings.pepper)  # makes the tables if the gateway never ran
    return OptOuts(
        log, settings.opt_out_pepper, OwnKey(settings.own_key), settings.pepper
    )


def _end_invitations(log: Log, settings: Settings, person: str, now: datetime) -> None:
    """What was planned for who wants no texts, and the numbers that went with it."""
    book = Book(log, OwnKey(settings.own_key), settings.opt_out_pepper)
    refusals = Refusals(log, Counts(log))
    for one in book.end_all((person, person), OPTED_OUT, now):
        refusals.add(refusal_of(one, OPTED_OUT, now))
