"""What is this agent told by the environment?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from feedback import settings as read
from sync.line import proper_address


@dataclass(frozen=True, slots=True)
class Settings:
    log: Path
    seconds: int  # between two turns; a new answer brings the next one forward
    central_url: str  # "" unless given; only `enrol` needs it
    allow_http: bool


def read_settings(environ: Mapping[str, str]) -> Settings:
    """SettingError, with the variable's name, when one is missing or wrong."""
    allow_http = read.choice(environ, "WARDVOICE_ALLOW_HTTP", "0", ("0", "1")) == "1"
    url = environ.get("WARDVOICE_CENTRAL_URL", "").strip()
    return Settings(
        log=read.path(environ, "WARDVOICE_LOG"),
        seconds=read.whole(environ, "WARDVOICE_SYNC_SECONDS", 5, 1, 60),
        central_url=_central(url, allow_http) if url else "",
        allow_http=allow_http,
    )


def _central(url: str, allow_http: bool) -> str:
    try:
        return proper_address(url, allow_http)
    except read.SettingError as error:
        raise read.SettingError(f"WARDVOICE_CENTRAL_URL: {error}") from error
