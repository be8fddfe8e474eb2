"""What does the organisation ask of this device?

The bundle: surveys, wards, opening hours, "You said, we did" cards, the staff PIN's
hash. It is signed by central's online key; that key and the keys for comments stand
in a small document signed by the organisation's offline root, which the device learns
when it enrols. Whoever takes over the web server cannot change who reads comments.
A bundle that is broken, unsigned or older is refused, and the last good one stays.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from nacl.exceptions import CryptoError
from nacl.signing import SigningKey, VerifyKey

from feedback.survey import Survey
from feedback.surveys import SurveyError, read_survey
from feedback.tomlfile import is_language
from feedback.wire import Unreadable, read_json

_KEY_ID = re.compile(r"[a-z0-9-]{1,32}")
DOCUMENT_BYTES = 4_000_000
ADDRESS_CHARS = 200

LEFT, WITHDRAWN = "left", "withdrawn"
WHEN_LEFT = (LEFT, WITHDRAWN)


class BundleError(Exception):
    """A bundle that is refused; the text says why, for a technician."""


@dataclass(frozen=True, slots=True)
class Ward:
    """`languages`: those that no speaker has checked, and that this ward turned on.
    `when_left`: what becomes of the answers of someone who walks away. `was`: codes of
    the wards that were merged into it; a tablet that was set up for one is its now.
    `survey` with `also`, and `sms_survey`: what it asks in place of what the bundle
    says for every ward (ADR 20); empty where it has nothing of its own."""

    code: str
    name: str
    languages: tuple[str, ...] = ()
    when_left: str = LEFT
    was: tuple[str, ...] = ()
    survey: str = ""
    also: tuple[str, ...] = ()
    sms_survey: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """One "You said, we did" of a ward."""

    said: str
    did: str
    at: date


@dataclass(frozen=True, slots=True)
class Bundle:
    """What a device works from. `survey`, `sms_survey` and those of `also`, which the
    welcome screen offers beside it, name members of `surveys`. `receipts`: where a
    patient's receipt code is used."""

    version: int
    organisation: str
    surveys: Mapping[str, Survey]
    survey: str
    sms_survey: str
    wards: tuple[Ward, ...]
    opening_hours: Mapping[str, str]
    cards: Mapping[str, tuple[Card, ...]]
    pin_hash: str
    comment_key_id: str
    comment_public_key: bytes
    keys_version: int = 0
    also: tuple[str, ...] = ()
    receipts: str = ""

    def ward(self, code: str) -> Ward | None:
        """The ward of this code, or else the one that it was merged into."""
        here = next((ward for ward in self.wards if ward.code == code), None)
        return here or next((ward for ward in self.wards if code in ward.was), None)

    def offered_on(self, ward: Ward) -> tuple[str, ...]:
        """The surveys that a tablet of this ward offers, the one that it asks first."""
        if ward.survey:
            return (ward.survey, *ward.also)
        return (self.survey, *self.also)

    def texted_on(self, code: str) -> str:
        """The survey that texts ask for the ward of this code."""
        ward = self.ward(code)
        return (ward.sms_survey if ward else "") or self.sms_survey


@dataclass(frozen=True, slots=True)
class Keys:
    """What the root has signed. Comments are sealed for `comment_key` from now on; the
    others may still be used by devices that have not heard of it."""

    version: int
    online: bytes
    comment_keys: Mapping[str, bytes]
    comment_key: str


# ── writing, at central ──────────────────────────────────────────────────────


def sign_document(body: Mapping[str, object], seed: bytes) -> str:
    """The body as JSON text, with the Ed25519 signature of exactly that text."""
    text = json.dumps(body, ensure_ascii=False, sort_keys=True)
    signature = SigningKey(seed).sign(text.encode()).signature
    return json.dumps({"body": text, "signature": _b64(signature)}, ensure_ascii=False)


def keys_document(
    version: int,
    online_public: bytes,
    comment_keys: Mapping[str, bytes],
    comment_key: str,
) -> dict[str, object]:
    """The body that the offline root signs. `comment_key`: the one to seal for now."""
    assert comment_key in comment_keys
    return {
        "version": version,
        "online": _b64(online_public),
        "comment_keys": {name: _b64(key) for name, key in comment_keys.items()},
        "comment_key": comment_key,
    }


