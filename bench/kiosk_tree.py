"""What do a program and all that it has started take of the machine?"""

from __future__ import annotations

import contextlib
import os
import re
import time
from collections.abc import Callable
from pathlib import Path

PROC = Path("/proc")
_PSS = re.compile(r"^Pss:\s+(\d+) kB", re.MULTILINE)


def tree(root: int) -> list[int]:
    """The process and those below it. One that its parent has left behind in the same
    session belongs to it too."""
    parents, sessions = {}, {}
    for folder in PROC.glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has just ended
            fields = _fields(int(folder.name))
            parents[int(folder.name)] = int(fields[1])
            sessions[int(folder.name)] = int(fields[3])
    found = {root} | {pid for pid, session in sessions.items() if session == root}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return sorted(found)


def pss_mib(root: int) -> float:
    """What the tree has in memory; a page that several programs share counts by
    shares (proportional set size), or a browser's would be counted many times."""
    return sum(_pss_kib(pid) for pid in tree(root)) / 1024


def cpu_share(root: int, seconds: float) -> float:
    """How much of one core it takes while it is left alone for so long."""
    before, began = _cpu_s(root), time.perf_counter()
    time.sleep(seconds)
    return (_cpu_s(root) - before) / (time.perf_counter() - began)


def _cpu_s(root: int) -> float:
    ticks = sum(_each(tree(root), lambda pid: sum(map(int, _fields(pid)[11:13]))))
    return float(ticks) / os.sysconf("SC_CLK_TCK")


def _pss_kib(pid: int) -> int:
    def read(pid: int) -> int:
        text = (PROC / str(pid) / "smaps_rollup").read_text()
        found = _PSS.search(text)
        return int(found.group(1)) if found else 0

    return sum(_each([pid], read))


def _each(pids: list[int], read: Callable[[int], int]) -> list[int]:
    found = []
    for pid in pids:
        with contextlib.suppress(OSError):  # it has just ended
            found.append(read(pid))
    return found


def _fields(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the name, which may hold anything."""
    return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
