"""What is wrong with how a screen looks? Measured on the widgets and the pixels."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import combinations

from fontTools.ttLib import TTFont
from kivy.metrics import dp
from kivy.uix.label import Label
from PIL import ImageFont

from kiosk.lines import pieces
from kiosk.look import TARGET_DP, TARGET_LEAST_DP, look
from kiosk.stepper import shows
from kiosk.widgets import Target

WORDS_DP = 15  # about 4 mm there, the least for a line that is not for patients
CONTRAST, STRONG_CONTRAST = 4.5, 7.0
EDGE_CONTRAST = 3.0
AROUND_PX = 5  # a short bold word fills its own box with ink

# What somebody taps many times on one screen: a letter, a place on the map. Ten keys
# stand beside one another on every keyboard, so no panel has 20 mm for each.
SMALL_ONES = ("key-", "place-", "candidate-", "candidates-", "sheet-")

# Marks that are drawn by no glyph of their own.
UNSEEN = "\n\u200b\u200c\u200d\u200e\u200f\u2060\ufe0f"

Box = tuple[float, float, float, float]


def faults(kiosk) -> list[str]:
    """Every fault of the screen as it is shown now, in words."""
    picture = kiosk.picture()  # all is laid out then
    labels = [
        widget
        for widget in kiosk.top.walk()
        if isinstance(widget, Label) and widget.text.strip() and shows(widget)
    ]
    targets = [target for target in kiosk.targets().values() if shows(target)]
    crowded = getattr(kiosk.top, "crowded", False)
    return [
        *_outside(kiosk, labels, targets),
        *(fault for label in labels for fault in _cut(label)),
        *(fault for label in labels for fault in _small(label)),
        *(fault for label in labels for fault in _boxes_for_letters(label)),
        *_overlaps({_name(label): inked(label) for label in labels}),
        *_overlaps({target.mark: box_of(target) for target in targets}),
        *_covered(labels, targets),
        *(fault for target in targets for fault in _too_small(target, crowded)),
        *_too_faint(picture, labels),
    ]


def _name(label) -> str:
    return f"{label.text[:30]!r} at {label.x:.0f},{label.y:.0f}"


def box_of(widget) -> Box:
    return (*widget.to_window(*widget.pos), *widget.to_window(widget.right, widget.top))


# ── where the letters are ────────────────────────────────────────────────────


@cache
def _font(file: str, size: int):
    return ImageFont.truetype(file, size, layout_engine=ImageFont.Layout.RAQM)


@cache
def _ink(file: str, size: int, text: str, rtl: bool) -> Box:
    """Of a line that begins at 0, 0: to the right and downwards, in pixels."""
    direction = "rtl" if rtl else "ltr"
    return _font(file, size).getbbox(text, direction=direction, anchor="ls")


def _lines(label) -> Iterator[tuple[str, Box]]:
    """Each line and where in the label's picture its ink is, from its top left."""
    label._label.resolve_font_name()
    file = label._label.options["font_name_r"]
    rtl = label._label.options["font_direction"] == "rtl"
    for line in label._label._cached_lines:
        text = line.words[0].text
        if text.strip():
            left, top, right, bottom = _ink(file, int(label.font_size), text, rtl)
            x, y = line.x, line.y + label._label._above
            yield text, (x + left, y + top, x + right, y + bottom)


def inked(label) -> Box:
    """The part of the window in which a label's letters stand."""
    across, down = label.texture_size
    x, y = label.to_window(*label.center)
    left, top = x - across / 2, y + down / 2
    boxes = [box for _, box in _lines(label)]
    return (
        left + min(box[0] for box in boxes),
        top - max(box[3] for box in boxes),
        left + max(box[2] for box in boxes),
        top - min(box[1] for box in boxes),
    )


# ── faults ───────────────────────────────────────────────────────────────────


def _outside(kiosk, labels, targets) -> list[str]:
    width, height = kiosk.app.root.size
    boxes = {target.mark: box_of(target) for target in targets}
    boxes |= {_name(label): inked(label) for label in labels}
    return [
        f"{name} is outside the window: {box}"
        for name, box in boxes.items()
        if min(box) < -1 or box[2] > width + 1 or box[3] > height + 1
    ]


