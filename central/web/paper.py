"""How much of a day fits one A4 page?

The screen shows every word. Paper is for the huddle board: the first voices, each cut
after three lines, and how many more there are. The style sheet prints what is said
here; its sizes and these figures belong together.
"""

from __future__ import annotations

from collections.abc import Sequence

from central.summaries.day import Remark, Voice

COLUMNS = 2
LINES = 20  # of a column, for the words
LINES_A_REMARK = 3  # the style sheet cuts after these
CHARS_A_LINE = 52  # wide letters; most lines hold more
STEPS_A_ROW = 3
LINES_A_STEP_ROW = 12


def printed_voices(voices: Sequence[Voice], steps: int) -> int:
    """How many of the voices paper has room for, from the first on."""
    more_rows = max(0, -(-steps // STEPS_A_ROW) - 1)
    room = LINES - more_rows * LINES_A_STEP_ROW
    printed = 0
    for first in range(0, len(voices), COLUMNS):
        row = voices[first : first + COLUMNS]
        room -= max(_lines(voice) for voice in row)
        if room < 0:
            break
        printed += len(row)
    return printed


def _lines(voice: Voice) -> int:
    # One for what was rated, and about one for the frame.
    return 2 + sum(1 + _remark_lines(remark) for remark in voice.remarks)


def _remark_lines(remark: Remark) -> int:
    text = remark.text or ""
    lines = sum(1 + len(line) // CHARS_A_LINE for line in text.split("\n"))
    return min(LINES_A_REMARK, lines)
