"""Which letters can every screen draw?

Each of our languages gets a font of its script with Latin, digits, punctuation and the
signs on our keys merged in, all cut to what is needed, and a bold one beside it. From
Debian's Noto fonts (packages fonts-noto-core and fonts-noto-cjk). Run from the
repository: `.venv/bin/python assets/build_fonts.py`.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from fontTools.merge import Merger
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter, load_font, save_font
from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.scaleUpem import scale_upem

NOTO = Path("/usr/share/fonts/truetype/noto")
CHINESE = Path("/usr/share/fonts/opentype/noto")
ASSETS = Path(__file__).parent
FONTS = ASSETS / "fonts"
BUILT = 3_660_000_000  # seconds since 1904: one fixed moment for every build

PUNCTUATION = [
    *range(0x2010, 0x2028),  # dashes, quotes, bullet, ellipsis
    0x202F, 0x2030, 0x2032, 0x2033, 0x2039, 0x203A, 0x20AC, 0x2122, 0x2212, 0xFFFD,
]  # fmt: skip
LATIN = [
    *range(0x20, 0x7F),
    *range(0xA0, 0x250),  # Latin-1, Extended-A (ŵ, ŷ) and Extended-B
    *range(0x2B0, 0x370),  # modifiers and combining marks
    *range(0x1E00, 0x1F00),  # Extended Additional: ẁ ẃ ẅ ỳ
    *PUNCTUATION,
]
# Beside another script: the letters of our Latin languages and of names, and the marks
# that stand on them. The tone marks of pinyin are among them.
LATIN_BESIDE = [
    *range(0x20, 0x7F),
    *range(0xA0, 0x180),
    *range(0x1CD, 0x1DD), 0x218, 0x219, 0x21A, 0x21B,
    *range(0x300, 0x30D), 0x323, 0x326, 0x327, 0x328, 0x331,
    0x1E80, 0x1E81, 0x1E82, 0x1E83, 0x1E84, 0x1E85, 0x1EF2, 0x1EF3,
    *PUNCTUATION,
]  # fmt: skip
ARROWS = [0x2190, 0x2191, 0x2192, 0x2193]
# Shift, both deletes, return, tick, cross and the ways to turn a page.
KEYS = [
    0x21E7, 0x2326, 0x232B, 0x23CE, 0x2713, 0x2715, 0x25B2, 0x25B6, 0x25BC, 0x25C0,
]  # fmt: skip

JOINERS = [0x200C, 0x200D, 0x25CC]  # and the circle on which a key shows a mark
DANDAS = [0x964, 0x965]
GURMUKHI = [*range(0xA00, 0xA80), *DANDAS, *JOINERS]
BENGALI = [*range(0x980, 0xA00), *DANDAS, *JOINERS]
GUJARATI = [*range(0xA80, 0xB00), *DANDAS, *JOINERS]
# Without the forms that only old encodings need: the font makes them itself.
ARABIC = [
    *range(0x600, 0x700), *range(0x200B, 0x2010), 0x25CC, 0xFD3E, 0xFD3F, 0xFDF2,
    0xFDFA, 0xFDFB,
]  # fmt: skip


def han() -> list[int]:
    """All of GB 2312, with its punctuation, and every character of our own words."""
    rows = range(0xA1, 0xF8)
    pairs = (bytes([row, cell]) for row in rows for cell in range(0xA1, 0xFF))
    letters = {ord(one) for one in _decoded(pairs)}
    ours = [*ASSETS.rglob("*.toml"), *ASSETS.glob("pinyin*.t*")]
    for file in sorted(ours):
        letters |= {ord(one) for one in file.read_text(encoding="utf-8")}
    return sorted(one for one in letters if 0x3000 <= one < 0x10000 or one in (0xB7,))


def _decoded(pairs: Iterable[bytes]) -> Iterable[str]:
    for pair in pairs:
        letter = pair.decode("gb2312", errors="ignore")
        if letter:
            yield letter


@dataclass(frozen=True)
class Part:
    """What is taken from one font, drawn so much `larger`. `number` counts within a
    collection."""

    file: Path
    letters: tuple[int, ...]
    number: int = -1
    larger: float = 1.0


def parts_of(name: str, weight: str) -> list[Part]:
    """The script first: where two have a letter, the first one's is kept."""
    source, letters, number = SCRIPTS[name]
    script = Path(str(source).format(weight))
    latin = LATIN if letters is LATIN else LATIN_BESIDE
    taken = set(letters) - set(latin) if letters is not LATIN else set(LATIN)
    parts = [Part(script, tuple(sorted(taken)), number, LARGER.get(name, 1.0))]
    if letters is not LATIN:
        parts.append(Part(NOTO / f"NotoSans-{weight}.ttf", tuple(latin)))
    # Symbols2 has no bold: a tick is a tick.
    parts.append(Part(NOTO / f"NotoSansSymbols-{weight}.ttf", tuple(ARROWS)))
    parts.append(Part(NOTO / "NotoSansSymbols2-Regular.ttf", tuple(KEYS)))
    return parts


