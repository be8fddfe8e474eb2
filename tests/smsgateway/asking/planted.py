"""A fault planted on purpose: what was being handed over at a crash is sent again.

`python -m tests.smsgateway.asking.planted serve` is the gateway with that one wall
taken away. A test of kills that stays green with it proves nothing.
"""

from __future__ import annotations

import sys

from feedback.answer import utc_moment
from smsgateway.__main__ import main
from smsgateway.asking.outcomes import Outcomes


def retry_blindly(self):
    for send in self._outbox.left_posting():
        self._outbox.over(send.id, "lost")
        self._book.wait(send.of, utc_moment("2020-01-01T00:00:00.000Z"), "again")


if __name__ == "__main__":
    Outcomes.begin = retry_blindly
    sys.exit(main())
