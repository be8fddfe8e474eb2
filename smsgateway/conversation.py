"""What did this text mean, and what do we say back?

Pure: a state and a person's words go in; rows, a reply and a new state come out. It
knows neither who carries the texts nor where the rows are kept.

    opening text ─▶ fft asked ─▶ why asked ─▶ finished ─▶ texts are added comments
                     └─ unclear: kept, asked once more
    a call for help ─▶ kept, marked, one fixed reply; nothing more is asked

A text counts as an answer only to a question that was put. So a bare "5" that opens
a conversation is no score: to who has not seen our scale, 5 may mean the best.
Words are never dropped for coming at the wrong moment. They are kept as an *added*
comment (`better.2`, `better.3` …), which takes no question's place: it was given
unasked, so no later answer takes it back.
"""

from __future__ import annotations

from dataclasses import replace

from feedback.survey import COMMENT, FFT, Question, Survey
from feedback.text import clean_comment
from smsgateway.letters import language_by_letters
from smsgateway.talk import SAID, Row, State, Talk, Turn, lines
from smsgateway.voice import Voice
from smsgateway.words import Heard

TRIES = 2
# A machine at the other end answers each reply with a text. Its words are still kept.
# Who may be in danger is told so often where help is.
REPLIES = 12
HELP_REPLIES = 24
HEAR_ME = 1  # the number that asks to hear what the ward did


def hear(
    state: State,
    survey: Survey,
    words: str,
    voice: Voice,
    heard: Heard,
    pictures: bool = False,
    concerns: tuple[str, ...] = (),
    is_keyword: bool = False,
) -> Turn:
    """One text of a person who may be answered. `concerns`: the calls for help that
    feedback/concern.py finds in it. `is_keyword`: it was the ward's keyword and no
    more, so that no `words` are left."""
    words = clean_comment(words)
    talk = Talk(state, survey, heard, voice)
    if is_keyword and state.asking:
        turn = talk.turn(talk.put_again())  # whoever names the ward wants to begin
    else:
        turn = _alarmed(talk, words, concerns) if concerns else _heard(talk, words)
    reply = turn.reply
    if pictures:
        reply = lines(voice.say("pictures", turn.state.language), reply)
    if not reply or state.replies >= (HELP_REPLIES if concerns else REPLIES):
        return replace(turn, reply="")
    return replace(
        turn, state=replace(turn.state, replies=state.replies + 1), reply=reply
    )


def overhear(
    state: State,
    survey: Survey,
    words: str,
    heard: Heard,
    concerns: tuple[str, ...] = (),
) -> Turn:
    """One text of someone who must not, or cannot, be answered: words are kept, and so
    is an answer to what was asked before. Nothing more is asked, so that it is over."""
    words = clean_comment(words)
    fft = survey.question(FFT)
    was_asked = state.asking == FFT or state.answers.get(FFT) == ""
    talk = Talk(replace(state, ended=True, left=True, asking=""), survey, heard)
    if fft and was_asked and not concerns:
        value = heard.value_in(words, fft)
        if value and not talk.would_erase(fft, value):
            talk.answer(fft, value)
            return talk.turn("")
    is_number = heard.number_in(words) is not None
    says_nothing = heard.is_greeting(words) or heard.asks_who(words)
    if not words or is_number or (says_nothing and not concerns):
        return Turn(state)
    talk.open()
    talk.add(words)
    if was_asked:
        talk.note(FFT, "")  # a number may still answer it
    talk.mark(concerns)
    return talk.turn("")


def leave(state: State) -> Turn:
    """The person wants no more texts in the middle of a conversation."""
    if state.ended or not state.answers:
        return Turn(state)
    ended = replace(state, ended=True, left=True, asking="")
    return Turn(ended, (Row("_end", "left"),))


def _alarmed(talk: Talk, words: str, concerns: tuple[str, ...]) -> Turn:
    """Words that may call for help: kept and marked, and answered with one fixed
    reply. Nobody in distress is put a question. One that stood open is closed, and a
    number may still answer it."""
    talk.open(talk.heard.language_in(words) or language_by_letters(words))
    question = talk.survey.question(talk.state.asking)
    if question is not None and question.kind == COMMENT:
        talk.rows.append(Row(question.key, words, is_comment=True))
        talk.note(question.key, SAID)
    else:
        talk.add(words)
        if question is not None:
            talk.note(question.key, "")
    talk.mark(concerns)
    if not talk.state.ended:
        talk.finish()
    return talk.turn(talk.say("concern"))


