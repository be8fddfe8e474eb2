"""What has this tablet been given to ask, and on which ward?

Everything comes from the log's notes, where the sync agent puts what central signed.
The signature is checked here again: the kiosk trusts nobody who can write the file.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, replace

from feedback import log as notes
from feedback.bundle import Bundle, BundleError, Ward, newer
from feedback.log import Log
from feedback.short_words import short_words
from feedback.survey import Survey
from kiosk.fonts import FAMILIES
from kiosk.logs import logger
from kiosk.staff import put_aside, staff_phrase


@dataclass(frozen=True, slots=True)
class Ready:
    """`staff`: the name of a phrase for staff, or empty."""

    bundle: Bundle
    ward: Ward
    staff: str = ""

    @property
    def offered(self) -> tuple[str, ...]:
        """Names of the surveys that the welcome offers, what the ward asks first."""
        return self.bundle.offered_on(self.ward)

    @property
    def survey(self) -> Survey:
        return self.bundle.surveys[self.offered[0]]

    def languages(self, survey: Survey) -> tuple[str, ...]:
        """Those that speakers have checked, and those that the ward turned on itself,
        in the survey's order; none that this kiosk has no letters and phrases for."""
        on = survey.reviewed.union(self.ward.languages) & FAMILIES.keys()
        return tuple(one for one in survey.languages if one in on) or ("en",)


@dataclass(frozen=True, slots=True)
class NotReady:
    """`why` is the name of a phrase; `detail` is for the technician, who compares
    `short_words`, this tablet's own, with central's."""

    why: str
    detail: str = ""
    short_words: str = ""


class Holder:
    """Holds the last good bundle, and looks for a newer one when the file changes."""

    def __init__(self, log: Log, ward: str) -> None:
        self._log = log
        self._ward = ward
        self._read_at: tuple[object, int] = (None, -1)
        self._seen: tuple[str | None, ...] = ()
        self._refused = ""
        self._staff = self._aside = ""
        self._bundle: Bundle | None = None

    def look(self) -> Ready | NotReady:
        """What to work from now. Cheap while nobody has written to the file.

        LogError when the file cannot be read: what was held before is still good.
        """
        version = self._log.data_version()
        # The number is the connection's own: one opened anew may begin with the same.
        now = (self._log.db, version)
        if now != self._read_at:
            self._read_notes()
            self._read_at = now
        found = self._found()
        if isinstance(found, Ready):
            return replace(found, staff=self._staff)
        return replace(found, short_words=short_words(self._log.public_key))

    @property
    def refuses(self) -> bool:
        """Whether what lies in the notes now is no good, and an older one is held."""
        return bool(self._refused)

    def _read_notes(self) -> None:
        aside = put_aside(self._log.path)
        self._aside = aside[-1].name if aside else ""
        state = staff_phrase(self._log.note(notes.SYNC_STATUS))
        self._staff = state or ("staff_aside" if aside else "")
        keys = (notes.ROOT, notes.KEYS, notes.BUNDLE)
        found = tuple(self._log.note(key) for key in keys)
        # The agent writes every few seconds; to check a bundle takes far longer than
        # to see that it is the one from before.
        if found != self._seen:
            self._take(*found)
            self._seen = found

    def _take(self, root: str | None, keys: str | None, signed: str | None) -> None:
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
            logger.warning("bundle refused", version=held, error=type(error).__name__)

    def _found(self) -> Ready | NotReady:
        if self._bundle is not None:
            return _with_ward(self._bundle, self._ward)
        if self._refused:
            return NotReady("setup_broken", self._refused)
        if self._aside:
            return NotReady("setup_aside", self._aside)
        return NotReady("setup_enrol")


def _with_ward(bundle: Bundle, code: str) -> Ready | NotReady:
    if not code and len(bundle.wards) == 1:
        return Ready(bundle, bundle.wards[0])
    ward = bundle.ward(code)
    if ward is None:
        return NotReady("setup_ward", ", ".join(ward.code for ward in bundle.wards))
    return Ready(bundle, ward)
