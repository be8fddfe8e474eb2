"""Is there a newer bundle, and is it to be trusted?

The last good one stays until a newer, whole and signed one is on the disk.
"""

from __future__ import annotations

import base64
import binascii

from feedback.bundle import DOCUMENT_BYTES, BundleError, newer, read_bundle
from feedback.log import BUNDLE, KEYS, ROOT, Log
from feedback.wire import (
    SIGNATURE_HEADER,
    Unreadable,
    read_json,
    sha256,
    signature_header,
)
from sync.connection import Came, Connection, not_central
from sync.errors import NoAnswer

REPLY_BYTES = 2 * DOCUMENT_BYTES + 10_000


def held_versions(log: Log) -> tuple[int, int]:
    """The versions of the bundle in the log and of its keys; 0 when none there can be
    trusted."""
    keys, bundle = log.note(KEYS), log.note(BUNDLE)
    if not keys or not bundle:
        return 0, 0
    try:
        held = read_bundle(bundle, keys, root_key(log))
    except BundleError:
        return 0, 0
    return held.version, held.keys_version


def root_key(log: Log) -> bytes:
    """The organisation's root public key, which the device learnt at enrolment."""
    try:
        return base64.b64decode(log.note(ROOT) or "", validate=True)
    except binascii.Error as error:
        raise BundleError("the root key in this file is damaged") from error


class Pull:
    """Fetches a log's bundles over one connection; keeps the tag of the one held."""

    def __init__(self, log: Log, connection: Connection) -> None:
        self._log = log
        self._connection = connection
        self._etag = ""
        self.held, self._held_keys = held_versions(log)
        self.trouble = ""

    def take(self) -> None:
        """Hold central's newest bundle, or keep the last good one and say why."""
        try:
            self._take()
        except (BundleError, NoAnswer) as error:
            self.trouble = str(error)

    def _take(self) -> None:
        came = self._fetch()
        if came.status == 304:
            return
        keys, bundle = _documents(came)
        root = root_key(self._log)
        taken = newer(keys, bundle, root, self.held, self._held_keys)
        self.held, self._held_keys = taken.version, taken.keys_version
        with self._log.transaction():  # the kiosk never sees one without the other
            self._log.set_note(KEYS, keys)
            self._log.set_note(BUNDLE, bundle)
        self._etag = came.etag
        self.trouble = ""

    def _fetch(self) -> Came:
        path = f"/api/v1/devices/{self._log.device}/bundle"
        signature = signature_header(self._log.sign, "GET", path, 0, b"")
        headers = {SIGNATURE_HEADER: signature}
        if self._etag:
            headers["If-None-Match"] = self._etag
        return self._connection.ask("GET", path, headers, most_bytes=REPLY_BYTES)


def _documents(came: Came) -> tuple[str, str]:
    """The keys document and the bundle, as signed texts that nobody has judged yet."""
    try:
        data = read_json(came.content)
    except Unreadable as error:
        raise not_central(came, b"") from error
    if not isinstance(data, dict) or data.get("sha256") != sha256(b""):
        raise not_central(came, b"")
    if came.status != 200:
        raise NoAnswer("busy", came.status)
    return str(data.get("keys")), str(data.get("bundle"))