# Name of our font: the script's own file and its letters.
SCRIPTS = {
    "NotoSans": (NOTO / "NotoSans-{}.ttf", LATIN, -1),
    "NotoSansGurmukhi": (NOTO / "NotoSansGurmukhi-{}.ttf", GURMUKHI, -1),
    "NotoSansBengali": (NOTO / "NotoSansBengali-{}.ttf", BENGALI, -1),
    "NotoSansGujarati": (NOTO / "NotoSansGujarati-{}.ttf", GUJARATI, -1),
    "NotoNaskhArabic": (NOTO / "NotoNaskhArabic-{}.ttf", ARABIC, -1),
    "NotoNastaliqUrdu": (NOTO / "NotoNastaliqUrdu-{}.ttf", ARABIC, -1),
    "NotoSansSC": (CHINESE / "NotoSansCJK-{}.ttc", han(), 2),
}
WEIGHTS = ("Regular", "Bold")

# How high a line stands and how deep it hangs, in thousandths of the letters' size: as
# Latin stands beside the script.
LINES = {
    "NotoSans": (1069, 293),
    "NotoSansGurmukhi": (1069, 340),
    "NotoSansBengali": (1069, 340),
    "NotoSansGujarati": (1069, 340),
    "NotoNaskhArabic": (1069, 450),
    "NotoNastaliqUrdu": (2190, 685),
    "NotoSansSC": (1069, 293),
}


# Letters that are small for their size are drawn larger, beside the same Latin.
LARGER = {"NotoNastaliqUrdu": 1.15}


def cut(part: Part, target: Path) -> None:
    """Write the part of a font that draws these letters, without hinting."""
    options = Options(
        hinting=False, notdef_outline=True, glyph_names=False, legacy_cmap=False,
        font_number=part.number, name_IDs=[0, 1, 2, 4, 5, 6, 13, 14],
        drop_tables=["DSIG", "MATH", "BASE", "VORG"],
    )  # fmt: skip
    if set(part.letters) & {*ARROWS, *KEYS}:
        options.layout_features = []
    if part.number >= 0:  # no other country’s shapes, no vertical lines
        options.layout_features = ["kern"]
    font = load_font(str(part.file), options)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=part.letters)
    subsetter.subset(font)
    if "CFF " in font:
        make_quadratic(font)
    if part.larger != 1:
        scale_upem(font, round(1000 * part.larger))
        font["head"].unitsPerEm = 1000
    save_font(font, str(target), options)


def make_quadratic(font: TTFont) -> None:
    """The curves of a Chinese font as those of all the others: two thousandths off at
    most. Fonts of two kinds cannot be merged."""
    glyphs, order = font.getGlyphSet(), font.getGlyphOrder()
    drawn = {}
    for name in order:
        pen = TTGlyphPen(glyphs)
        glyphs[name].draw(Cu2QuPen(pen, max_err=2.0, reverse_direction=True))
        drawn[name] = pen.glyph()
    font["loca"] = newTable("loca")
    font["glyf"] = glyf = newTable("glyf")
    glyf.glyphOrder, glyf.glyphs = order, drawn
    font.recalcBBoxes = True
    for name, glyph in drawn.items():
        glyph.recalcBounds(glyf)
        across, _ = font["hmtx"][name]
        font["hmtx"][name] = across, getattr(glyph, "xMin", 0)
    font["maxp"].tableVersion = 0x00010000
    for field in (
        "maxZones", "maxTwilightPoints", "maxStorage", "maxFunctionDefs",
        "maxInstructionDefs", "maxStackElements", "maxSizeOfInstructions",
        "maxComponentElements", "maxPoints", "maxContours", "maxCompositePoints",
        "maxCompositeContours", "maxComponentDepth",
    ):  # fmt: skip
        setattr(font["maxp"], field, 1 if field == "maxZones" else 0)
    font["post"].formatType = 3.0
    font.sfntVersion = "\x00\x01\x00\x00"
    for table in ("CFF ", "VORG", "vhea", "vmtx"):
        if table in font:
            del font[table]


def build(name: str, weight: str) -> Path:
    with tempfile.TemporaryDirectory() as folder:
        parts = []
        for at, part in enumerate(parts_of(name, weight)):
            parts.append(f"{folder}/{at}.ttf")
            cut(part, Path(parts[-1]))
        merged = Merger().merge(parts)
        set_lines(merged, *LINES[name])
        merged["post"].formatType = 3.0  # no names of glyphs
        # The same input gives the same bytes, whenever it is built.
        merged.recalcTimestamp = False
        merged["head"].created = merged["head"].modified = BUILT
        target = FONTS / f"{name}-{weight}.ttf"
        merged.save(target)
    return target


def set_lines(font: TTFont, above: int, below: int) -> None:
    """How far apart lines stand: the merger takes the tallest part's, a symbol's."""
    assert font["head"].unitsPerEm == 1000
    font["hhea"].ascent, font["hhea"].descent, font["hhea"].lineGap = above, -below, 0
    metrics = font["OS/2"]
    metrics.sTypoAscender, metrics.sTypoDescender = above, -below
    metrics.sTypoLineGap = 0
    metrics.usWinAscent, metrics.usWinDescent = above, below


if __name__ == "__main__":
    for name in sys.argv[1:] or SCRIPTS:
        for weight in WEIGHTS:
            made = build(name, weight)
            print(made.name, made.stat().st_size // 1024, "KiB")
