"""Stories in which all of it happens, looked at after each step.

What chance finds after a long while, these meet each time: a planted fault is found in
one of them.
"""

from datetime import timedelta

from feedback.answer import new_response
from tests.web.late_machine import Days


class Story:
    """Days, their only tablet, and a clock that goes on before each step."""

    def __init__(self):
        self.days = Days()
        self.days.open()
        (self.log,) = self.days.logs

    def step(self, hours, act, *words, **more):
        self.days.now += timedelta(hours=hours)
        found = act(*words, **more)
        self.days.pages_show_what_is_counted()
        return found

    def send(self, most=99, log=None):
        log = log or self.log
        self.days.contact(log, log.have + 1, most)

    def say(self, hours, value="good", response=None, log=None, **more):
        response = response or new_response()
        log = log or self.log
        self.step(hours, self.days.write, log, response, "fft", value, **more)
        return response


def a_strange_week():
    """What comes late, is lost, held, erased, withdrawn or removed."""
    story = Story()
    days, log, step, send = story.days, story.log, story.step, story.send
    first, second, third = new_response(), new_response(), new_response()

    for response, value in ((first, "very_good"), (first, "poor"), (second, "poor")):
        step(0, days.write, log, response, "fft", value)
    step(0, send)
    step(1, days.write, log, new_response(), "fft", "poor", is_astray=True)
    step(0, send)  # held
    for _ in range(2):
        step(0, days.write, log, new_response(), "fft", "very_good")
    step(24, send, 1)  # the other one waits, though it was heard
    step(1, send)
    step(1, days.let_held_rows_in)
    step(1, days.erase_one, first)
    step(1, days.write, log, second, "_end", "withdrawn")
    step(0, send)
    for _ in range(2):
        step(0, days.write, log, third, "night", "2")
    step(0, days.lose_one, log)
    other = days.new_log()
    step(24, send)
    step(0, send, log=other)  # the day before lacks what was lost alone
    step(1, days.write, other, new_response(), "fft", "poor", is_astray=True)
    step(24, send)
    step(0, send, log=other)  # that day of the other ward lacks what is held alone
    step(1, days.write, log, new_response(), "fft", "poor")
    step(3, days.remove_one, log)
    step(24, send, log=other)  # that day lacks what was on the removed one alone
    step(1, days.rebuild, None)


def a_tablet_goes_round():
    """From ward to ward, to a new name, and out of the house."""
    story = Story()
    days, log, step, send, say = (
        story.days, story.log, story.step, story.send, story.say,
    )  # fmt: skip
    here, there, third = days.wards
    step(0, send)
    say(1)
    step(1, days.give, log, [there])
    visit = say(1)  # it has not heard of that yet
    step(0, send)  # both are its old ward's
    say(0, "poor", visit)  # who was there when it heard goes on
    step(24, send, 0)  # that day of the old ward is not whole
    step(0, send)
    say(1)
    step(1, days.give, log, [third])
    other = days.new_log(ward=there)  # in its place
    say(0)
    step(24, send, 1)  # one of them waits, though it was heard
    new = step(1, days.succeed, log, here)  # … and is the new name's
    step(0, send, log=other)
    step(0, send, 0, new)
    step(24, send, 99, new)
    say(1, log=new)
    step(0, days.give, new, [here, third])
    step(0, send, log=new)
    step(0, days.give, new, [third])
    step(24, send, log=new)
    say(1, log=new)
    say(0, log=new)
    step(1, send, 0, new)  # two wait
    step(2, days.remove_one, new, "nothing")  # which is not so
    step(24, days.pages_show_what_is_counted)
    step(0, days.say_of, new, "lost")
    step(0, days.accept, new)
    step(0, send, 1, new)
    say(0, log=new)
    step(0, send, 99, new)  # all but the last, which was not declared
    step(0, send, 99, new)  # it is over
    step(0, days.rebuild, None)