def bundle_document(
    version: int,
    organisation: str,
    surveys: Mapping[str, str],
    survey: str,
    sms_survey: str,
    wards: Sequence[Ward],
    cards: Mapping[str, Sequence[Card]],
    opening_hours: Mapping[str, str] | None = None,
    pin_hash: str = "",
    also: Sequence[str] = (),
    receipts: str = "",
) -> dict[str, object]:
    """The body that central's online key signs. `surveys` maps names to TOML texts."""
    return {
        "version": version,
        "organisation": organisation,
        "surveys": dict(surveys),
        "survey": survey,
        "sms_survey": sms_survey,
        "also": list(also),
        "wards": [_ward_written(ward) for ward in wards],
        "opening_hours": dict(opening_hours or {}),
        "cards": {
            code: [_card_written(card) for card in several]
            for code, several in cards.items()
        },
        "pin_hash": pin_hash,
        "receipts": receipts,
    }


def _ward_written(ward: Ward) -> dict[str, object]:
    words: dict[str, object] = {
        "code": ward.code,
        "name": ward.name,
        "languages": list(ward.languages),
        "when_left": ward.when_left,
        "was": list(ward.was),
    }
    if ward.survey:
        words |= {"survey": ward.survey, "also": list(ward.also)}
    if ward.sms_survey:
        words["sms_survey"] = ward.sms_survey
    return words


def _card_written(card: Card) -> dict[str, object]:
    return {"said": card.said, "did": card.did, "at": card.at.isoformat()}


# ── reading, on the device ───────────────────────────────────────────────────


def newer(
    signed_keys: str,
    signed_bundle: str,
    root: bytes,
    held_version: int,
    held_keys_version: int = 0,
) -> Bundle:
    """The bundle, if it is whole, signed and newer than the one held.

    Its keys may stay as they are, but never go back: an old document of the root's
    would bring an online key to life that was replaced because it was stolen.
    """
    bundle = read_bundle(signed_bundle, signed_keys, root)
    if bundle.version <= held_version:
        raise BundleError(
            f"version {bundle.version} is not above {held_version}, which is held"
        )
    if bundle.keys_version < held_keys_version:
        raise BundleError(
            f"keys version {bundle.keys_version} is below {held_keys_version}"
        )
    return bundle


def read_bundle(signed_bundle: str, signed_keys: str, root: bytes) -> Bundle:
    """The bundle under the organisation's root public key; BundleError if not whole."""
    keys = _verified(signed_keys, root, "the keys document")
    body = _verified(signed_bundle, _key(keys, "online"), "the bundle")
    try:
        return _bundle(body, keys)
    except SurveyError as error:
        raise BundleError(f"a survey in the bundle: {error}") from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BundleError(f"the bundle lacks something: {error}") from error


def read_keys(signed_keys: str, root: bytes) -> Keys:
    """The keys document under the root public key; BundleError if not whole. Every key
    in it is looked at: a device looks at the two that it uses."""
    body = _verified(signed_keys, root, "the keys document")
    version, several = _version(body), body.get("comment_keys")
    if not isinstance(several, dict) or not all(map(_KEY_ID.fullmatch, several)):
        raise BundleError("a comment key has no proper name")
    comment_keys = {name: _key(several, name) for name in several}
    current = str(body.get("comment_key"))
    if current not in comment_keys:
        raise BundleError(f"the key {current[:32]} is missing")
    return Keys(version, _key(body, "online"), comment_keys, current)


def _verified(signed: str, public_key: bytes, what: str) -> dict[str, Any]:
    try:
        outer = read_json(signed[:DOCUMENT_BYTES].encode())
        text = str(outer["body"])
        signature = base64.b64decode(outer["signature"])
        VerifyKey(public_key).verify(text.encode(), signature)
        body = read_json(text.encode())
    except (Unreadable, CryptoError, KeyError, TypeError, ValueError) as error:
        raise BundleError(f"{what} is broken or not signed by the right key") from error
    if not isinstance(body, dict):
        raise BundleError(f"{what} is not a document")
    return body


