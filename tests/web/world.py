"""A small world: wards, people who log in, and patients who are really taken in.

Answers go through the intake and are followed, as a device's are; only HTTP and the
signature are left out (tests/central meets those).
"""

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone
from nacl.public import PrivateKey
from nacl.signing import SigningKey

from feedback.answer import Answer, device_id, new_response, utc_text
from feedback.assets import assets_folder
from feedback.seal import seal
from feedback.wire import pack, unpack

PASSWORD = "correct horse battery"
SURVEY = "inpatient@1"


def now() -> datetime:
    return timezone.now()


def today():
    from central.web.page import ZONE

    return now().astimezone(ZONE).date()


def days_ago(days) -> datetime:
    """This time of the day so many local days ago, in London. So many times 24 hours
    are another day's near midnight, for as long as the clocks' change lies between."""
    from central.web.page import ZONE

    return now().astimezone(ZONE) - timedelta(days)


@dataclass
class Tablet:
    """A device of one ward, and how far its log goes."""

    ward: str
    key: SigningKey = field(default_factory=SigningKey.generate)
    last: int = 0
    waiting: list[Answer] | None = None

    @property
    def id(self):
        return device_id(bytes(self.key.verify_key))

    def say(self, answers, mode="kiosk", at=None, response=None, survey=SURVEY):
        """One visit: `answers` maps questions to values. Returns the response."""
        response = response or new_response()
        moment = utc_text(at or now())
        rows = [
            Answer(
                self.id, seq, response, survey, question, value, self.ward, mode, moment
            )
            for seq, (question, value) in enumerate(answers.items(), self.last + 1)
        ]
        self.last += len(rows)
        if self.waiting is None:
            self.come_in(rows)
        else:
            self.waiting += rows
        return response

    @contextmanager
    def at_once(self):
        """Who speaks in here comes in one batch, as from a tablet that was out of reach
        for a while. For the many who are only there: one alone costs as much."""
        assert self.waiting is None
        self.waiting = []
        yield
        rows, self.waiting = self.waiting, None
        if rows:
            self.come_in(rows)

    def come_in(self, rows):
        """Rows that are taken, all of them, and followed."""
        from central.deriving import follow
        from central.intake.append import Kept

        outcome = self.send(rows)
        assert isinstance(outcome, Kept), outcome
        assert not outcome.held
        follow(self.id)

    def send(self, rows, status=None, at=None):
        """What central does with these rows, the last of this log."""
        from central.intake.append import append

        first = self.last - len(rows) + 1
        batch = unpack(pack(first, self.last, rows, status or {}))
        return append(self.id, batch, at or now())

    def fork(self, rows, status):
        """An old copy of this log, with as many rows of its own, speaks."""
        from central.intake.append import Fork

        twin = Tablet(self.ward, self.key, rows)
        assert isinstance(twin.send([], status), Fork)

    def tell(self, answers, key=None, **more):
        """One visit in which a value that is a tuple holds words, which are sealed."""
        response = more.pop("response", None) or new_response()
        sealed = {
            question: seal(value[0], response, question, *(key or comment_key()))
            if isinstance(value, tuple)
            else value
            for question, value in answers.items()
        }
        return self.say(sealed, response=response, **more)

    def write(self, text, question="better", fft="poor", key=None, **more):
        """One visit with a comment, sealed as a tablet seals it."""
        response = new_response()
        words = {"_language": more.pop("language", "en"), "fft": fft}
        words[question] = seal(text, response, question, *(key or comment_key()))
        return self.say(words, response=response, **more)


def comment_key():
    """The key that comments are sealed for: its name and its public half."""
    from central.keys import comment_private_keys

    name, private = next(iter(comment_private_keys().items()))
    return name, bytes(PrivateKey(private).public_key)


def found_a_trust():
    from central.places.models import Site, Trust, Ward
    from central.surveys.published import publish

    site = Site.objects.create(trust=Trust.objects.create(name="Ash Trust"), name="Ash")
    for code, name in (("ASH", "Ash ward"), ("BIRCH", "Birch ward")):
        Ward.objects.create(code=code, site=site, name=name)
    text = (assets_folder() / "surveys" / "inpatient.toml").read_text()
    publish(text, "inpatient.toml", now() - timedelta(days=200))


def publish_the_map():
    """The survey with nine steps, and the children's beside it."""
    from central.surveys.published import ask, offer_also, publish

    for file, use in (("inpatient-2.toml", ask), ("children-1.toml", offer_also)):
        text = (assets_folder() / "surveys" / file).read_text(encoding="utf-8")
        use(publish(text, file, now() - timedelta(days=100)).name)


def new_tablet(ward, heard=None):
    from central.devices.models import Device

    tablet = Tablet(ward)
    device = Device.objects.create(
        id=tablet.id,
        public_key=bytes(tablet.key.verify_key).hex(),
        enrolled_at=now(),
        last_heard=heard,
        family=tablet.id,
    )
    device.wards.set([ward])
    return tablet


def new_user(name, *wards):
    from central.people.models import Membership, User

    user = User.objects.create_user(name, password=PASSWORD)
    for ward in wards:
        Membership.objects.create(user=user, ward_id=ward)
    return user
