"""What do all screens look like, side by side?

Writes contact sheets: `python -m tests.kiosk.contact FOLDER [LANGUAGE …]`, one for each
language, way up and way to look. To be looked at by people; no test reads them.
"""

from __future__ import annotations

import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

from feedback.log import Log
from tests.kiosk.conftest import LANGUAGES, Central, Clock, Ward12
from tests.kiosk.ways import TALL, WIDE, screens_of, wear

LOOKS = {
    "usual": ("normal", "normal"),
    "largest": ("largest", "normal"),
    "strong": ("normal", "strong"),
    "easy": ("normal", "easy"),
}
ACROSS_PX = {WIDE: 480, TALL: 300}
A_ROW = {WIDE: 6, TALL: 10}
GAP_PX = 6


@contextmanager
def a_kiosk(size: tuple[int, int]) -> Iterator[Ward12]:
    with (
        tempfile.TemporaryDirectory(prefix="wardvoice-") as folder,
        Log.open(Path(folder) / "answers.db") as log,
    ):
        Central().deliver(log)
        kiosk = Ward12(log, Clock(), size)
        yield kiosk
        kiosk.close()


def pictures(size: tuple[int, int], languages: list[str]) -> dict[str, list]:
    """Small pictures of all screens, by the name of the sheet that they belong on."""
    across = ACROSS_PX[size]
    small = across, round(across * size[1] / size[0])
    found = defaultdict(list)
    with a_kiosk(size) as kiosk:
        for screen in screens_of(kiosk):
            print(screen, flush=True)
            for language in languages:
                for name, way in LOOKS.items():
                    wear(kiosk, language, *way)
                    picture = kiosk.picture().resize(small, Image.Resampling.LANCZOS)
                    found[f"{language}-{name}"].append(picture)
    return found


def sheet(tiles: list[Image.Image], in_a_row: int) -> Image.Image:
    wide, high = (side + GAP_PX for side in tiles[0].size)
    rows = -(-len(tiles) // in_a_row)
    whole = Image.new("RGB", (wide * in_a_row + GAP_PX, high * rows + GAP_PX), "#555")
    for place, tile in enumerate(tiles):
        row, column = divmod(place, in_a_row)
        whole.paste(tile, (GAP_PX + column * wide, GAP_PX + row * high))
    return whole


def main(folder: Path, languages: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for size, name in ((WIDE, "wide"), (TALL, "tall")):
        for stem, tiles in pictures(size, languages).items():
            sheet(tiles, A_ROW[size]).save(folder / f"{stem}-{name}.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:] or list(LANGUAGES))