def _cut(label) -> list[str]:
    """Ink beyond the label's room or its picture; words that are lost or broken."""
    found = []
    across, down = label.texture_size
    if across > label.width + 1 or down > label.height + 1:
        found.append(f"{_name(label)} is larger than its room")
    for text, (left, top, right, bottom) in _lines(label):
        if left < 0 or top < 0 or right > across or bottom > down:
            ink = f"{left, top, right, bottom} of {across, down}"
            found.append(f"{_name(label)}: the ink of {text!r} is cut: {ink}")
    if _bare(_drawn(label)) != _bare(label.text):
        found.append(f"{_name(label)} is drawn as {_drawn(label)!r}")
    if _broken(label):
        found.append(f"{_name(label)} has a broken word: {_drawn(label)!r}")
    return found


def _drawn(label) -> str:
    return "|".join(line.words[0].text for line in label._label._cached_lines)


def _bare(text: str) -> str:
    return "".join(text.replace("|", "").split())


def _broken(label) -> bool:
    """Whether a line ends where none may: lines are whole pieces of the text."""
    left = [piece.strip() for part in label.text.split("\n") for piece in pieces(part)]
    left = [piece for piece in left if piece]
    for line in label._label._cached_lines:
        room = _bare(line.words[0].text)
        while room and left and room.startswith(_bare(left[0])):
            room = room[len(_bare(left.pop(0))) :]
        if room:
            return True
    return False


def _small(label) -> list[str]:
    if label.font_size >= dp(WORDS_DP):
        return []
    return [f"{_name(label)} is written in {label.font_size:.0f} px"]


@cache
def letters_of(file: str) -> frozenset[int]:
    with TTFont(file) as font:
        return frozenset(font.getBestCmap())


def _boxes_for_letters(label) -> list[str]:
    """Letters that the font has not: an empty box would be drawn for each."""
    label._label.resolve_font_name()
    known = letters_of(label._label.options["font_name_r"])
    missing = {one for one in label.text if ord(one) not in known} - set(UNSEEN)
    return [f"{_name(label)} has no letter for {missing}"] if missing else []


def _overlaps(boxes: dict[str, Box]) -> list[str]:
    return [
        f"{one} and {other} overlap"
        for (one, a), (other, b) in combinations(boxes.items(), 2)
        if _shared(a, b)
    ]


def _shared(a: Box, b: Box) -> bool:
    across = min(a[2], b[2]) - max(a[0], b[0])
    return across > 1 and min(a[3], b[3]) - max(a[1], b[1]) > 1


def _covered(labels, targets) -> list[str]:
    """Words that run into a thing to tap which is not their own."""
    return [
        f"{_name(label)} runs into {target.mark}"
        for target in targets
        for label in labels
        if not target.mark.startswith("place-")  # the map writes on its own places
        and not _within(label, target)
        and _shared(inked(label), box_of(target))
    ]


def _within(widget, target) -> bool:
    while widget is not None and widget is not widget.parent:
        if widget is target:
            return True
        widget = widget.parent
    return False


def _too_small(target: Target, crowded: bool) -> list[str]:
    least = look.target
    if target.mark.startswith(SMALL_ONES):
        least = dp(TARGET_LEAST_DP)
    elif crowded:
        least = dp(TARGET_DP)
    least -= 0.5
    if min(target.width, target.height) >= least:
        return []
    return [f"{target.mark} is {target.width:.0f} × {target.height:.0f}"]


def _too_faint(picture, labels) -> list[str]:
    found = []
    least = STRONG_CONTRAST if look.contrast else CONTRAST
    for label in labels:
        ratio = contrast(colour_of(label)[:3], ground(picture, label))
        if ratio < least:
            found.append(f"{_name(label)} has a contrast of {ratio:.1f}")
    return found


def colour_of(label):
    return getattr(label, "shown_color", None) or label.color


def ground(picture, label) -> tuple[float, ...]:
    """The colour that most pixels around the letters have."""
    left, bottom, right, top = inked(label)
    box = (
        max(0, round(left) - AROUND_PX),
        max(0, round(picture.height - top) - AROUND_PX),
        min(picture.width, round(right) + AROUND_PX),
        min(picture.height, round(picture.height - bottom) + AROUND_PX),
    )
    if box[0] >= box[2] or box[1] >= box[3]:
        return tuple(colour_of(label)[:3])  # outside: that is a fault of its own
    region = picture.crop(box)
    _, colour = max(region.getcolors(region.width * region.height))
    return tuple(part / 255 for part in colour)


def contrast(one, other) -> float:
    """WCAG 2.2's contrast ratio of two colours of parts 0 to 1."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in colour
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
