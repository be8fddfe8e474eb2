"""What is this device told? The bundle, signed with central's online key."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from central.actions.models import Card
from central.devices.models import Device
from central.keys import OnlineKeys
from central.places.models import Ward
from central.settings import CENTRAL
from central.surveys.models import Asking, Published
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
    wards = list(device.wards.order_by("code"))
    document = bundle_document(
        version=asking.version,
        organisation=CENTRAL.organisation,
        surveys=_surveys(asking),
        survey=asking.survey,
        sms_survey=asking.sms_survey,
        wards=[_ward(ward) for ward in wards],
        cards=_cards([ward.code for ward in wards]),
        opening_hours=asking.opening_hours,
        pin_hash=asking.pin_hash,
        also=asking.also.split(),
        receipts=asking.receipts,
    )
    return asking.version, sign_document(document, keys.online_seed)


def _surveys(asking: Asking) -> dict[str, str]:
    """Those that are asked now. A gateway keeps the bundles of open conversations; in
    eleven languages each survey costs a starting tablet 15 ms."""
    names = {asking.survey, asking.sms_survey, *asking.also.split()}
    rows = Published.objects.filter(name__in=names)
    return dict(rows.values_list("name", "text"))


def _ward(ward: Ward) -> BundleWard:
    languages = tuple(ward.languages.split())
    return BundleWard(ward.code, ward.name, languages, ward.when_left)


def _cards(wards: Sequence[str]) -> dict[str, list[BundleCard]]:
    """The newest few of each ward."""
    cards: dict[str, list[BundleCard]] = defaultdict(list)
    for card in Card.objects.filter(ward__in=wards).order_by("-on", "-id"):
        several = cards[card.ward_id]
        if len(several) < CARDS_A_WARD:
            several.append(BundleCard(card.said, card.did, card.on))
    return dict(cards)
