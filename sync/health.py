"""How is this machine? What a heartbeat tells central beside the answers."""

from __future__ import annotations

import json
import platform
import shutil
import sqlite3
from datetime import datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from feedback.answer import utc_text
from feedback.log import SMS_STATUS, Log

POWER_SUPPLIES = Path("/sys/class/power_supply")
SMS_STATUS_CHARS = 15_000  # of the 20,000 that central keeps of a whole status


def health(
    log: Log, bundle: int, now: datetime, power: Path = POWER_SUPPLIES
) -> dict[str, object]:
    """The `status` of a batch: figures and program versions, never a patient's word."""
    found: dict[str, object] = {
        "versions": versions(),
        "clock": utc_text(now),  # central says by how much it is wrong
        "bundle": bundle,
        "disk_free_bytes": shutil.disk_usage(log.path.parent).free,
        "unsent": log.unsent,
    }
    percent = battery_percent(power)
    if percent is not None:
        found["battery_percent"] = percent
    texts = _of_the_gateway(log)
    if texts:
        found["sms"] = texts
    return found


def _of_the_gateway(log: Log) -> dict[str, object]:
    """What an SMS gateway left in this log of its texts; nothing on a tablet."""
    note = log.note(SMS_STATUS) or ""
    if len(note) > SMS_STATUS_CHARS:
        return {}
    try:
        said = json.loads(note or "{}")
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def versions() -> dict[str, str]:
    return {
        "wardvoice": our_version(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
    }


@cache
def our_version() -> str:
    try:
        return version("wardvoice")
    except PackageNotFoundError:
        return "not installed"  # run from a checkout


def battery_percent(power: Path) -> int | None:
    """The lowest battery of the machine; None when there is none that can be read."""
    found = []
    for file in power.glob("*/capacity"):
        try:
            percent = int(file.read_text().strip())
        except (OSError, ValueError):
            continue  # a supply without a figure is no battery of ours
        if 0 <= percent <= 100:
            found.append(percent)
    return min(found, default=None)
