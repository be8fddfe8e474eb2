"""A visitor who taps whatever they find: in any language, with any looks, twice, with
two fingers, too quickly, and who walks away at any moment.

Everything is drawn from one seed. What must be true is asked after every gesture and
after every visit; `Caught` says which promise is broken, and the seed.
"""

from __future__ import annotations

import ctypes
import gc
import os
import random
from collections import defaultdict
from pathlib import Path

from kivy.properties import StringProperty

from feedback.answer import ERASED
from feedback.seal import is_sealed, open_sealed
from feedback.survey import COMMENT, OUR_QUESTIONS, asked, offered
from feedback.text import clean_comment
from kiosk.look import NORMAL, look
from kiosk.screens.question import QuestionView
from kiosk.stepper import PAUSE_S

TAPS_MOST = (8, 12, 16, 45)  # in a visit; then they walk away
WORD_LETTERS = 6  # what is looked for in the widgets is at least as long
DRAWN_EVERY = 20  # visits: the others are laid out, and not painted

# How likely a mark is to be tapped, beside 1 for any other.
LIKELY = {"start": 8, "start-children@1": 4, "next": 9, "skip": 5, "finish": 9,
          "stop": 0.4, "done": 3, "take-back": 2, "receipt": 2, "back": 2,
          "close": 6, "about": 0.5, "still-here": 3, "language": 0.7, "ways": 0.7,
          "clear-now": 2}  # fmt: skip
LIKELY_KINDS = {"option": 3, "place": 0.3, "step": 0.3, "words": 1.0, "key": 0.05}


class Caught(AssertionError):
    """A promise is broken."""


