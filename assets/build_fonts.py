"""Which letters can every screen draw?

Cuts Debian's Noto Sans (package fonts-noto-core) to Latin, Welsh included, with
punctuation, and merges in the arrows and keys that it lacks, from Noto Sans Symbols.
Run from the repository: `.venv/bin/python assets/build_fonts.py`.
"""

import tempfile
from pathlib import Path

from fontTools.merge import Merger
from fontTools.subset import Options, Subsetter, load_font, save_font
from fontTools.ttLib import TTFont

NOTO = Path("/usr/share/fonts/truetype/noto")
FONTS = Path(__file__).with_name("fonts")
BUILT = 3_660_000_000  # seconds since 1904: one fixed moment for every build

LATIN = [
    *range(0x20, 0x7F),
    *range(0xA0, 0x250),  # Latin-1, Extended-A (ŵ, ŷ) and Extended-B
    *range(0x2B0, 0x370),  # modifiers and combining marks
    *range(0x1E00, 0x1F00),  # Extended Additional: ẁ ẃ ẅ ỳ
    *range(0x2010, 0x2028),  # dashes, quotes, bullet, ellipsis
    0x202F, 0x2030, 0x2032, 0x2033, 0x2039, 0x203A, 0x20AC, 0x2122, 0x2212, 0xFFFD,
]  # fmt: skip
ARROWS = [0x2190, 0x2191, 0x2192, 0x2193]
KEYS = [0x21E7, 0x232B, 0x23CE, 0x2713, 0x2715]  # shift, delete, return, tick, cross

LINE_HEIGHT = {
    "hhea": ("ascent", "descent", "lineGap"),
    "OS/2": (
        "sTypoAscender", "sTypoDescender", "sTypoLineGap", "usWinAscent",
        "usWinDescent",
    ),
}  # fmt: skip

# Symbols2 has no bold: a tick is a tick.
SOURCES = {
    "NotoSans-Regular.ttf": [
        ("NotoSans-Regular.ttf", LATIN),
        ("NotoSansSymbols-Regular.ttf", ARROWS),
        ("NotoSansSymbols2-Regular.ttf", KEYS),
    ],
    "NotoSans-Bold.ttf": [
        ("NotoSans-Bold.ttf", LATIN),
        ("NotoSansSymbols-Bold.ttf", ARROWS),
        ("NotoSansSymbols2-Regular.ttf", KEYS),
    ],
}


def cut(source: Path, letters: list[int], target: Path) -> None:
    """Write the part of a font that draws these letters, without hinting."""
    options = Options(hinting=False, notdef_outline=True, drop_tables=["DSIG", "MATH"])
    if letters is not LATIN:
        options.layout_features = []
    font = load_font(str(source), options)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=letters)
    subsetter.subset(font)
    save_font(font, str(target), options)


def build(name: str) -> Path:
    with tempfile.TemporaryDirectory() as folder:
        parts = []
        for number, (source, letters) in enumerate(SOURCES[name]):
            parts.append(f"{folder}/{number}.ttf")
            cut(NOTO / source, letters, Path(parts[-1]))
        merged = Merger().merge(parts)
        _keep_line_height(merged, load_font(parts[0], Options()))
        # The same input gives the same bytes, whenever it is built.
        merged.recalcTimestamp = False
        merged["head"].created = merged["head"].modified = BUILT
        merged.save(FONTS / name)
    return FONTS / name


def _keep_line_height(merged: TTFont, text: TTFont) -> None:
    """The letters decide how far apart lines stand: the merger takes the symbols'
    much taller lines."""
    for table, names in LINE_HEIGHT.items():
        for name in names:
            setattr(merged[table], name, getattr(text[table], name))


if __name__ == "__main__":
    for name in SOURCES:
        made = build(name)
        print(made.name, made.stat().st_size // 1024, "KiB")
