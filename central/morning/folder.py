"""Where do mails go that nobody sends? Into a folder: one file each, to look at."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class Folder(BaseEmailBackend):
    """`<Message-ID>.eml`: what goes out again under the same one is the same file."""

    def __init__(self, **named: Any) -> None:
        super().__init__(**named)
        folder = settings.CENTRAL.mail.folder
        assert folder is not None, "the setting that chose this"
        self.folder: Path = folder

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        self.folder.mkdir(0o700, parents=True, exist_ok=True)
        for mail in email_messages:
            name = re.sub(r"[^A-Za-z0-9.@-]", "", mail.extra_headers["Message-ID"])
            (self.folder / f"{name}.eml").write_bytes(mail.message().as_bytes())
        return len(email_messages)
