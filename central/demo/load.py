"""How do the made-up answers come in? As real ones do.

Devices enrol with a code, sign their batches, and the intake takes them: so the demo's
answers are ordinary facts, and a demo that loads has walked most of central.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import groupby
from operator import attrgetter
from random import Random

from django.db import transaction
from nacl.public import PrivateKey
from nacl.signing import SigningKey

from central import deriving
from central.actions.models import Card, Change, Seen
from central.demo.visits import KIOSK, SMS, ZONE, Seal, Visit, visits_of
from central.demo.wards import (
    CARDS,
    CHANGES,
    DAYS,
    SITE,
    TRUST,
    UNSEEN_DAYS,
    USUALLY_UNSEEN_DAYS,
    WARDS,
    DemoWard,
)
from central.devices.enrolment import Wish, enrol, make_code
from central.devices.models import MADE_UP, Device
from central.devices.removal import remove_device
from central.intake.append import Kept, append
from central.keys import comment_private_keys, make_keys
from central.people.models import Membership, User
from central.places.models import Site, Trust, Ward
from central.settings import CENTRAL
from central.summaries.models import Call
from central.surveys.asking import something_changed
from central.surveys.models import Asking
from central.surveys.published import offer_also, publish
from feedback.answer import WIRE_WORDS, Answer, Draft, device_id, utc_moment
from feedback.assets import assets_folder
from feedback.seal import seal
from feedback.survey import Survey
from feedback.wire import MAX_ANSWERS, check_signature, pack, signature_header, unpack

SURVEY_FILE, CHILDREN_FILE = "inpatient-2.toml", "children-1.toml"
UNFINISHED = timedelta(minutes=5)  # a visit that began later is still going on
ON_THE_WAY = timedelta(seconds=1)
OFFLINE_FROM = time(15, 20)  # of yesterday
OFFLINE_SHARE = 4  # one visit of so many is on the tablet that is offline
MATRON = "ward.matron"  # reads all the wards


class DemoError(Exception):
    """No demo data here: the text says why."""


@dataclass(slots=True)
class Collector:
    """A made-up tablet or gateway: its key, and how far its log goes. `heard`: up to
    then central hears a ward's second tablet, which has one visit in OFFLINE_SHARE."""

    key: SigningKey
    wards: Sequence[DemoWard]
    last: int = 0
    heard: datetime | None = None

    @property
    def mode(self) -> str:
        """A tablet has one ward, and the gateway has them all."""
        return KIOSK if len(self.wards) == 1 else SMS

    @property
    def public_key(self) -> bytes:
        return bytes(self.key.verify_key)

    @property
    def id(self) -> str:
        return device_id(self.public_key)

    def took(self, visit: Visit) -> bool:
        (ward,) = [one for one in WARDS if one.code == visit.ward]
        if ward not in self.wards or visit.mode != self.mode:
            return False
        if self.mode == SMS or not ward.offline:
            return True
        is_second = visit.began.minute % OFFLINE_SHARE == 0
        if self.heard is None:
            return not is_second
        return is_second and visit.began < self.heard - UNFINISHED

    def sign(self, message: bytes) -> bytes:
        return bytes(self.key.sign(message).signature)


@dataclass(frozen=True, slots=True)
class Loaded:
    wards: int
    responses: int
    answers: int
    users: tuple[str, ...]


def load(
    today: date, now: datetime, password: str, seed: int, receipts: str = ""
) -> Loaded:
    """Fill an empty database with DAYS days that end with `today`, as far as `now`.
    `receipts`: the address of the receipts page, for the tablets to show."""
    _refuse_other_data()
    random = Random(seed)  # noqa: S311, made-up patients, not secrets
    began = datetime.combine(today - timedelta(DAYS), time(8), ZONE)
    with transaction.atomic():
        users = _places_and_people(password)
        _surveys_and_what_was_done(today, began, receipts)
    collectors = [_enrolled(wards, began, random) for wards in _devices()]
    went_offline = datetime.combine(today - timedelta(1), OFFLINE_FROM, ZONE)
    for ward in WARDS:
        if ward.offline:
            second = _enrolled([ward], began, random, ward.offline)
            collectors.append(replace(second, heard=went_offline))
    visits = [
        visit
        for ward in WARDS
        for visit in visits_of(ward, today, random, _seal())
        if visit.began < now - UNFINISHED
    ]
    responses = answers = 0
    for collector in collectors:
        took = [visit for visit in visits if collector.took(visit)]
        responses += len(took)
        answers += _send(collector, took, now)
        deriving.follow(collector.id)
    _seen_the_morning_after(today)
    return Loaded(len(WARDS), responses, answers, users)


def enrolment_codes(wards: Iterable[str], now: datetime) -> dict[str, str]:
    """A code for a tablet of each of these wards, and `sms` for a gateway of them all.

    The made-up devices of these wards are removed: real ones take their place, and a
    page that calls a made-up tablet silent would mislead.
    """
    wanted = list(wards)
    made_up = Device.objects.filter(name=MADE_UP, wards__code__in=wanted)
    for device in made_up.distinct():
        remove_device(device.id, now)
    codes = {code: make_code([code], "kiosk", now) for code in wanted}
    return {**codes, "sms": make_code([ward.code for ward in WARDS], "sms", now)}


# ── places, people, survey, cards ────────────────────────────────────────────


def _refuse_other_data() -> None:
    if Trust.objects.filter(name=TRUST).exists():
        raise DemoError("the demo data are here already: begin with a new database")
    if Trust.objects.exists() or Device.objects.exists():
        raise DemoError("this database holds another trust's data: nothing was changed")


