"""How does an empty folder become a hospital with a tablet and a text line?

The same steps as a technician takes, with the same commands: keys, database, wards,
a one-time code for each device, an agent beside each log.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from deploy.demo.processes import Processes, ProgramFailed, listens
from deploy.demo.programs import KIOSK_WARD, House
from feedback import log as notes
from feedback.log import Log

MANAGER = "bluebell.manager"
BUNDLE_TIMEOUT_S = 30.0
_CODE = r"[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}"


@dataclass(frozen=True)
class Hospital:
    """What `demo-data` printed: who may log in, and the devices' one-time codes."""

    users: str
    password: str
    codes: Mapping[str, str]


def build_hospital(house: House, running: Processes) -> Hospital:
    """Keys, tables, wards, twenty weeks of made-up answers, and a code per device."""
    running.run(house.central("keys"))
    running.run(house.central("migrate"))
    receipts = f"{house.central_url}/receipt/"
    said = running.run(
        house.central(
            *("demo-data", "--enrolment-codes", KIOSK_WARD, "--receipts", receipts)
        )
    )
    return Hospital(
        users=_printed(r"users: (.+)", said),
        password=_printed(r"password of each: (\S+)", said),
        codes=dict(re.findall(rf"enrolment code (\w+): ({_CODE})", said)),
    )


def _printed(pattern: str, said: str) -> str:
    found = re.search(pattern, said)
    if found is None:
        raise ProgramFailed(f"demo-data did not print {pattern!r}:\n{said}")
    return found.group(1)


def start_central(house: House, running: Processes) -> None:
    running.start(house.central("serve", name="central"))
    running.wait_for("central", lambda: listens(house.ports.central))


def new_code(house: House, running: Processes, ward: str) -> str:
    """A one-time code for a tablet of this ward."""
    said = running.run(house.central("enrol-code", ward))
    return _printed(f"({_CODE})", said)


def enrol(
    house: House, running: Processes, log: Path, code: str, url: str = ""
) -> None:
    words = ("enrol", code, "--central", url or house.central_url)
    running.run(house.sync(log, *words, name="sync-enrol"))


def start_collectors(house: House, running: Processes, hospital: Hospital) -> None:
    """Enrol tablet and gateway, start their agents, and wait for their bundles."""
    enrol(house, running, house.kiosk_log, hospital.codes[KIOSK_WARD])
    enrol(house, running, house.gateway_log, hospital.codes["sms"])
    agents = (("kiosk-agent", house.kiosk_log), ("sms-agent", house.gateway_log))
    for name, log in agents:
        running.start(house.sync(log, "run", name=name))
    for name, log in agents:
        running.wait_for(name, partial(has_bundle, log), BUNDLE_TIMEOUT_S)
    running.start(house.sms("serve"))
    running.wait_for("sms", lambda: listens(house.ports.sms))


def has_bundle(path: Path) -> bool:
    with Log.open(path) as log:
        return log.note(notes.BUNDLE) is not None
