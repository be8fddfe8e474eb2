"""What has this tablet been given to ask, and on which ward?

Everything comes from the log's notes, where the sync agent puts what central signed.
The signature is checked here again: the kiosk trusts nobody who can write the file.
"""

from __future__ import annotations

import base64
import logging
from dataclasses import dataclass

from feedback import log as notes
from feedback.bundle import Bundle, BundleError, Ward, newer
from feedback.log import Log
from feedback.survey import Survey

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ready:
    bundle: Bundle
    ward: Ward

    @property
    def survey(self) -> Survey:
        return self.bundle.surveys[self.bundle.survey]


@dataclass(frozen=True, slots=True)
class NotReady:
    """`why` is the name of a phrase; `detail` is for the technician."""

    why: str
    detail: str = ""


class Holder:
    """Holds the last good bundle, and looks for a newer one when the file changes."""

    def __init__(self, log: Log, ward: str) -> None:
        self._log = log
        self._ward = ward
        self._seen = -1
        self._refused = ""
        self._bundle: Bundle | None = None

    def look(self) -> Ready | NotReady:
        """What to work from now. Cheap while nobody has written to the file."""
        version = self._log.data_version()
        if version != self._seen:
            self._seen = version
            self._take(self._log.note(notes.BUNDLE))
        if self._bundle is None:
            return NotReady(
                "setup_broken" if self._refused else "setup_enrol", self._refused
            )
        return _with_ward(self._bundle, self._ward)

    def _take(self, signed: str | None) -> None:
        root, keys = self._log.note(notes.ROOT), self._log.note(notes.KEYS)
        if not (signed and root and keys):
            return
        held = self._bundle.version if self._bundle else 0
        held_keys = self._bundle.keys_version if self._bundle else 0
        try:
            trusted = base64.b64decode(root)
            self._bundle = newer(keys, signed, trusted, held, held_keys)
            self._refused = ""
        except (BundleError, ValueError) as error:
            self._refused = str(error)
            _log.info("bundle=kept version=%s because=%s", held, error)


def _with_ward(bundle: Bundle, code: str) -> Ready | NotReady:
    if not code and len(bundle.wards) == 1:
        return Ready(bundle, bundle.wards[0])
    ward = bundle.ward(code)
    if ward is None:
        return NotReady("setup_ward", ", ".join(ward.code for ward in bundle.wards))
    return Ready(bundle, ward)
