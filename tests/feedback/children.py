"""Small programs that the tests run, freeze, kill and starve.

python -m tests.feedback.children write FILE [SYNCHRONOUS]
    adds answers for ever; prints each seq once it is acknowledged
python -m tests.feedback.children once FILE
    opens the log, says "ready", adds one answer, retries it once if it was not
    saved, and prints what it was told each time
python -m tests.feedback.children naive FILE
    the same as `once`, with a retry that does not look first
python -m tests.feedback.children swallow FILE
    the same, and says "saved" whatever happened
python -m tests.feedback.children open FILE
    opens the log and prints its device
python -m tests.feedback.children fill FILE LIMIT
    adds answers to a file that may not grow above LIMIT bytes, then may again
"""

import resource
import signal
import sys
from pathlib import Path

from feedback.log import Log, NotSaved
from tests.feedback.things import draft


def say(text):
    print(text, flush=True)


def write(file, synchronous="FULL"):
    with Log.open(file) as log:
        log.db.conn.execute(f"PRAGMA synchronous = {synchronous}")
        n = log.last
        while True:
            n += 1
            say(log.add_all([draft(n, question=f"q{n % 7}")])[0].seq)


class NaiveLog(Log):
    """Opens the file anew like the real one, and then forgets what was in doubt."""

    def _there_after_all(self, drafts):
        return None

    def _found(self, draft):
        return None


def once(file, make=Log, swallow=False):
    with make.open(file) as log:
        say("ready")
        for _ in range(2):
            try:
                say(f"saved {log.add_all([draft()])[0].seq}")
                return
            except NotSaved:
                say("saved 1" if swallow else "not saved")
                if swallow:
                    return


def fill(file, limit):
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with Log.open(file) as log:
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), hard))
        saved = refused = 0
        while refused < 3:
            try:
                log.add_all([draft(saved, value="x" * 500)])
                saved += 1
            except NotSaved:
                refused += 1
        say(f"{saved} saved, {len(log.after(0, 10_000))} read while full")
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        say(f"then {log.add_all([draft(saved, value='x' * 500)])[0].seq}")


def main(what, file, *more):
    file = Path(file)
    match what:
        case "write":
            write(file, *more)
        case "once":
            once(file)
        case "naive":
            once(file, make=NaiveLog)
        case "swallow":
            once(file, swallow=True)
        case "open":
            with Log.open(file) as log:
                say(log.device)
        case "fill":
            fill(file, *more)


if __name__ == "__main__":
    main(*sys.argv[1:])
