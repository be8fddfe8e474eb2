"""How much of a day fits one A4 page?

The screen shows every word. Paper is for the huddle, among staff: the first voices,
each cut after three lines, and how many more there are. (What hangs on a board for all
to read is the sheet of central/morning: it has nobody's words.) What may call for help
is for the screen alone. The style sheet prints what is said here; its sizes and these
figures belong together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

from central.actions.models import Card
from central.summaries.day import Remark, Voice
from central.web.heard import Heard

COLUMNS = 2
LINES = 20  # of a column, for the words
LINES_A_REMARK = 3  # the style sheet cuts after these
CHARS_A_LINE = 52  # wide letters; most lines hold more
STEPS_A_ROW = 3
NARROW_STEPS_A_ROW = 9  # when there are more: no broader than the patient's own map
LINES_A_STEP_ROW = 12
LINES_A_NOTE = 2
LINES_BELOW = 6  # of cards and tablets; what they need more is the voices' loss
CARDS = 2


def printed_voices(voices: Sequence[Voice], steps: int, notes: int, beside: int) -> int:
    """How many of the voices paper has room for, from the first on, when so many
    warnings stand above them, and so many lines below (of cards and tablets)."""
    a_row = STEPS_A_ROW if steps <= STEPS_A_ROW else NARROW_STEPS_A_ROW
    more_rows = max(0, -(-steps // a_row) - 1)
    room = LINES - more_rows * LINES_A_STEP_ROW
    room -= notes * LINES_A_NOTE + max(0, beside - LINES_BELOW)
    printed = 0
    for first in range(0, len(voices), COLUMNS):
        row = voices[first : first + COLUMNS]
        room -= max(_lines(voice) for voice in row)
        if room < 0:
            break
        printed += len(row)
    return printed


def lines_below(cards: Iterable[Card], devices: Iterable[Heard], aside: int) -> int:
    """How long is the longer of the two boxes below the voices?"""
    told = [text for card in islice(cards, CARDS) for text in (card.said, card.did)]
    of_cards = sum(min(LINES_A_REMARK, _wrapped(text)) for text in told)
    of_devices = sum(_wrapped(f"{one.name}: {one.words}") for one in devices)
    return max(of_cards, of_devices + (2 if aside else 0))


def _lines(voice: Voice) -> int:
    # One for what was rated, and about one for the frame.
    return 2 + sum(1 + _remark_lines(remark) for remark in voice.remarks)


def _remark_lines(remark: Remark) -> int:
    text = remark.text or ""
    return min(LINES_A_REMARK, sum(_wrapped(line) for line in text.split("\n")))


def _wrapped(line: str) -> int:
    return 1 + len(line) // CHARS_A_LINE
