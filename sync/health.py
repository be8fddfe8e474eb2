"""How is this machine? What a heartbeat tells central beside the answers."""

from __future__ import annotations

import platform
import shutil
import sqlite3
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from feedback.log import Log

POWER_SUPPLIES = Path("/sys/class/power_supply")


def health(log: Log, bundle: int, power: Path = POWER_SUPPLIES) -> dict[str, object]:
    """The `status` of a batch: figures and program versions, never a patient's word."""
    found: dict[str, object] = {
        "versions": versions(),
        "bundle": bundle,
        "disk_free_bytes": shutil.disk_usage(log.path.parent).free,
        "unsent": log.unsent,
    }
    percent = battery_percent(power)
    if percent is not None:
        found["battery_percent"] = percent
    return found


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
