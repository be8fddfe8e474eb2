"""How is each program of Wardvoice started on this machine?

One folder holds everything: central's database and keys, the logs of the tablet and
of the SMS gateway. Nothing needs an account anywhere; the settings are the ones that
`--help` of each program names.
"""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from deploy.demo.processes import Program, free_port
from feedback.assets import assets_folder

ORGANISATION = "Riverbank Hospitals"
KIOSK_WARD = "BLUEBELL"
TEXT_WARD = "BLUEBELL"
NUMBER = "+447700900100"
# The other wards have lines too, so that a phone of the demonstration can choose.
NUMBERS = f"{NUMBER}={TEXT_WARD},+447700900110=FOXGLOVE,+447700900120=HEATHER"
ACCOUNT = "AC" + "0" * 32
POLICY = assets_folder() / "asking" / "policy.toml"


@dataclass(frozen=True)
class Ports:
    central: int = field(default_factory=free_port)
    sms: int = field(default_factory=free_port)
    phone: int = field(default_factory=free_port)


class House:
    """The files and ports of one whole Wardvoice in one folder. With `phones` the
    simulated phones stand in for Twilio's REST API. In `practice` nothing counts, and
    the gateway's time is the one of the phones."""

    def __init__(
        self,
        folder: Path,
        ports: Ports,
        database: str = "",
        phones: bool = False,
        practice: bool = False,
    ) -> None:
        self.folder = folder.resolve()
        self.phones, self.practice = phones, practice
        self.ports = ports
        self.database = database or f"sqlite:///{self.folder}/central.db"
        self.keys = self.folder / "keys"
        self.kiosk_log = self.folder / "kiosk.log.db"
        self.gateway_log = self.folder / "gateway.log.db"
        self.users = self.folder / "sms.users"
        self.mails = self.folder / "mails"

    @property
    def central_url(self) -> str:
        return f"http://127.0.0.1:{self.ports.central}"

    @property
    def sms_url(self) -> str:
        return f"http://127.0.0.1:{self.ports.sms}"

    @property
    def phone_url(self) -> str:
        return f"http://127.0.0.1:{self.ports.phone}"

    def secret(self, name: str) -> Path:
        """A secret of this house, made at the first asking, for its owner alone."""
        path = self.folder / f"{name}.secret"
        if not path.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            path.touch(0o600)
            path.write_text(secrets.token_urlsafe(48))
        return path

    # ── programs ─────────────────────────────────────────────────────────────

    def central(self, *arguments: str, name: str = "") -> Program:
        environ = {
            "WARDVOICE_DATABASE": self.database,
            "WARDVOICE_SECRET_KEY_FILE": str(self.secret("django")),
            "WARDVOICE_KEYS_DIR": str(self.keys),
            "WARDVOICE_HOSTS": "127.0.0.1,localhost",
            "WARDVOICE_ORGANISATION": ORGANISATION,
            "WARDVOICE_ERASURES": str(self.folder / "erasures.jsonl"),
            "WARDVOICE_PORT": str(self.ports.central),
            # On one machine the pages and the devices speak plain HTTP.
            "WARDVOICE_ALLOW_HTTP": "1",
        }
        name = name or f"central-{arguments[0]}"
        return _program(name, "central", arguments, environ)

    def morning(self) -> Program:
        """The morning mails of yesterday, into a folder: no mail leaves the machine."""
        program = self.central("morning")
        environ = {
            **program.environ,
            "WARDVOICE_MAIL_FOLDER": str(self.mails),
            "WARDVOICE_PUBLIC_URL": self.central_url,
        }
        return replace(program, environ=environ)

    def sync(self, log: Path, *arguments: str, name: str) -> Program:
        environ = {
            "WARDVOICE_LOG": str(log),
            "WARDVOICE_SYNC_SECONDS": "2",
            "WARDVOICE_ALLOW_HTTP": "1",
        }
        return _program(name, "sync", arguments, environ)

    def sms(self, *arguments: str, name: str = "sms") -> Program:
        environ = {
            "WARDVOICE_LOG": str(self.gateway_log),
            "WARDVOICE_SMS_PUBLIC_URL": self.sms_url,
            "WARDVOICE_SMS_ACCOUNT_SID": ACCOUNT,
            "WARDVOICE_SMS_AUTH_TOKEN_FILE": str(self.secret("twilio")),
            "WARDVOICE_SMS_NUMBERS": NUMBERS,
            "WARDVOICE_SMS_PEPPER_FILE": str(self.secret("pepper")),
            "WARDVOICE_SMS_OPT_OUT_PEPPER_FILE": str(self.secret("opt-out-pepper")),
            "WARDVOICE_SMS_KEY_FILE": str(self.secret("sms-key")),
            "WARDVOICE_SMS_COST": "free",
            "WARDVOICE_SMS_PORT": str(self.ports.sms),
            # No text of a demonstration is at Twilio.
            "WARDVOICE_SMS_RECONCILE": "yes" if self.phones else "no",
            "WARDVOICE_SMS_PHONE_PORT": str(self.ports.phone),
            # The phones' program stands in for Twilio's REST API too.
            "WARDVOICE_SMS_REST_URL": self.phone_url,
        }
        if self.phones:
            environ["WARDVOICE_SMS_ASKING"] = str(POLICY)
            environ["WARDVOICE_SMS_ASKING_KEY_FILE"] = str(self.secret("asking-key"))
            environ["WARDVOICE_SMS_USERS"] = str(self.users)
        if self.practice:
            environ["WARDVOICE_SMS_PRACTICE"] = "yes"
            environ["WARDVOICE_SMS_TRAINING_CLOCK"] = str(self.folder / "clock")
        return _program(name, "smsgateway", arguments, environ)

    def kiosk(self, *arguments: str, size: str = "1280x800") -> Program:
        arguments = (*arguments, "--practice") if self.practice else arguments
        return _program("kiosk", "kiosk", arguments, self.kiosk_environ(size))

    def kiosk_environ(self, size: str = "1280x800") -> dict[str, str]:
        found = {
            "WARDVOICE_LOG": str(self.kiosk_log),
            "WARDVOICE_KIOSK_WARD": KIOSK_WARD,
            "WARDVOICE_KIOSK_SIZE": size,
        }
        if not has_display():
            found["SDL_VIDEODRIVER"] = "offscreen"
        return found


def has_display() -> bool:
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _program(
    name: str, module: str, arguments: tuple[str, ...], environ: Mapping[str, str]
) -> Program:
    # This interpreter and its console commands are one installation.
    command = (sys.executable, "-m", module, *arguments)
    return Program(name, command, {**_plain_environ(), **environ})


def _plain_environ() -> dict[str, str]:
    # What a shell has set for another Wardvoice must not leak into this one.
    return {k: v for k, v in os.environ.items() if not k.startswith("WARDVOICE_")}
