"""What does the desk need to know of those whom we ask?

What is asked lies in the bundle, how in the voice, whom in the asker's books: here they
meet. Called inside `log.transaction()` only.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from feedback.bundle import Bundle
from feedback.survey import FFT, Survey
from smsgateway.asking.asker import Asker, Handing
from smsgateway.asking.invitation import REMINDER, Invitation
from smsgateway.asking.outcomes import Outcomes
from smsgateway.asking.seen import Seen
from smsgateway.asking.warnings import warnings
from smsgateway.asking.wording import DISCHARGED, Due, begun, words_of
from smsgateway.bundles import Bundles
from smsgateway.opt_outs import Names
from smsgateway.people import Held
from smsgateway.talk import Row, State
from smsgateway.voice import Voices
from smsgateway.words import Heard


@dataclass(frozen=True, slots=True)
class Asking:
    asker: Asker
    outcomes: Outcomes
    bundles: Bundles
    voices: Voices
    heard: Heard
    seen: Seen

    def next(self, free: Collection[str], now: datetime) -> Handing | None:
        """The next text to hand to the carrier, by one of these numbers of ours: staff
        first."""
        alert = self.next_alert(free, now)
        return alert if alert is not None else self.next_invitation(free, now)

    def next_alert(self, free: Collection[str], now: datetime) -> Handing | None:
        return self.asker.next_alert(free, now)

    def next_invitation(self, free: Collection[str], now: datetime) -> Handing | None:
        bundle = self.bundles.current()
        if bundle is None:
            return None
        return self.asker.next(partial(self._words, bundle), free, now)

    def words_of(self, due: Due) -> str:
        """The text as it stands today; nothing where its ward is not known."""
        bundle = self.bundles.current()
        return self._words(bundle, due) if bundle is not None else ""

    def warnings(self, now: datetime) -> list[str]:
        """What of the policy a technician should look at."""
        bundle = self.bundles.current()
        if bundle is None:
            return warnings(self.asker.policy, now)
        wards = [ward.code for ward in bundle.wards]
        return warnings(self.asker.policy, now, wards, [*bundle.surveys])

    def asked(
        self, names: Names, line: str, held: Held | None, now: datetime
    ) -> Invitation | None:
        """What this person was asked last by this number of ours, and has not answered;
        None where its ward is gone, or where the conversation that they hold began
        otherwise."""
        if held is not None and DISCHARGED not in held.state.answers:
            return None
        asked = self.asker.asked(names, now)
        if asked is not None and asked.line != line:
            return None
        bundle = self.bundles.current()
        is_known = asked and bundle and bundle.ward(asked.ward)
        return asked if is_known else None

    def begun(
        self, asked: Invitation, response: str, now: datetime
    ) -> tuple[State, tuple[Row, ...], Survey]:
        """The conversation that the first text of who was asked begins."""
        bundle = self.bundles.current()
        assert bundle is not None, "somebody was asked"
        survey = self._survey(asked, bundle)
        voice = self.voices.of(bundle, asked.ward)
        state, rows = begun(
            response, survey, asked.ward, asked.language, asked.discharged, voice,
            self.heard,
        )  # fmt: skip
        return state, rows, survey

    def heard_from(
        self, asked: Invitation, rows: Collection[Row], now: datetime
    ) -> None:
        """A hello is no answer: one is a question's of the survey, or their own
        words."""
        if any(row.value and not row.question.startswith("_") for row in rows):
            self.asker.answered(asked, now)

    def _words(self, bundle: Bundle, invitation: Invitation | Due) -> str:
        """Nothing when its ward is one that this gateway does not know."""
        if bundle.ward(invitation.ward) is None:
            return ""
        survey = self._survey(invitation, bundle)
        voice = self.voices.of(bundle, invitation.ward)
        reminds = invitation.kind == REMINDER
        return words_of(survey, invitation.language, voice, self.heard, reminds)

    def _survey(self, invitation: Invitation | Due, bundle: Bundle) -> Survey:
        survey = self.bundles.survey(invitation.survey) if invitation.survey else None
        if survey is not None and survey.question(FFT) is not None:
            return survey
        return bundle.surveys[bundle.texted_on(invitation.ward)]
