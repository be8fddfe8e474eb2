"""How is somebody asked, in their language?

With the words that open any conversation by text: who we are, what a text costs,
how to stop, the privacy notice; then the national question with its numbers. So there
is one wording to check, and a reply of one number is an answer. A reminder says what it
is, and that no other follows.
"""

from __future__ import annotations

from dataclasses import dataclass

from feedback.survey import FFT, Survey
from smsgateway.talk import Row, State, Talk, lines
from smsgateway.voice import Voice
from smsgateway.words import Heard

DISCHARGED = "_discharged"


@dataclass(frozen=True, slots=True)
class Due:
    """All that the words of a text depend on, beside the bundle."""

    kind: str
    ward: str
    language: str
    survey: str


def words_of(
    survey: Survey, language: str, voice: Voice, heard: Heard, reminds: bool = False
) -> str:
    """The text. A language that this ward has not turned on becomes English."""
    talk = Talk(State("", survey.name, ""), survey, heard, voice.unasked())
    talk.open(language)
    fft = survey.question(FFT)
    assert fft is not None, "a survey without the national question is not texted"
    begins = "reminder" if reminds else "opening"
    return lines(talk.say(begins), talk.put("ask", fft))


def begun(
    response: str, survey: Survey, ward: str, language: str, day: str, voice: Voice,
    heard: Heard,
) -> tuple[State, tuple[Row, ...]]:  # fmt: skip
    """The conversation of who was asked so, at their first text, and its first rows.
    `day`: when they went home."""
    talk = Talk(State(response, survey.name, ward), survey, heard, voice)
    talk.open(language)
    talk.rows.append(Row(DISCHARGED, day))
    talk.note(DISCHARGED, day)
    talk.change(asking=FFT, tries=1, replies=1)
    return talk.state, tuple(talk.rows)