class Tapper:
    """Makes visits at a kiosk of the tests' (`Ward12`)."""

    def __init__(self, kiosk, central, seed):
        self.kiosk, self.central, self.seed = kiosk, central, seed
        self.chance = random.Random(seed)
        self.visits = self.saves = 0
        self.seen = 0  # rows that were looked at
        self.ends = defaultdict(int)
        self._forget_the_visit()
        self._look_from_inside()

    def _forget_the_visit(self):
        self.typed = set()  # what stood on the sheet
        self.thanked = {}  # response → whether "thank you" was shown
        self.done = []

    def _look_from_inside(self):
        write = self.kiosk.log.add_all

        def counted(drafts):
            self.saves += 1
            return write(drafts)

        self.kiosk.log.add_all = counted
        self._frames, self.kiosk.frames = self.kiosk.frames, self._frame

    def _frame(self, count=1):
        """Painted only now and then."""
        is_drawn = self.visits % DRAWN_EVERY == 0
        (self.kiosk.paint if is_drawn else self._frames)(count)

    @property
    def comment(self):
        """The screen of the keyboard, once somebody has been there."""
        there = {view.name: view for view in self.kiosk.app.screens.screens}
        return there.get("comment")

    def must(self, is_so, promise):
        if not is_so:
            raise Caught(
                f"{promise} (seed {self.seed}, visit {self.visits}; "
                f"tapped {' '.join(self.done[-30:])})"
            )

    # ── a visit ──────────────────────────────────────────────────────────────

    def visit(self):
        self._forget_the_visit()
        for _ in range(self.chance.randrange(3, self.chance.choice(TAPS_MOST))):
            self.gesture()
            if self.kiosk.screen == "welcome" and self.thanked:
                break
        self._walk_away()
        self._check_the_screens()
        self._check_the_rows()
        self.visits += 1

    def _walk_away(self):
        self.done.append("walks-away")
        self.wait(100)
        self.must(self.kiosk.screen == "welcome", "an idle tablet shows welcome")

    def wait(self, seconds):
        self.kiosk.app._assets.speech.hush()  # the voice has come to its end by then
        self.kiosk.wait_s(seconds)
        self._watch()

    # ── what they do ─────────────────────────────────────────────────────────

    def gesture(self):
        kinds = {self.tap: 10, self.twice: 2, self.two_fingers: 1, self.drum: 0.5,
                 self.on_the_move: 2, self.idle: 0.3, self.anywhere: 0.5}  # fmt: skip
        on_sheet = self.kiosk.app.views.top is self.comment
        if on_sheet and self.chance.random() < 0.4:
            self.write()
            return
        [kind] = self.chance.choices(list(kinds), list(kinds.values()))
        before = self.saves
        kind()
        self._watch()
        self.must(self.saves <= before + 1, f"one answer of {kind.__name__}")

    def _mark(self):
        marks = list(self.kiosk.targets())
        if not marks:
            return ""
        weights = [
            LIKELY.get(mark, LIKELY_KINDS.get(mark.split("-")[0], 1)) for mark in marks
        ]
        return self.chance.choices(marks, weights)[0]

    def _where(self):
        mark = self._mark()
        self.done.append(mark or "nowhere")
        return self.kiosk.find(mark).center if mark else (5, 5)

    def _rest(self):
        self.kiosk.clock.pass_by(PAUSE_S + self.chance.random())

    def tap(self):
        self._rest()
        self.kiosk.tap_at(*self._where())

    def twice(self):
        """The second tap is as near as a hand that trembles, and as soon."""
        self._rest()
        x, y = self._where()
        self.done.append("(twice)")
        self.kiosk.tap_at(x, y)
        self.kiosk.clock.pass_by(self.chance.uniform(0.02, 0.35))
        self.kiosk.tap_at(x + self.chance.randrange(-20, 20), y)

    def two_fingers(self):
        self._rest()
        first = self.kiosk.press_at(*self._where())
        second = self.kiosk.press_at(*self._where())
        self.done.append("(two fingers)")
        fingers = [first, second]
        self.chance.shuffle(fingers)
        for one in fingers:
            self.kiosk.clock.pass_by(self.chance.uniform(0, 0.2))
            self.kiosk.release(one)

    def drum(self):
        """20 taps a second."""
        self._rest()
        x, y = self._where()
        self.done.append("(drums)")
        for _ in range(8):
            self.kiosk.tap_at(x, y)
            self.kiosk.clock.pass_by(0.05)

    def on_the_move(self):
        """A tap, and another one anywhere before the eye has seen what came."""
        self._rest()
        before = self.kiosk.screen, self.kiosk.app._shown
        self.kiosk.tap_at(*self._where())
        if (self.kiosk.screen, self.kiosk.app._shown) != before:
            self.kiosk.clock.pass_by(self.chance.uniform(0, 0.35))
            self.done.append("(at once)")
            self.kiosk.tap_at(*self._where())

    def anywhere(self):
        self._rest()
        self.done.append("anywhere")
        self.kiosk.tap_at(self.chance.randrange(800), self.chance.randrange(800))

    def idle(self):
        self.done.append("idles")
        self.wait(self.chance.choice([5, 16, 50, 65, 90]))

    def write(self):
        """A few letters of the keyboard that is there, whatever they spell."""
        self._rest()
        keys = [
            mark
            for mark in self.kiosk.targets()
            if mark.startswith("key-") and len(mark) == len("key-a")
        ]
        for mark in self.chance.choices(keys, k=WORD_LETTERS + 2) if keys else ():
            if mark not in self.kiosk.targets():
                break
            self.kiosk.clock.pass_by(0.1)
            self.kiosk.tap_at(*self.kiosk.find(mark).center)
        self.done.append("(writes)")
        self._watch()

    # ── what must be true ────────────────────────────────────────────────────

    def _watch(self):
        """After each gesture."""
        visit = self.kiosk.app.visit
        if self.comment:
            self.typed.add(self.comment.sheet.text)
        if visit is None:
            return
        self.thanked.setdefault(visit.response, False)
        if self.kiosk.screen == "thanks":
            end = self.kiosk.log.standing(visit.response).get("_end")
            self.must(end, "thank you never shows before the end is on the disk")
            self.thanked[visit.response] = True

    def _check_the_screens(self):
        """Nothing of them is left where the next one can find it."""
        app = self.kiosk.app
        worn = look.language, look.size, look.contrast, look.easy
        self.must(worn == ("en", NORMAL, False, False), "the looks are reset")
        self.must(app.visit is None, "the visit is over")
        self.must("start" in self.kiosk.targets(), "the next one can begin")
        views = app.screens.screens
        for view in (one for one in views if isinstance(one, QuestionView)):
            self.must(view._page is None, f"{view.name} keeps no page")
            self.must(view.value == "", f"{view.name} keeps no answer")
        words = {one for one in self.typed if len(one) >= WORD_LETTERS}
        for widget in every_widget(app):
            for text in texts_of(widget):
                kept = any(one in text for one in words)
                self.must(not kept, f"no word of theirs is in a {type(widget)}")

    def _check_the_rows(self):
        rows = defaultdict(list)
        for row in self.kiosk.log.after(self.seen, 10_000):
            self.seen = row.seq
            rows[row.response].append(row)
        self.must(set(rows) <= set(self.thanked), "rows only of who was there")
        for response, of_one in rows.items():
            self._check_a_visit(of_one, self.thanked[response])

    def _check_a_visit(self, rows, thanked):
        survey = self.kiosk.app._resting.held.bundle.surveys[rows[0].survey]
        standing = {}
        for row in rows:
            self._check_a_row(row, survey)
            standing[row.question] = row.value
        standing = {key: value for key, value in standing.items() if value}
        answers = {k: v for k, v in standing.items() if survey.question(k)}

        end = standing.get("_end")
        self.ends[end] += 1
        self.must(end, "every visit has an end")
        self.must(rows[-1].question in ("_end", "_receipt"), "the end comes last")
        ends = [row.value for row in rows if row.question == "_end"]
        self.must(ends[1:] in ([], ["withdrawn"]), f"one end stands, not {ends}")
        self.must(thanked or end != "finished", "who finished was thanked")
        if end == "withdrawn":
            return
        shown = dict.fromkeys((one.key for one in survey.questions), "")
        way = {one.key for one in asked(survey, {**shown, **answers})}
        self.must(answers.keys() <= way, f"{answers.keys() - way} is reachable")
        for key, value in answers.items():
            question = survey.question(key)
            open_now = {one.key for one in offered(question, answers)}
            if question.kind != COMMENT:
                self.must(set(value.split(" ")) <= open_now, f"{key} is offered")

    def _check_a_row(self, row, survey):
        question, ours = survey.question(row.question), OUR_QUESTIONS.get(row.question)
        self.must(question or ours, f"{row.question} is a question")
        if ours:
            self.must(ours.accepts(row.value), f"{row.question} {row.value}")
        if question:
            self.must(question.accepts(row.value), f"{row.question} {row.value}")
        if question and question.kind == COMMENT and row.value not in ("", ERASED):
            self.must(is_sealed(row.value), f"{row.question} is sealed")
            private = {"k1": self.central.comment_keys[1]}
            words = open_sealed(row.value, row.response, row.question, private)
            theirs = {clean_comment(one) for one in self.typed}
            self.must(words in theirs, "what is sealed is what stood on the sheet")


# ── what is kept ─────────────────────────────────────────────────────────────


def every_widget(app):
    """Those that show, those that do not, and the keys of other languages."""
    views = app.views
    for top in (views.glass, *views.screens.screens, *views._notices.values()):
        yield from top.walk()
    if views.screens.has_screen("comment"):
        for rows in views.screen("comment").keyboard._built.values():
            for row in rows:
                yield from row.walk()


def texts_of(widget):
    """Every text that a widget holds."""
    for name, what in widget.properties().items():
        if isinstance(what, StringProperty):
            yield getattr(widget, name) or ""


_libc = ctypes.CDLL(None)


def resident_bytes():
    """What this process has of the machine's memory, once all that can go has gone."""
    gc.collect()
    _libc.malloc_trim(0)
    pages = Path("/proc/self/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
