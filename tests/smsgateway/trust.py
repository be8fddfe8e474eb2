"""An organisation for tests: its keys, its bundle, and who may open its comments."""

from __future__ import annotations

import base64
from pathlib import Path

from nacl.signing import SigningKey

from feedback.assets import assets_folder
from feedback.bundle import Ward, bundle_document, keys_document, sign_document
from feedback.log import BUNDLE, KEYS, ROOT
from feedback.seal import is_sealed, new_key_pair, open_sealed
from smsgateway.heard import read_heard
from smsgateway.voice import LANGUAGES

INPATIENT = assets_folder() / "surveys" / "inpatient.toml"
HEARD = read_heard(assets_folder() / "heard")
WARDS = (
    Ward("ROWAN", "Rowan Ward", languages=LANGUAGES),
    Ward("BIRCH", "Birch Ward", languages=LANGUAGES),
)
TOKEN = "token-of-the-tests-0123456789"
PEPPER = "pepper-of-the-tests-0123456789"
OPT_OUT_PEPPER = "opt-out-pepper-of-the-tests-0123"
OWN_KEY = "own-key-of-the-tests-0123456789"
ACCOUNT = "AC" + "0123456789abcdef" * 2


class Trust:
    def __init__(self) -> None:
        self.root = SigningKey.generate()
        self.online = SigningKey.generate()
        self.public, self.private = new_key_pair()

    def documents(
        self, surveys=None, ask="inpatient@1", version=1, wards=WARDS
    ) -> tuple[str, str]:
        """The signed bundle and the signed keys."""
        surveys = surveys or {"inpatient@1": INPATIENT.read_text(encoding="utf-8")}
        bundle = bundle_document(
            version, "Harbour View Hospitals", surveys, ask, ask, wards, {}
        )
        keys = keys_document(
            1, bytes(self.online.verify_key), {"k1": self.public}, "k1"
        )
        return (
            sign_document(bundle, bytes(self.online)),
            sign_document(keys, bytes(self.root)),
        )

    def send_bundle(self, log, **what) -> None:
        """What the sync agent leaves in the log's file."""
        bundle, keys = self.documents(**what)
        log.set_note(ROOT, base64.b64encode(bytes(self.root.verify_key)).decode())
        log.set_note(KEYS, keys)
        log.set_note(BUNDLE, bundle)

    def plain(self, row) -> str:
        """The row's value, opened with the organisation's private key if sealed."""
        if not is_sealed(row.value):
            return row.value
        return open_sealed(row.value, row.response, row.question, {"k1": self.private})


def environ_for(folder: Path, **more: str) -> dict[str, str]:
    return {
        "WARDVOICE_LOG": str(folder / "sms.db"),
        "WARDVOICE_SMS_PUBLIC_URL": "https://sms.example.org",
        "WARDVOICE_SMS_ACCOUNT_SID": ACCOUNT,
        "WARDVOICE_SMS_AUTH_TOKEN": TOKEN,
        "WARDVOICE_SMS_NUMBERS": "+447700900500=ROWAN,+447700900501=BIRCH",
        "WARDVOICE_SMS_PEPPER": PEPPER,
        "WARDVOICE_SMS_OPT_OUT_PEPPER": OPT_OUT_PEPPER,
        "WARDVOICE_SMS_KEY": OWN_KEY,
        "WARDVOICE_SMS_RECONCILE": "no",  # unless a test brings a Twilio of its own
        **more,
    }
