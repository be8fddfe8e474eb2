"""The hospital of a storm: keys, tables, one ward, one survey, a kiosk and a gateway
that are enrolled and have their bundle. Each storm has a copy.

`found` runs within central (`wardvoice-central shell`): a demonstration's ninety days
of answers would cost each storm more than its own.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from deploy.demo.processes import Processes, listens
from deploy.demo.programs import KIOSK_WARD, House, Ports
from deploy.demo.trust import enrol

FOUND = "from tests.faults.hospital import found; found()"
KINDS = {"kiosk": "kiosk", "gateway": "sms"}


def build(folder: Path, database: str) -> Path:
    """The folder of a hospital whose central has no answers yet."""
    house = House(folder, Ports(), database)
    running = Processes(folder / "output")
    said = running.run(house.central("shell", "-c", FOUND))
    codes = dict(line.split() for line in said.splitlines() if line.count(" ") == 1)
    running.start(house.central("serve", name="central"))
    try:
        running.wait_for("central", lambda: listens(house.ports.central))
        for name, kind in KINDS.items():
            log = folder / f"{name}.db"
            enrol(house, running, log, codes[kind])
            running.run(house.sync(log, "once", name="once"))
    finally:
        running.stop_all()
    for name in ("twilio", "pepper", "opt-out-pepper", "sms-key"):
        house.secret(name)
    shutil.rmtree(folder / "output")
    return folder


def found() -> None:
    from django.core.management import call_command
    from django.utils import timezone

    from central.devices.enrolment import make_code
    from central.places.models import Site, Trust, Ward
    from central.surveys.published import publish
    from feedback.assets import assets_folder

    call_command("keys", stdout=sys.stderr)
    call_command("migrate", verbosity=0)
    site = Site.objects.create(trust=Trust.objects.create(name="Elm"), name="Elm")
    Ward.objects.create(code=KIOSK_WARD, site=site, name="Bluebell")
    text = (assets_folder() / "surveys" / "inpatient.toml").read_text(encoding="utf-8")
    publish(text, "inpatient.toml", timezone.now())
    for kind in KINDS.values():
        print(kind, make_code([KIOSK_WARD], kind, timezone.now()))