def _heard(talk: Talk, words: str) -> Turn:
    opens = not talk.state.answers
    language = talk.heard.language_in(words, greets=opens)
    if opens:
        talk.open(language or language_by_letters(words))
        return _first(talk, words)
    if language:  # also one that is spoken already, or is off: it is no answer
        talk.speak(language)
        return talk.turn(talk.put_again())
    if talk.heard.asks_who(words):
        return talk.turn(lines(talk.say("opening"), talk.put_again()))
    if talk.heard.asks_for_help(words):
        return _help(talk, words)
    if talk.state.ended:
        return _later(talk, words)
    question = talk.survey.question(talk.state.asking)
    assert question is not None, "an open conversation asks something"
    answered = _rating if question.fft else _why
    return answered(talk, question, words)


def _first(talk: Talk, words: str) -> Turn:
    fft = talk.survey.question(FFT)
    named = talk.heard.option_in(words, fft) if fft else None
    # The Romanian "bună" is hello, and an answer only to who was asked.
    if fft and named and not talk.heard.is_greeting(words):
        talk.speak(named[1])
        talk.answer(fft, named[0])
        return talk.go_on(talk.say("opening"))
    if talk.heard.asks_for_help(words):
        return _help(talk, words)
    is_number = talk.heard.number_in(words) is not None
    kept = not (is_number or talk.heard.asks_who(words)) and talk.keep(words)
    # Whoever tells first is told too who we are, what it costs and how to stop.
    if kept:
        return talk.go_on(lines(talk.say("kept", "watched"), talk.say("opening")))
    return talk.go_on(talk.say("opening"), talk.offer_language())


def _rating(talk: Talk, question: Question, words: str) -> Turn:
    value = talk.heard.value_in(words, question)
    if value:
        named = talk.heard.option_in(words, question)
        if named:
            talk.speak(named[1])
        talk.answer(question, value)
        return talk.go_on()
    kept = talk.keep(words)
    says_something = any(map(str.isalnum, words))
    if says_something and not kept and talk.heard.is_greeting(words):
        return talk.turn(talk.put("ask", question))  # thanks, or hello: no answer yet
    lead = talk.say("kept", "watched") if kept else ""
    if talk.state.tries < TRIES:
        talk.change(tries=talk.state.tries + 1)
        return talk.turn(lines(lead, talk.put("again", question)))
    talk.answer(question, "")
    return talk.go_on(lead)


def _why(talk: Talk, question: Question, words: str) -> Turn:
    fft = talk.survey.question(FFT)
    number = talk.heard.number_in(words)
    if fft and number and FFT in talk.state.answers and number <= len(fft.options):
        # Another number is a changed mind about the rating, not a reason for it.
        talk.answer(fft, fft.options[number - 1].key)
        return talk.go_on()
    if words:
        talk.rows.append(Row(question.key, words, is_comment=True))
    talk.note(question.key, SAID if words else "")
    return talk.go_on()


def _later(talk: Talk, words: str) -> Turn:
    if talk.state.offered and talk.heard.number_in(words) == HEAR_ME:
        talk.change(offered=False)
        return replace(talk.turn(talk.say("hear_kept")), asks_to_hear=True)
    fft = talk.survey.question(FFT)
    if fft and talk.state.answers.get(FFT) == "":  # asked, and not understood then
        value = talk.heard.value_in(words, fft)
        if value and not talk.would_erase(fft, value):
            talk.answer(fft, value)
            return talk.turn(talk.say("thanks", "watched"))
    if talk.keep(words):
        return talk.turn(talk.say("kept", "watched"))
    thanked = talk.heard.is_courtesy(words)
    return talk.turn("" if thanked else talk.say("thanks", "watched"))


def _help(talk: Talk, words: str) -> Turn:
    if not talk.heard.is_bare_help(words):
        talk.add(words)
    lead = talk.say("help", "watched")
    if talk.state.ended:
        return talk.turn(lead)
    if talk.state.asking:
        return talk.turn(lines(lead, talk.put_again()))
    return talk.go_on(lead)
