"""Is another gateway that asks people at work on this log?

Two would each hand texts over, and each take the other's for those that it was handing
over when it died; and no rate would hold. The tools beside it (`review`, `invite`) may
write.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from feedback.folder import open_for_owner
from feedback.log import LogError


class AnotherGateway(LogError):
    """One works on this log already."""


class OnlyGateway:
    """Holds the log's lock; AnotherGateway if another process does.

    The kernel frees it when the process ends, however it ends.
    """

    def __init__(self, log: Path) -> None:
        self._log = log

    def __enter__(self) -> Self:
        beside = self._log.with_name(f"{self._log.name}.sms-lock")
        self._file = open_for_owner(beside)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(self._file)
            raise AnotherGateway(
                f"another wardvoice-sms already works on {self._log}; stop it first"
            ) from error
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        os.close(self._file)
