"""Which questions may nobody reword?

The national question, to the letter, because trusts are compared by it; and our own
questions, whose values central reads.
"""

from __future__ import annotations

from feedback.survey import CHOICE, FFT, FFT_VALUES, OUR_QUESTIONS, RATING, Question

# NHS England, since 1 April 2020. Held to the letter: it is a national measure.
FFT_WORDING = "Overall, how was your experience of our service?"
FFT_OPTIONS = (
    "Very good",
    "Good",
    "Neither good nor poor",
    "Poor",
    "Very poor",
    "Don't know",
)


def trouble_with(question: Question) -> str:
    """Why this question cannot be asked in this way; empty when it can."""
    if (question.key == FFT) != question.fft:
        return "fft = true and the key fft go together"
    if question.fft:
        return _trouble_with_fft(question)
    if question.key.startswith("_"):
        return _trouble_with_ours(question)
    return ""


def _trouble_with_fft(question: Question) -> str:
    wordings = {question.wording["en"], question.sms.get("en", FFT_WORDING)}
    if question.kind != RATING or wordings != {FFT_WORDING}:
        return f"the national question is: {FFT_WORDING}"
    keys = tuple(option.key for option in question.options)
    options = tuple(option.wording["en"] for option in question.options)
    if keys != FFT_VALUES or options != FFT_OPTIONS:
        return f"its answers are: {', '.join(FFT_OPTIONS)}"
    if question.easy or any(option.easy for option in question.options):
        return "the national question has no easy words: it is one for everybody"
    return ""


def _trouble_with_ours(question: Question) -> str:
    ours = OUR_QUESTIONS.get(question.key)
    if ours is None or ours.writer != "person":
        return f"{question.key}: keys with _ are ours, and this is not one"
    if question.kind != CHOICE:
        return f"{question.key} is a choice"
    if any(option.key not in ours.values for option in question.options):
        return f"{question.key} takes only {', '.join(ours.values)}"
    return ""
