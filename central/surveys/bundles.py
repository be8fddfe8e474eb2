"""What is this device told? The bundle, signed with central's online key."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from central.actions.models import Card
from central.devices.models import Device
from central.keys import OnlineKeys
from central.places.hours import hours_words
from central.places.models import Merge, Ward
from central.settings import CENTRAL
from central.surveys.models import Asking, Published, WardAsking
from feedback.bundle import Card as BundleCard
from feedback.bundle import Ward as BundleWard
from feedback.bundle import bundle_document, sign_document

CARDS_A_WARD = 5


class NothingToAsk(Exception):
    """No survey is published yet: there is no bundle to give."""


def signed_bundle(device: Device, keys: OnlineKeys) -> tuple[int, str]:
    """The version and the signed text of the newest bundle for this device."""
    asking = Asking.objects.filter(id=1).first()
    if asking is None or not asking.survey:
        raise NothingToAsk("publish a survey first: wardvoice-central publish FILE")
    wards = _asked_for(device)
    own = {one.ward_id: one for one in WardAsking.objects.filter(ward__in=wards)}
    asked = _for_all(asking, [own.get(ward.code) for ward in wards])
    document = bundle_document(
        version=asking.version,
        organisation=CENTRAL.organisation,
        surveys=_surveys([asked, *own.values()]),
        survey=asked.survey,
        sms_survey=asked.sms_survey,
        wards=_wards(wards, own),
        cards=_cards([ward.code for ward in wards]),
        opening_hours={
            ward.code: hours_words(ward.hours)
            for ward in wards
            if not ward.hours.is_always
        },
        pin_hash=asking.pin_hash,
        also=asked.also.split(),
        receipts=asking.receipts,
    )
    return asking.version, sign_document(document, keys.online_seed)


def _for_all(asking: Asking, own: Sequence[WardAsking | None]) -> WardAsking:
    """What stands above the wards, for a program that does not read their own choice
    yet: what all wards of this device ask, or else what every ward does (ADR 20)."""
    told = {
        (
            (one.survey, one.also)
            if one and one.survey
            else (asking.survey, asking.also),
            one.sms_survey if one and one.sms_survey else asking.sms_survey,
        )
        for one in own
    }
    if len(told) != 1:
        told = {((asking.survey, asking.also), asking.sms_survey)}
    ((survey, also), sms_survey) = next(iter(told))
    return WardAsking(survey=survey, also=also, sms_survey=sms_survey)


def _surveys(several: Iterable[WardAsking]) -> dict[str, str]:
    """Those that are asked now. A gateway keeps the bundles of open conversations; in
    eleven languages each survey costs a starting tablet 15 ms."""
    names = {
        name
        for one in several
        for name in (one.survey, one.sms_survey, *one.also.split())
    }
    rows = Published.objects.filter(name__in=names)
    return dict(rows.values_list("name", "text"))


def _asked_for(device: Device) -> list[Ward]:
    """The wards that the device speaks for. A tablet leaves a ward that was closed when
    it has another; what it said for the old one is still taken in. A gateway keeps
    them all: its lines and open conversations name them."""
    wards = list(device.wards.order_by("code"))
    stay = [ward for ward in wards if ward.closed_on is None]
    return stay if stay and device.kind == "kiosk" else wards


def _wards(wards: Sequence[Ward], own: Mapping[str, WardAsking]) -> list[BundleWard]:
    nothing = WardAsking()
    into: dict[str, list[str]] = defaultdict(list)
    for old, new in Merge.objects.values_list("ward", "into").order_by("ward"):
        into[new].append(old)
    return [
        BundleWard(
            ward.code,
            ward.name,
            tuple(ward.languages.split()),
            ward.when_left,
            tuple(_merged(ward.code, into)),
            asks.survey,
            tuple(asks.also.split()),
            asks.sms_survey,
        )
        for ward in wards
        for asks in [own.get(ward.code, nothing)]
    ]


def _merged(code: str, into: Mapping[str, Sequence[str]]) -> list[str]:
    """All that were merged into it, and into those before. No ward is merged into one
    that is closed, so there is no circle."""
    return [one for old in into.get(code, ()) for one in (old, *_merged(old, into))]


def _cards(wards: Sequence[str]) -> dict[str, list[BundleCard]]:
    """The newest few of each ward."""
    cards: dict[str, list[BundleCard]] = defaultdict(list)
    for card in Card.objects.filter(ward__in=wards).order_by("-on", "-id"):
        several = cards[card.ward_id]
        if len(several) < CARDS_A_WARD:
            several.append(BundleCard(card.said, card.did, card.on))
    return dict(cards)
