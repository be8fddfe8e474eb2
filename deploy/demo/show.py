"""`make demo` and `make train`: all of Wardvoice in front of you, until Ctrl-C."""

from __future__ import annotations

import fcntl
import shutil
import signal
import time
from pathlib import Path

from deploy.demo.processes import Processes, ProgramFailed, free_port, listens
from deploy.demo.programs import KIOSK_WARD, NUMBER, House, Ports, has_display
from deploy.demo.trust import (
    MANAGER,
    Hospital,
    build_hospital,
    start_central,
    start_collectors,
)
from smsgateway.asking.team.accounts import hash_line

FIRST_PORT = 8700
_PRACTICE = """
This is for training: what is tapped and texted never counts. On the page of the phones
texts can be lost, doubled or late on purpose, and the time can be moved. An hour on,
the gateway asks which texts it has missed."""


def show(folder: Path, practice: bool) -> int:
    """Build the demonstration, start it, and wait. In `practice` nothing counts."""
    for told in (signal.SIGTERM, signal.SIGINT):  # a script's shell has SIGINT ignored
        signal.signal(told, signal.default_int_handler)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise ProgramFailed(f"another demonstration uses {folder}") from error
        return _show(folder, practice)


def _show(folder: Path, practice: bool) -> int:
    # Each demonstration begins anew: what was made up is not worth keeping.
    shutil.rmtree(folder / "house", ignore_errors=True)
    house = House(folder / "house", _ports(), phones=True, practice=practice)
    running = Processes(folder / "output")
    try:
        print("Making a hospital with twenty weeks of answers …", flush=True)
        hospital = build_hospital(house, running)
        print(
            "Starting central, the SMS gateway, two sync agents, the kiosk …",
            flush=True,
        )
        start_central(house, running)
        _let_in(house, hospital)
        # The phones first: the gateway asks at once what it has missed.
        running.start(house.sms("phone", name="phone"))
        running.wait_for("phone", lambda: listens(house.ports.phone))
        start_collectors(house, running, hospital)
        running.start(house.kiosk())
        running.run(house.morning())
        print(_welcome(house, hospital, folder), flush=True)
        return _watch(running)
    finally:
        running.stop_all()


def _let_in(house: House, hospital: Hospital) -> None:
    """The ward manager may look at the invitations too, with the same password."""
    house.users.touch(0o600)
    house.users.write_text(f"{hash_line(MANAGER, hospital.password)}\n")


def _ports() -> Ports:
    wanted = range(FIRST_PORT, FIRST_PORT + 3)
    return Ports(*(free_port() if listens(port) else port for port in wanted))


def _welcome(house: House, hospital: Hospital, folder: Path) -> str:
    screen = "has opened a window: tap it"
    if not has_display():
        screen = "runs unseen: there is no display here"
    practice = _PRACTICE if house.practice else ""
    return f"""
Wardvoice runs. Everything is on this machine; no text leaves it.{practice}

  The ward's page   {house.central_url}/wards/{KIOSK_WARD}/
  Simulated phones  {house.phone_url}/   (they text {NUMBER} and two more)
  Invitations       {house.sms_url}/team/   (who is asked by text, and who never)
  The kiosk         {screen}
  Morning mails     {house.mails}   (yesterday's, a file for each)

  Log in as         {MANAGER}
  Password          {hospital.password}
  (also: {hospital.users})

What each program says is in {folder / "output"}. Ctrl-C stops them all.
"""


def _watch(running: Processes) -> int:
    """Until Ctrl-C, or until a program that all need has ended."""
    while True:
        ended = running.ended()
        if ended == ["kiosk"]:
            print("The kiosk's window was closed; the rest goes on. Ctrl-C stops it.")
            running.stop("kiosk")
        elif ended:
            raise ProgramFailed(running.obituary(ended[0]))
        time.sleep(0.5)