def _bundle(body: dict[str, Any], keys: dict[str, Any]) -> Bundle:
    surveys = {
        name: _survey(name, text) for name, text in dict(body["surveys"]).items()
    }
    also = tuple(body.get("also", []))
    wards = tuple(map(_ward, body["wards"]))
    _look_for_all(surveys, body, also, wards)
    key_id = str(keys["comment_key"])
    if not _KEY_ID.fullmatch(key_id):
        raise BundleError("the comment key has no proper name")
    return Bundle(
        version=_version(body),
        organisation=str(body["organisation"]),
        surveys=surveys,
        survey=body["survey"],
        sms_survey=body["sms_survey"],
        wards=wards,
        opening_hours=dict(body["opening_hours"]),
        cards={code: tuple(map(_card, all_)) for code, all_ in body["cards"].items()},
        pin_hash=str(body["pin_hash"]),
        comment_key_id=key_id,
        comment_public_key=_key(keys["comment_keys"], key_id),
        keys_version=_version(keys),
        also=also,
        receipts=_address(body.get("receipts", "")),
    )


def _look_for_all(
    surveys: Collection[str],
    body: Mapping[str, Any],
    also: Sequence[str],
    wards: Sequence[Ward],
) -> None:
    """What every ward asks, and what each asks of its own."""
    survey, sms_survey = body["survey"], body["sms_survey"]
    _look_for(surveys, survey, sms_survey, also)
    for ward in wards:
        own, texted = ward.survey or survey, ward.sms_survey or sms_survey
        _look_for(surveys, own, texted, ward.also)


def _look_for(
    surveys: Collection[str], survey: str, sms_survey: str, also: Sequence[str]
) -> None:
    """What is asked must be there to be asked, and is not offered twice."""
    asked = {"survey": survey, "sms_survey": sms_survey}
    for word, name in (*asked.items(), *(("also", name) for name in also)):
        if name not in surveys:
            raise BundleError(f"{word} {name!r} is not in the bundle")
    if len({survey, *also}) <= len(also):
        raise BundleError("also names a survey twice")


def _version(document: Mapping[str, Any]) -> int:
    version = document.get("version")
    if type(version) is not int or version < 1:
        raise BundleError("a version is not a number from 1")
    return version


def _ward(raw: dict[str, Any]) -> Ward:
    """A ward. Bundles of the first version have its code and its name only."""
    ward = Ward(
        code=str(raw["code"]),
        name=str(raw["name"]),
        languages=tuple(raw.get("languages", [])),
        when_left=raw.get("when_left", LEFT),
        was=tuple(raw.get("was", [])),
        survey=str(raw.get("survey", "")),
        also=tuple(raw.get("also", [])),
        sms_survey=str(raw.get("sms_survey", "")),
    )
    if ward.also and not ward.survey:
        raise BundleError(f"ward {ward.code}: also stands beside a survey of its own")
    if ward.when_left not in WHEN_LEFT:
        raise BundleError(f"ward {ward.code}: when_left is {' or '.join(WHEN_LEFT)}")
    if not all(isinstance(one, str) and is_language(one) for one in ward.languages):
        raise BundleError(f"ward {ward.code}: languages are a list such as ['cy']")
    if not all(isinstance(one, str) for one in ward.was):
        raise BundleError(f"ward {ward.code}: was is a list of codes")
    return ward


def _address(address: object) -> str:
    """An address for people to type: it is shown, and never opened."""
    if not isinstance(address, str) or len(address) > ADDRESS_CHARS:
        raise BundleError(f"receipts is an address of {ADDRESS_CHARS} characters")
    if address and not re.fullmatch(r"https?://[!-~]+", address):
        raise BundleError("receipts is no address of a page")
    return address


def _survey(name: str, text: str) -> Survey:
    survey = read_survey(text, name)
    if survey.name != name:
        raise BundleError(f"the survey {survey.name} is filed as {name}")
    return survey


def _card(raw: dict[str, str]) -> Card:
    return Card(str(raw["said"]), str(raw["did"]), date.fromisoformat(raw["at"]))


def _key(keys: Mapping[str, Any], name: str) -> bytes:
    try:
        key = base64.b64decode(keys[name], validate=True)
    except (KeyError, TypeError, ValueError) as error:
        raise BundleError(f"the key {name} is missing or damaged") from error
    if len(key) != 32:
        raise BundleError(f"the key {name} is not 32 bytes")
    return key


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
