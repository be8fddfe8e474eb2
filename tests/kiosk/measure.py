"""What is wrong with how a screen looks? Measured on the widgets and the pixels."""

from __future__ import annotations

from itertools import combinations

from kivy.metrics import dp
from kivy.uix.label import Label

from kiosk.stepper import shows
from kiosk.widgets import Target

WORDS_DP = 15  # about 4 mm there, the least for a line that is not for patients
TARGET_DP = 80  # about 20 mm on a panel of 15 inches at 1280 × 800
CONTRAST = 4.5
EDGE_CONTRAST = 3.0

Box = tuple[float, float, float, float]


def faults(kiosk) -> list[str]:
    """Every fault of the screen as it is shown now, in words."""
    labels = [
        widget
        for widget in kiosk.top.walk()
        if isinstance(widget, Label) and widget.text and shows(widget)
    ]
    targets = [target for target in kiosk.targets().values() if shows(target)]
    return [
        *_outside(kiosk, labels, targets),
        *(fault for label in labels for fault in _cut(label)),
        *(fault for label in labels for fault in _small(label)),
        *_overlaps({_name(label): _inked(label) for label in labels}),
        *_overlaps({target.mark: _box(target) for target in targets}),
        *(fault for target in targets for fault in _too_small(target)),
        *_too_faint(kiosk.picture(), labels),
    ]


def _name(label) -> str:
    return f"{label.text[:30]!r} at {label.x:.0f},{label.y:.0f}"


def _box(widget) -> Box:
    return (*widget.to_window(*widget.pos), *widget.to_window(widget.right, widget.top))


def _inked(label) -> Box:
    """The part of a label's room in which its letters stand."""
    x, y = label.to_window(*label.center)
    width, height = label.texture_size
    if label.valign == "top":
        height = _height(label)
        y = label.to_window(0, label.top)[1] - height / 2
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def _height(label) -> float:
    return sum(line.h for line in label._label._cached_lines)


def _outside(kiosk, labels, targets) -> list[str]:
    width, height = kiosk.app.root.size
    boxes = {target.mark: _box(target) for target in targets}
    boxes |= {_name(label): _inked(label) for label in labels}
    return [
        f"{name} is outside the window: {box}"
        for name, box in boxes.items()
        if min(box) < -1 or box[2] > width + 1 or box[3] > height + 1
    ]


def _cut(label) -> list[str]:
    """Letters beyond the label's room, or words that are lost or broken in two."""
    found = []
    width = max((line.w for line in label._label._cached_lines), default=0)
    if width > label.width + 1 or _height(label) > label.height + 1:
        found.append(f"{_name(label)} is larger than its room")
    drawn = " ".join(
        "".join(word.text for word in line.words) for line in label._label._cached_lines
    )
    if drawn.split() != label.text.split():
        found.append(f"{_name(label)} is drawn as {drawn!r}")
    return found


def _small(label) -> list[str]:
    if label.font_size >= dp(WORDS_DP):
        return []
    return [f"{_name(label)} is written in {label.font_size:.0f} px"]


def _overlaps(boxes: dict[str, Box]) -> list[str]:
    return [
        f"{one} and {other} overlap"
        for (one, a), (other, b) in combinations(boxes.items(), 2)
        if min(a[2], b[2]) - max(a[0], b[0]) > 1
        and min(a[3], b[3]) - max(a[1], b[1]) > 1
    ]


def _too_small(target: Target) -> list[str]:
    least = dp(TARGET_DP) - 0.5
    if min(target.width, target.height) >= least:
        return []
    return [f"{target.mark} is {target.width:.0f} × {target.height:.0f}"]


def _too_faint(picture, labels) -> list[str]:
    found = []
    for label in labels:
        ratio = contrast(label.color[:3], ground(picture, label))
        if ratio < CONTRAST:
            found.append(f"{_name(label)} has a contrast of {ratio:.1f}")
    return found


def ground(picture, label) -> tuple[float, ...]:
    """The colour that most pixels around the letters have."""
    left, bottom, right, top = _inked(label)
    box = (
        max(0, round(left)),
        max(0, round(picture.height - top)),
        min(picture.width, round(right) + 1),
        min(picture.height, round(picture.height - bottom) + 1),
    )
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
