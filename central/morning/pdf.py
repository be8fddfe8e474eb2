"""How does a page become a PDF, without asking anything of anybody?

WeasyPrint fetches what a page names. Here it gets our style sheet and fonts, under
names that no address has, and nothing else: not from a network, not from this disk.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from feedback.assets import assets_folder

if TYPE_CHECKING:
    from weasyprint.urls import URLFetcher

SCHEME = "wardvoice:"
_HERE = Path(__file__).parent
_KINDS = {".css": "text/css", ".ttf": "font/ttf"}
_one_at_a_time = Lock()  # it takes a core for half a second, and Pango is no thread's
WAIT_S = 20


class CannotDraw(Exception):
    """No PDF here and now: the words are for whoever asked."""


def own_files() -> Mapping[str, Path]:
    """What a sheet may use, by the name that it asks for."""
    fonts = assets_folder() / "fonts"
    return {
        f"{SCHEME}sheet.css": _HERE / "sheet.css",
        f"{SCHEME}regular.ttf": fonts / "NotoSans-Regular.ttf",
        f"{SCHEME}bold.ttf": fonts / "NotoSans-Bold.ttf",
    }


@dataclass(frozen=True, slots=True)
class Drawn:
    pdf: bytes
    pages: int


def draw(html: str) -> Drawn:
    """The PDF of this page; CannotDraw when this server lacks what it takes."""
    try:
        from weasyprint import HTML
    except (ImportError, OSError) as error:  # Pango is a system package
        raise CannotDraw(
            "This server lacks what draws sheets: tell the person who looks after "
            "Wardvoice (libpango-1.0-0, libpangoft2-1.0-0, libharfbuzz-subset0)."
        ) from error
    if not _one_at_a_time.acquire(timeout=WAIT_S):
        raise CannotDraw("Many sheets are being made. Please try again in a minute.")
    try:
        page = HTML(string=html, base_url=SCHEME, url_fetcher=_fetcher())
        document = page.render()
        return Drawn(document.write_pdf(pdf_tags=True), len(document.pages))
    finally:
        _one_at_a_time.release()


def _fetcher() -> URLFetcher:
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OwnFiles(URLFetcher):  # type: ignore[misc]  # WeasyPrint is untyped
        """No protocol is allowed, so that what is not ours cannot be asked for."""

        def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
            file = own_files().get(url)
            if file is None:
                raise ValueError("a sheet asks nothing of anybody")
            kind = {"Content-Type": _KINDS[file.suffix]}
            return URLFetcherResponse(url, BytesIO(file.read_bytes()), kind)

    return OwnFiles(allowed_protocols=())