def _places_and_people(password: str) -> tuple[str, ...]:
    site = Site.objects.create(trust=Trust.objects.create(name=TRUST), name=SITE)
    matron = User.objects.create_user(MATRON, mailbox(MATRON), password)
    for ward in WARDS:
        row = Ward.objects.create(code=ward.code, name=ward.name, site=site)
        manager = User.objects.create_user(
            ward.manager, mailbox(ward.manager), password
        )
        for user in (manager, matron):
            Membership.objects.create(user=user, ward=row)
    User.objects.create_superuser("admin", password=password)
    return (*(ward.manager for ward in WARDS), MATRON, "admin")


def mailbox(user: str) -> str:
    """Of a domain that nobody can have."""
    return f"{user}@riverbank.example"


def _surveys_and_what_was_done(today: date, began: datetime, receipts: str) -> None:
    survey, children = (
        _published(name, began) for name in (SURVEY_FILE, CHILDREN_FILE)
    )
    offer_also(children.name)
    Asking.objects.update(receipts=receipts)
    # A real ward turns a language on when its speakers have checked it. Here is shown
    # what there is.
    unchecked = [one for one in survey.languages if one not in survey.reviewed]
    Ward.objects.update(languages=" ".join(unchecked))
    for ward, said, did, days_ago in CARDS:
        on = today - timedelta(days_ago)
        Card.objects.create(ward_id=ward.code, said=said, did=did, on=on)
    for ward, note, step, days_ago in CHANGES:
        Change.objects.create(
            ward_id=ward.code,
            on=today - timedelta(days_ago),
            note=note,
            step=step,
            written_by=User.objects.get(username=ward.manager),
            written_at=began,
        )
    something_changed()


def _published(file: str, began: datetime) -> Survey:
    text = (assets_folder() / "surveys" / file).read_text(encoding="utf-8")
    return publish(text, file, began)


def _seal() -> Seal:
    if not comment_private_keys():
        make_keys(CENTRAL.keys_dir)
    name, private = next(iter(comment_private_keys().items()))
    public = bytes(PrivateKey(private).public_key)
    return lambda text, response, question: seal(text, response, question, name, public)


def _seen_the_morning_after(today: date) -> None:
    """Each ward's manager looked, but for the last days."""
    for ward in WARDS:
        manager = User.objects.get(username=ward.manager)
        unseen = timedelta(UNSEEN_DAYS.get(ward.code, USUALLY_UNSEEN_DAYS))
        old = Call.objects.filter(ward=ward.code, day__lt=today - unseen)
        Seen.objects.bulk_create(
            Seen(
                ward_id=ward.code,
                response=one.response,
                device=one.device,
                seq=one.seq,
                by=manager,
                at=datetime.combine(one.day + timedelta(1), time(8, 20), ZONE),
            )
            for one in old
        )
        old.update(seen=True)


# ── devices and their logs ───────────────────────────────────────────────────


def _devices() -> list[Sequence[DemoWard]]:
    return [*([ward] for ward in WARDS), WARDS]


def _enrolled(
    wards: Sequence[DemoWard], now: datetime, random: Random, name: str = MADE_UP
) -> Collector:
    collector = Collector(SigningKey(random.randbytes(32)), wards)
    code = make_code([ward.code for ward in wards], collector.mode, now)
    device = enrol(Wish(code, collector.public_key), now)
    assert device is not None, "the code was made a moment ago"
    Device.objects.filter(id=device.id).update(name=name)
    device.stints.update(since=now)  # not from the moment in which this is made up
    return collector


def _send(collector: Collector, visits: Sequence[Visit], now: datetime) -> int:
    """The visits in batches, each as its last answer was given. How many answers."""
    sent, name = 0, collector.id
    for drafts in batches(visits):
        first = collector.last + 1
        answers = [
            Answer(name, seq, *_words(draft)) for seq, draft in enumerate(drafts, first)
        ]
        said = utc_moment(max(draft.answered_at for draft in drafts))
        _append(collector, answers, min(said + ON_THE_WAY, now))
        sent += len(drafts)
    _append(collector, [], collector.heard or now)  # a heartbeat: this device is heard
    return sent


def batches(visits: Iterable[Visit]) -> Iterator[list[Draft]]:
    """A day's answers in one or more. What comes after its day is late on every page:
    so those who still answer at midnight do not keep the answers of all others."""
    in_time = sorted(visits, key=lambda visit: (_begin_and_end(visit), visit.began))
    for _, several in groupby(in_time, key=_begin_and_end):
        drafts = [draft for visit in several for draft in visit.drafts]
        for start in range(0, len(drafts), MAX_ANSWERS):
            yield drafts[start : start + MAX_ANSWERS]


def _begin_and_end(visit: Visit) -> tuple[date, date]:
    """The local days."""
    last = utc_moment(visit.drafts[-1].answered_at) + ON_THE_WAY
    return visit.began.date(), last.astimezone(ZONE).date()


# Much quicker than dataclasses.astuple, which copies deeply.
_words = attrgetter(*WIRE_WORDS)


def _append(collector: Collector, answers: Sequence[Answer], now: datetime) -> None:
    """One signed batch through the intake, as the log's address takes it."""
    first = collector.last + 1
    collector.last += len(answers)
    body = pack(first, collector.last, answers, {"unsent": 0})
    path = f"/api/v1/devices/{collector.id}/log"
    header = signature_header(collector.sign, "POST", path, first, body)
    signed = check_signature(header, collector.public_key, "POST", path, body)
    assert signed == first
    outcome = append(collector.id, unpack(body), now)
    if not isinstance(outcome, Kept) or outcome.held:
        raise DemoError(f"central did not keep the demo's answers: {outcome}")
