"""A fault planted on purpose: the reply goes out before the commit.

`python -m tests.smsgateway.planted serve` is the gateway with that one wall taken
away. A test of kills that stays green with it proves nothing.
"""

from __future__ import annotations

import sys
import time

from smsgateway import writer
from smsgateway.__main__ import main

THE_REPLY_IS_OFF_S = 0.2  # on a slow machine too


def reply_first(connection, desk, job):
    outcome = job.do(desk)
    job.future.get_loop().call_soon_threadsafe(job.future.set_result, outcome)
    time.sleep(THE_REPLY_IS_OFF_S)
    return outcome


def commit_after(self, desk, jobs):
    with desk.log.transaction() as connection:
        for job in jobs:
            reply_first(connection, desk, job)


if __name__ == "__main__":
    writer.Writer._commit = commit_after
    sys.exit(main())
