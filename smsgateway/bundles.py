"""What are we to ask, and for whose eyes are comments sealed?

The sync agent leaves the signed bundle in the log's file. A newer one is taken up for
new conversations; one that has begun ends on the survey it began with, so the bundle
that brought each survey is kept beside it.
"""

from __future__ import annotations

import base64
import binascii
import json

import structlog

from feedback.bundle import Bundle, BundleError, read_bundle
from feedback.log import BUNDLE, KEYS, ROOT, Log
from feedback.survey import Survey

logger = structlog.get_logger()


class Bundles:
    """The last good bundle, and the surveys of those before it."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._looked_at: tuple[object, int] = (None, -1)
        self._seen: tuple[str | None, ...] = ()
        self._bundle: Bundle | None = None
        self._surveys: dict[str, Survey] = {}

    def current(self) -> Bundle | None:
        # A number that changes whenever another program has written: asking costs
        # microseconds, reading the bundle again does not.
        version = self._log.data_version()
        # The number is the connection's own: one opened anew may begin with the same.
        now = (self._log.db, version)
        if now != self._looked_at:
            self._look()
            self._looked_at = now
        return self._bundle

    def survey(self, name: str) -> Survey | None:
        """A survey of this or of an earlier bundle."""
        if name not in self._surveys:
            note = self._log.note(_note_of(name))
            if note is not None:
                signed, keys = json.loads(note)
                self._remember(self._read(signed, keys))
        return self._surveys.get(name)

    def _look(self) -> None:
        found = (self._log.note(BUNDLE), self._log.note(KEYS), self._log.note(ROOT))
        if found == self._seen:
            return
        signed, keys, root = found
        if signed and keys and root:
            self._take(signed, keys)
        self._seen = found

    def _take(self, signed: str, keys: str) -> None:
        bundle = self._read(signed, keys)
        if bundle is None or self._is_older(bundle):
            return
        texted = {bundle.texted_on(ward.code) for ward in bundle.wards}
        for survey in sorted(texted | {bundle.sms_survey}):
            self._log.set_note(_note_of(survey), json.dumps([signed, keys]))
        self._bundle = bundle
        self._remember(bundle)
        logger.info("bundle", version=bundle.version, survey=bundle.sms_survey)

    def _read(self, signed: str, keys: str) -> Bundle | None:
        root = self._log.note(ROOT) or ""
        try:
            return read_bundle(signed, keys, base64.b64decode(root, validate=True))
        except (BundleError, binascii.Error) as error:
            logger.error("bundle refused, the last good one stays", why=str(error))
            return None

    def _is_older(self, bundle: Bundle) -> bool:
        held = self._bundle
        older = held is not None and (
            bundle.version < held.version or bundle.keys_version < held.keys_version
        )
        if older:
            logger.error("bundle refused: it is older", version=bundle.version)
        return older

    def _remember(self, bundle: Bundle | None) -> None:
        if bundle is not None:
            self._surveys.update(bundle.surveys)


def _note_of(survey: str) -> str:
    return f"sms_survey {survey}"
