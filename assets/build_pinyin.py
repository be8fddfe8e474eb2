"""Which Chinese characters does a syllable spell, the usual ones first?

Writes pinyin.txt from Unihan_Readings.txt (Debian's package unicode-data), for the
6,763 characters of GB 2312 that are written in everyday Chinese. How often a character
is read in this way is kHanyuPinlu's count; where it has none, kMandarin's reading, the
first level of GB 2312 before the second.
Run from the repository: `.venv/bin/python assets/build_pinyin.py`.
"""

import bz2
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

UNIHAN = Path("/usr/share/unicode/Unihan_Readings.txt.bz2")
TABLE = Path(__file__).with_name("pinyin.txt")

HEAD = """\
# Made by build_pinyin.py from the Unicode Character Database 15.0 (Unihan_Readings).
# Copyright 1991-2022 Unicode, Inc. Its licence stands in pinyin-LICENCE.txt.
# A syllable without its tone, then its characters, the most frequent first. The line *
# has all of them in one order, for what is not spelled to its end.
"""

LEVEL_1 = range(16, 56)  # rows of GB 2312 with the more usual characters
ROWS = range(16, 88)
CELLS = range(1, 95)
TONES = {"\u0300", "\u0301", "\u0304", "\u030c"}  # not the two dots of ü

Counts = dict[str, dict[str, int]]  # syllable → character → how often


def gb2312() -> Iterator[tuple[str, int]]:
    """Every character with its row."""
    for row in ROWS:
        for cell in CELLS:
            try:
                yield bytes((row + 0xA0, cell + 0xA0)).decode("gb2312"), row
            except UnicodeDecodeError:  # the end of a level
                continue


def syllable(reading: str) -> str:
    """`lǜ` as it is typed: `lü`."""
    parts = unicodedata.normalize("NFD", reading)
    kept = "".join(part for part in parts if part not in TONES)
    return unicodedata.normalize("NFC", kept)


def read_counts(unihan: str, rows: dict[str, int]) -> Counts:
    counts: Counts = defaultdict(dict)
    for line in unihan.splitlines():
        if not line.startswith("U+"):
            continue
        code, kind, value = line.split("\t")
        character = chr(int(code[2:], 16))
        if character not in rows:
            continue
        if kind == "kHanyuPinlu":
            for reading, count in re.findall(r"(\S+?)\((\d+)\)", value):
                there = counts[syllable(reading)]
                there[character] = there.get(character, 0) + int(count)
        elif kind == "kMandarin":
            least = int(rows[character] in LEVEL_1)
            counts[syllable(value.split()[0])].setdefault(character, least)
    return counts


def table(counts: Counts, rows: dict[str, int]) -> str:
    ever: dict[str, int] = defaultdict(int)
    for there in counts.values():
        for character, count in there.items():
            ever[character] += count
    place = {character: at for at, character in enumerate(rows)}

    def usual(often: dict[str, int]) -> str:
        return "".join(sorted(often, key=lambda one: (-often[one], place[one])))

    lines = [f"{name} {usual(counts[name])}" for name in sorted(counts)]
    return HEAD + "\n".join([f"* {usual(ever)}", *lines]) + "\n"


if __name__ == "__main__":
    rows = dict(gb2312())
    counts = read_counts(bz2.decompress(UNIHAN.read_bytes()).decode(), rows)
    TABLE.write_text(table(counts, rows), encoding="utf-8")
    print(TABLE.name, TABLE.stat().st_size // 1024, "KiB", len(counts), "syllables")
