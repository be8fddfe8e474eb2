"""How quick, how large and how quiet is the kiosk, beside a SurveyJS page?

Both ask the same questions on the same X server in turns: they are started, visited
and left alone, several times over. A tap of ours has its durable commit in it; the
page saves nothing. Medians, but for the slowest tap in a hundred.
"""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from bench.figures import Figure
from bench.kiosk_finger import PAUSE_S, Finger, Known
from bench.kiosk_ours import Program, our_program, timed
from bench.kiosk_screen import open_screen
from bench.kiosk_theirs import QUIET, SHIPPED, their_programs
from bench.kiosk_tree import cpu_share, pss_mib

ROUNDS = 5
VISITS = 5  # of a round, each with four taps that answer
WAKE_S = 1.0
CALM_S, IDLE_S = 5.0, 20.0
IDLE_LIMIT, COMMIT_LIMIT = 0.02, 0.1
# Not /tmp, which is memory on many machines: there a commit costs nothing.
DISK = "/var/tmp"


@dataclass
class Measured:
    starts_s: list[float] = field(default_factory=list)
    taps: list[tuple[str, float]] = field(default_factory=list)
    mib: float = 0.0
    idle: float = 0.0

    @property
    def taps_ms(self) -> list[float]:
        return [took_ms for _, took_ms in self.taps]


def measure(at: str) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="wardvoice-bench-", dir=DISK) as folder:
        home = Path(folder)
        ours = our_program(home)
        programs = [ours, *their_programs(home)]
        with open_screen() as screen:
            finger = Finger(screen, random.Random(3))
            found = _measure_all(finger, programs, home)
            share = _commit_share(finger, ours, home)
            again_s = _begin_again_s(finger, ours, home)
    return [
        *_figures(at, found, share),
        Figure("kiosk.begin_again_s", _short(again_s), "s", at),
    ]


def _measure_all(
    finger: Finger, programs: list[Program], home: Path
) -> dict[str, Measured]:
    known = {}
    for program in programs:
        with finger.running(program, home / "output"):
            known[program.name] = finger.learn(program)
    found = {program.name: Measured() for program in programs}
    for turn in range(ROUNDS):
        for program in programs:
            last = turn == ROUNDS - 1
            _turn(finger, program, known[program.name], found[program.name], last, home)
    return found


def _turn(
    finger: Finger,
    program: Program,
    known: Known,
    into: Measured,
    last: bool,
    home: Path,
) -> None:
    began = time.perf_counter()
    with finger.running(program, home / "output") as pid:
        into.starts_s.append(finger.wait_for_first_screen(known, began))
        time.sleep(WAKE_S)
        for _ in range(VISITS):
            into.taps += finger.visit(program, known)
        if last:
            _size_up(finger, program, into, pid)


def _size_up(finger: Finger, program: Program, into: Measured, pid: int) -> None:
    """What it takes when it has shown every language, and when nobody is there."""
    time.sleep(CALM_S)
    into.idle = cpu_share(pid, IDLE_S)
    for tap in program.script.languages:
        finger.tap(tap)
    time.sleep(CALM_S)
    into.mib = pss_mib(pid)


def _commit_share(finger: Finger, ours: Program, home: Path) -> float:
    """The commit's part of a tap, of taps whose commits were timed."""
    commits = home / "commits"
    program = timed(ours, commits)
    with finger.running(program, home / "output"):
        known = finger.learn(program)
        learnt = sum(tap.counts for tap in program.script.visit)
        time.sleep(PAUSE_S)
        taps = [took for _ in range(VISITS) for _, took in finger.visit(program, known)]
    took = [float(line) for line in commits.read_text().split()][learnt:]
    return statistics.median(
        commit / tap for commit, tap in zip(took, taps, strict=True)
    )


def _begin_again_s(finger: Finger, ours: Program, home: Path) -> float:
    """From the last tap of a visit with words to the first screen of the program that
    has begun anew: so long the next visitor waits at the most."""
    took = []
    for _ in range(ROUNDS):
        with finger.running(ours, home / "output") as pid:
            known, before = finger.first_screen(ours), _placed_at(pid)
            for tap in ours.script.words:
                finger.tap(tap)
            done_at = finger.tap(ours.script.visit[-1], rests=False)
            took.append(finger.wait_for_first_screen(known, done_at))
            assert _placed_at(pid) != before, "nothing was typed: it did not begin anew"
    return statistics.median(took)


def _placed_at(pid: int) -> str:
    """Where in memory the program lies: elsewhere each time that it begins."""
    return Path(f"/proc/{pid}/maps").read_text().split("-")[0]


# ── figures ──────────────────────────────────────────────────────────────────


def _figures(at: str, found: dict[str, Measured], share: float) -> list[Figure]:
    ours = found["kiosk"]
    figures = []
    for beside in (QUIET, SHIPPED):
        theirs = found[beside]
        for name, unit, mine, its in (
            ("start_s", "s", _middle(ours.starts_s), _middle(theirs.starts_s)),
            ("tap_to_frame_ms", "ms", _middle(ours.taps_ms), _middle(theirs.taps_ms)),
            ("tap_to_frame_p99_ms", "ms", _p99(ours.taps_ms), _p99(theirs.taps_ms)),
            ("rss_mb", "MiB of PSS", ours.mib, theirs.mib),
            ("idle_cpu_share", "of a core", ours.idle, theirs.idle),
        ):
            figures.append(_beside(f"kiosk.{name}", unit, mine, beside, its, at))
    for name, mine, limit in (
        ("idle_cpu_share", ours.idle, IDLE_LIMIT),
        ("commit_share", share, COMMIT_LIMIT),
    ):
        unit = "of a core" if limit == IDLE_LIMIT else "of a tap"
        figures.append(_beside(f"kiosk.{name}", unit, mine, "its limit", limit, at))
    return figures


def _beside(
    name: str, unit: str, mine: float, beside: str, its: float, at: str
) -> Figure:
    # A page that stands still may take nothing at all that can be counted.
    ratio = round(mine / its, 3) if its else None
    return Figure(name, _short(mine), unit, at, beside, _short(its), ratio)


def _middle(values: list[float]) -> float:
    return statistics.median(values)


def _p99(values: list[float]) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[98]


def _short(value: float) -> float:
    return float(f"{value:.3g}")
