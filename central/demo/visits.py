"""What does one made-up patient tap or text?

From a mood to the rows that a real kiosk or gateway would write: every random choice
comes from the generator that is handed in, so a seed gives the same ninety days.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from central.demo.phrases import BETTER, FELT, GOOD, LONG, OWN, Phrases
from central.demo.wards import DAYS, RHYTHM, DemoWard
from feedback.answer import Draft, utc_text

ZONE = ZoneInfo("Europe/London")
SURVEY = "inpatient@1"
KIOSK, SMS = "kiosk", "sms"
STEPS = ("arrival", "staff", "night")

SMS_SHARE = 0.25
WELSH_SHARE = 0.07
FINISHED_SHARE = 0.88
WORDS_SHARE = 0.55
OWN_SHARE = 0.05
LONG_SHARE = 0.006
# When in the day people answer, by hour: nobody in the hour in which a made-up device
# sends what it has, because a row is later than the contact before it.
HOURS = (0, 0, 0, 0, 0, 1, 2, 4, 7, 9, 10, 9, 7, 8, 9, 9, 8, 7, 6, 5, 4, 3, 2, 1)

# Seals a text for (text, response, question).
Seal = Callable[[str, str, str], str]


@dataclass(frozen=True, slots=True)
class Visit:
    ward: str
    began: datetime
    mode: str
    drafts: tuple[Draft, ...]


def visits_of(
    ward: DemoWard, today: date, random: Random, seal: Seal
) -> Iterator[Visit]:
    """The ward's visits of DAYS days, the last of them `today`, in order of time."""
    for days_ago in reversed(range(DAYS)):
        if days_ago in ward.silent_days_ago:
            continue
        day = today - timedelta(days_ago)
        usual = ward.visits_a_day * RHYTHM[day.weekday()]
        count = max(0, round(random.gauss(usual, usual**0.5)))
        for began in sorted(_moment(day, random) for _ in range(count)):
            yield _Person(ward, days_ago, began, random, seal).visit()


def _moment(day: date, random: Random) -> datetime:
    hour = random.choices(range(24), HOURS)[0]
    clock = time(hour, random.randrange(60), random.randrange(60), tzinfo=ZONE)
    return datetime.combine(day, clock)


class _Person:
    """Someone who is answering: the rows so far, and the time of the next one."""

    def __init__(
        self,
        ward: DemoWard,
        days_ago: int,
        began: datetime,
        random: Random,
        seal: Seal,
    ) -> None:
        self.ward, self.began, self.now = ward, began, began
        self.random, self.seal = random, seal
        self.mode = SMS if random.random() < SMS_SHARE else KIOSK
        self.language = "cy" if random.random() < WELSH_SHARE else "en"
        self.response = _uuid7(began, random)
        self.drafts: list[Draft] = []
        own = random.gauss(0, 0.75)  # some are easier to please than others
        self.felt = {
            step: max(-2, min(2, round(random.gauss(mood(days_ago) + own, 0.6))))
            for step, mood in ward.moods.items()
        }

    def visit(self) -> Visit:
        self.say("_language", self.language)
        if self.mode == KIOSK:
            self.say("_who", self.random.choices(("patient", "carer"), (5, 1))[0])
        self.say("fft", self._rated())
        if self.mode == KIOSK:
            for step in STEPS:
                self._step(step)
        self._words()
        finished = self.random.random() < FINISHED_SHARE
        self.say("_end", "finished" if finished else "left")
        return Visit(self.ward.code, self.began, self.mode, tuple(self.drafts))

    def say(self, question: str, value: str) -> None:
        self.drafts.append(
            Draft(
                response=self.response,
                survey=SURVEY,
                question=question,
                value=value,
                ward=self.ward.code,
                mode=self.mode,
                answered_at=utc_text(self.now),
            )
        )
        self.now += timedelta(seconds=self.random.uniform(3, 15))

    def write(self, question: str, text: str) -> None:
        self.say(question, self.seal(text, self.response, question))

    def _rated(self) -> str:
        if self.random.random() < 0.02:
            return "dont_know"
        overall = sum(self.felt.values()) / len(self.felt) + self.random.gauss(0, 0.35)
        for least, value in ((0.9, "very_good"), (0.1, "good"), (-0.4, "neither")):
            if overall >= least:
                return value
        return "poor" if overall >= -1.2 else "very_poor"

    def _step(self, step: str) -> None:
        felt = self.felt[step]
        self.say(step, str(felt))
        well = felt > 0 or (felt == 0 and self.random.random() < 0.5)
        words = self.random.sample(FELT[well], self.random.choice((1, 1, 2)))
        own = self.random.random() < OWN_SHARE
        self.say(f"{step}_feelings", " ".join([*words, "own"] if own else words))
        if own:
            self.write(f"{step}_own", self.random.choice(OWN[well]))

    def _words(self) -> None:
        if self.random.random() > WORDS_SHARE:
            return
        best = max(STEPS, key=lambda step: self.felt[step])
        worst = min(STEPS, key=lambda step: self.felt[step])
        long = self.random.random() < LONG_SHARE
        if self.felt[best] > 0:
            self.write("good", LONG if long else self._phrase(GOOD, best))
        if self.felt[worst] < 0 or self.random.random() < 0.15:
            unhappy = worst if self.felt[worst] < 0 else "any"
            self.write("better", self._phrase(BETTER, unhappy))

    def _phrase(self, phrases: Phrases, step: str) -> str:
        if self.language == "cy":
            return self.random.choice(phrases["cy"])
        if self.random.random() < 0.02:
            return self.random.choice(phrases["other"])
        about = step if self.random.random() < 0.75 else "any"
        return self.random.choice(phrases[about])


def _uuid7(moment: datetime, random: Random) -> str:
    """A UUIDv7 like a device's, but from the seed."""
    bits = int(moment.timestamp() * 1000) << 80 | random.getrandbits(76)
    bits = bits & ~(0xF << 76) & ~(0x3 << 62) | 0x7 << 76 | 0x2 << 62
    digits = f"{bits:032x}"
    return "-".join(
        (digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:])
    )
