"""What does one made-up patient tap or text?

From a mood to the rows that a real kiosk or gateway would write: every random choice
comes from the generator that is handed in, so a seed gives the same days.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from central.demo.phrases import (
    BETTER,
    CHILD_BETTER,
    CHILD_GOOD,
    FELT,
    GOOD,
    LONG,
    OWN,
    WHERE,
    Phrases,
)
from central.demo.wards import DAYS, RHYTHM, DemoWard
from feedback.answer import Draft, utc_text

ZONE = ZoneInfo("Europe/London")
SURVEY, CHILDREN = "inpatient@2", "children@1"
KIOSK, SMS = "kiosk", "sms"
STEPS = (
    "arrival", "settling", "meals", "tests", "medicines", "staff", "night",
    "going_home", "other",
)  # fmt: skip
CHILDREN_STEPS = ("staff", "tests", "play", "meals", "night")
CHILDREN_OVERALL = ("really_bad", "bad", "so_so", "good", "great")
CHILDREN_FELT = {
    True: ("safe", "happy", "comfortable"),
    False: ("afraid", "sad", "in_pain"),
}

SMS_SHARE = 0.25
CHILD_SHARE = 0.05  # of those who tap
WELSH_SHARE = 0.07
OTHER_SHARE = 0.05  # of those who tap: a text line speaks English and Welsh
OTHERS = ("pl", "ro", "ur", "pa", "bn", "gu", "ar", "so", "zh-Hans")
FINISHED_SHARE = 0.88
WORDS_SHARE = 0.55
OWN_SHARE = 0.05
LONG_SHARE = 0.006
WHY_SHARE = 0.3
SHARE_SHARE = 0.6  # of those with words: they may be shown to others
TALK_SHARE = 0.02
# On the map each places as many steps as they like: so many people of 100 place none,
# one, two … six.
PLACED = (8, 12, 22, 24, 18, 10, 6)
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
    for days_ago in reversed(range(min(DAYS, ward.opened_days_ago))):
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
        self.is_child = self.mode == KIOSK and random.random() < CHILD_SHARE
        self.language = self._language()
        self.response = _uuid7(began, random)
        self.drafts: list[Draft] = []
        self.said: set[str] = set()
        own = random.gauss(0, 0.75)  # some are easier to please than others
        self.felt = {
            step: max(-2, min(2, round(random.gauss(mood + own, 0.6))))
            for step, mood in self._moods(days_ago).items()
        }

    def _language(self) -> str:
        chance = self.random.random()
        if chance < WELSH_SHARE:
            return "cy"
        other = self.mode == KIOSK and chance < WELSH_SHARE + OTHER_SHARE
        return self.random.choice(OTHERS) if other else "en"

    def _moods(self, days_ago: int) -> dict[str, float]:
        steps = CHILDREN_STEPS if self.is_child else STEPS
        told = {step: mood(days_ago) for step, mood in self.ward.moods.items()}
        return {step: told.get(step, self.ward.elsewhere) for step in steps}

    def visit(self) -> Visit:
        self.say("_language", self.language)
        if self.is_child:
            self._child()
        else:
            self._grown_up()
        finished = self.random.random() < FINISHED_SHARE
        self.say("_end", "finished" if finished else "left")
        return Visit(self.ward.code, self.began, self.mode, tuple(self.drafts))

    def _grown_up(self) -> None:
        if self.mode == KIOSK:
            self.say("_who", self.random.choices(("patient", "carer"), (5, 1))[0])
        self.say("fft", self._rated())
        placed = self._map() if self.mode == KIOSK else []
        has_words = self._why(placed) if placed else False
        has_words = self._words(placed) or has_words
        if self.mode == KIOSK:
            self._at_the_end(has_words)

    def _child(self) -> None:
        self.say("_who", self.random.choices(("young_person", "carer"), (3, 1))[0])
        middle = round(sum(self.felt.values()) / len(self.felt))
        self.say("overall", CHILDREN_OVERALL[max(-2, min(2, middle)) + 2])
        self._map()
        has_words = self.random.random() < WORDS_SHARE
        if has_words:
            self.write("good", self.random.choice(CHILD_GOOD))
            if self.random.random() < 0.5:
                self.write("better", self.random.choice(CHILD_BETTER))
        self._at_the_end(has_words)

    def say(self, question: str, value: str) -> None:
        self.drafts.append(
            Draft(
                response=self.response,
                survey=CHILDREN if self.is_child else SURVEY,
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
        told = [self.felt[step] for step in self.ward.moods]
        overall = sum(told) / len(told) + self.random.gauss(0, 0.35)
        for least, value in ((0.9, "very_good"), (0.1, "good"), (-0.4, "neither")):
            if overall >= least:
                return value
        return "poor" if overall >= -1.2 else "very_poor"

    # ── the map ──────────────────────────────────────────────────────────────

    def _map(self) -> list[str]:
        """Places some steps, in any order: what moved someone more comes sooner, and so
        does what makes or mars a stay on this ward."""
        count = self.random.choices(range(len(PLACED)), PLACED)[0]
        told = self.ward.moods

        def urge(step: str) -> float:
            weight = abs(self.felt[step]) + (1.5 if step in told else 0.5)
            return -weight * self.random.random()

        placed = sorted(self.felt, key=urge)[:count]
        for step in placed:
            self._step(step)
        return placed

    def _step(self, step: str) -> None:
        felt = self.felt[step]
        self.say(step, str(felt))
        if self.random.random() < 0.25:
            return  # a face says enough
        well = felt > 0 or (felt == 0 and self.random.random() < 0.5)
        feelings = CHILDREN_FELT if self.is_child else FELT
        words = self.random.sample(feelings[well], self.random.choice((1, 1, 2)))
        own = self.random.random() < OWN_SHARE
        self.say(f"{step}_feelings", " ".join([*words, "own"] if own else words))
        if own:
            self.write(f"{step}_own", self.random.choice(OWN[well]))

    def _why(self, placed: list[str]) -> bool:
        """Why for one of them: the worst or the best; whether there are words."""
        if self.random.random() > WHY_SHARE:
            return False
        step = max(placed, key=lambda one: abs(self.felt[one]))
        self.say("why_step", step)
        phrases = GOOD if self.felt[step] > 0 else BETTER
        self._say_in_words("why", phrases, step)
        return True

    # ── words ────────────────────────────────────────────────────────────────

    def _words(self, placed: list[str]) -> bool:
        if self.random.random() > WORDS_SHARE:
            return False
        steps = placed or list(self.ward.moods)
        best = max(steps, key=lambda step: self.felt[step])
        worst = min(steps, key=lambda step: self.felt[step])
        long = self.random.random() < LONG_SHARE
        before = len(self.drafts)
        if self.felt[best] > 0:
            if long:
                self.write("good", LONG)
            else:
                self._say_in_words("good", GOOD, best)
        if self.felt[worst] < 0 or self.random.random() < 0.15:
            unhappy = worst if self.felt[worst] < 0 else "any"
            self._say_in_words("better", BETTER, unhappy)
        return len(self.drafts) > before

    def _say_in_words(self, question: str, phrases: Phrases, step: str) -> None:
        """Something that they have not said before, if we have the words for it."""
        about = step if self.random.random() < 0.75 or question == "why" else "any"
        about = about if self.language == "en" else self.language
        left = [text for text in phrases[about] if text not in self.said]
        if left:
            text = self.random.choice(left)
            self.said.add(text)
            self.write(question, text)

    def _at_the_end(self, has_words: bool) -> None:
        if has_words:
            may = self.random.random() < SHARE_SHARE
            self.say("_share", "yes" if may else "no")
        wants = self.random.random() < TALK_SHARE
        self.say("_talk", "yes" if wants else "no")
        if wants and self.random.random() < 0.7:
            self.write("talk_where", self.random.choice(WHERE))


def _uuid7(moment: datetime, random: Random) -> str:
    """A UUIDv7 like a device's, but from the seed."""
    bits = int(moment.timestamp() * 1000) << 80 | random.getrandbits(76)
    bits = bits & ~(0xF << 76) & ~(0x3 << 62) | 0x7 << 76 | 0x2 << 62
    digits = f"{bits:032x}"
    return "-".join(
        (digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:])
    )
