"""What does someone see who walks up to the tablet?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from kivy.clock import Clock
from kivy.metrics import dp
from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from feedback.bundle import Card
from kiosk.look import look
from kiosk.screens.column import only
from kiosk.screens.languages import TongueButton
from kiosk.welcome_page import WelcomePage
from kiosk.widgets import Band, Press, Target, View, load_looks

# Words may shrink so far before something gives way to them; hardly at all for whoever
# asked for large ones.
LEGIBLE, LEGIBLE_LARGE = 0.88, 0.96

SPACE = 12  # between buttons of a group
GROWN = 1.3  # words in much room
MOST_WIDE = 260  # a button of a language

T = TypeVar("T", bound=Target)

EVENTS = {
    "about": "on_about",
    "ways": "on_ways",
    "listen": "on_listen",
    "language": "on_languages",
}


class Helper(Target):
    """A quiet button, with a small picture before its words."""

    text = StringProperty("")
    picture = StringProperty("")


class WardCard(Band):
    """One "You said, we did", in the words of the ward's staff. Tall: its two parts
    stand under one another."""

    tall = BooleanProperty(False)
    said_title = StringProperty("")
    said = StringProperty("")
    did_title = StringProperty("")
    did = StringProperty("")

    def __init__(self, **options: object) -> None:
        super().__init__(**options)
        again = Clock.create_trigger(self._level, -1)
        self.bind(said=again, did=again)
        for quote in self.ids.parts.children:
            quote.bind(size=again)

    def _level(self, *_: object) -> None:
        """Both parts in letters of one size."""
        quotes = self.ids.parts.children
        for quote in quotes:
            quote.most = GROWN
        scale = min(quote.largest_that_fits() for quote in quotes)
        for quote in quotes:
            quote.most = scale


@dataclass(frozen=True, slots=True)
class Plan:
    """What shows, and how. Stacked: Start stands below the words, not beside them.
    `card`: how much of its usual height it gets. Folded: one button in place of all
    languages, which opens a list of them. Barred: the quiet buttons stand in the header
    all the same, and the ward's name gives way to them."""

    stacked: bool
    card: float = 0.0
    folded: bool = False
    barred: bool = False


# The first that leaves the words their size is taken: the card gives way first.
TALL = (
    Plan(True, card=1.4), Plan(True, card=1.0), Plan(True), Plan(True, folded=True),
)  # fmt: skip
BARRED = Plan(True, folded=True, barred=True)
WIDE = (Plan(False, card=1.4), Plan(False, card=1.0), Plan(False), *TALL, BARRED)
# Who has chosen a language, or larger words, has found the way to choose: then the
# languages give way before the card.
CHOSEN_TALL = (*TALL[:2], Plan(True, card=1.0, folded=True), TALL[-1])
CHOSEN_WIDE = (*WIDE[:2], Plan(False, card=1.0, folded=True), *CHOSEN_TALL, BARRED)


class WelcomeView(View):
    """Everything before the first question, in the language that it wears now.

    Events: on_start(survey), with the id and version of the survey; on_language(code);
    on_languages(), the folded list; on_about(); on_ways(); on_listen().
    Marks: `start` for the ward's own survey, `start-<survey>` for others,
    `language-<code>`, `language` when folded, `about`, `ways`, `listen`.
    """

    __events__ = (
        "on_start",
        "on_language",
        "on_languages",
        "on_about",
        "on_ways",
        "on_listen",
    )

    # What the looks take from here, in pixels.
    stacked = BooleanProperty(False)
    sides = NumericProperty(0)
    gap = NumericProperty(0)
    inset = NumericProperty(0)
    header_height = NumericProperty(0)
    practice_height = NumericProperty(0)
    bar_width = NumericProperty(0)
    helpers_height = NumericProperty(0)
    starts_width = NumericProperty(0)
    starts_height = NumericProperty(0)
    card_height = NumericProperty(0)
    languages_height = NumericProperty(0)
    staff_height = NumericProperty(0)

    def __init__(self, **options: object) -> None:
        self._page: WelcomePage | None = None
        self._card: Card | None = None
        # Once built they are only filled anew: that takes a tenth of the time.
        self._targets: dict[tuple[str, ...], Target] = {}
        self._ward_card: WardCard | None = None
        self._arranged: tuple[object, ...] = ()
        super().__init__(**options)
        again = Clock.create_trigger(self._arrange, -1)
        self.bind(size=again, parent=again)
        look.bind(size=again, language=again)

    def show(self, page: WelcomePage) -> None:
        self._page = page
        words, ids = page.words, self.ids
        ids.organisation.text = page.organisation
        ids.ward.text = page.ward
        ids.practice.text = page.practice
        ids.staff.text = page.staff
        ids.title.text = page.starts[0].title
        ids.no_name.text = words("no_name")
        ids.not_watched.text = words("not_watched")
        ids.note.text = "" if page.checked else words("not_checked")
        self._arrange()

    def show_card(self, card: Card | None) -> None:
        """This one now, in place of the one before; nothing moves."""
        had_one, self._card = self._card is not None, card
        if had_one != (card is not None):
            self._arrange()
        else:
            self._show_ward_card()

    # ── what there is room for ───────────────────────────────────────────────

    def _arrange(self, *_: object) -> None:
        """The first plan that leaves the words their size."""
        # A screen is of some small size until it is laid out: then this comes again.
        page = self._page
        if page is None or not self.parent or self.size != self.parent.size:
            return
        now = (
            *(page, self._card is None, *self.size),
            *(look.language, look.size, look.target),
        )
        if now == self._arranged:
            self._show_ward_card()
            return
        self._arranged = now
        self.sides, self.gap = dp(40), dp(18)
        self.inset = dp(26)
        for plan in self._plans(page):
            self._measure(page, plan)
            if self._holds(plan):
                break
        self._fill(page, plan)

    def _plans(self, page: WelcomePage) -> Iterator[Plan]:
        card = self._card is not None
        chosen = page.words.language != page.languages[0].code or look.letters > 1
        if card and chosen:
            plans = CHOSEN_TALL if self.portrait else CHOSEN_WIDE
        else:
            plans = TALL if self.portrait else WIDE
        return (plan for plan in plans if card or not plan.card)

    def _measure(self, page: WelcomePage, plan: Plan) -> None:
        least = max(look.target, dp(80))
        helper = max(least, dp(68) * look.room**0.6)
        rows = -(-len(self._helpers(page, plan)) // self._helper_columns(page, plan))
        in_bar = plan.barred or not plan.stacked
        self.helpers_height = 0 if in_bar else _rows(rows, helper)
        self.bar_width = self._bar_width(page, plan) if in_bar else 0
        self.header_height = self._header_height(helper)
        self.practice_height = dp(54) * look.room**0.7 if page.practice else 0
        self.staff_height = dp(48) * look.room**0.7 if page.staff else 0
        self.starts_width = dp(392)
        self.starts_height = max(least, dp(120))
        usual = dp(214) if self.portrait else dp(148)
        self.card_height = usual * look.room**0.8 * plan.card
        rows = -(-len(page.languages) // self._language_columns(page))
        shown = len(page.languages) > 1 and not plan.folded
        self.languages_height = _rows(rows, least) + 2 * dp(14) if shown else 0

    def _bar_width(self, page: WelcomePage, plan: Plan) -> float:
        """The quiet buttons on the right of the header, as on every screen that
        follows."""
        many = len(self._helpers(page, plan))
        most = float((self.width - 2 * self.sides) * (0.6 if many > 3 else 0.55))
        each = float(dp(206) * look.letters**0.5)
        return min(most, many * each)

    def _header_height(self, helper: float) -> float:
        if self.bar_width:
            return float(helper + dp(24))
        names = self.ids.above.needed(self.width - 2 * self.sides)
        return float(min(names + dp(26), dp(196) if self.portrait else dp(124)))

    def _holds(self, plan: Plan) -> bool:
        """Whether all words have room in nearly their own size."""
        body = (
            self.height - self.header_height - self.practice_height
            - self.languages_height - self.staff_height - 2 * self.gap
        )  # fmt: skip
        width = self.width - 2 * self.sides - 2 * self.inset
        if plan.card:
            body -= self.card_height + self.gap
        if plan.stacked:
            body -= self.starts_height + self.gap + self.helpers_height + dp(16)
        else:
            width -= self.starts_width + self.gap
        room = body - 2 * self.inset
        legible = LEGIBLE if look.letters == 1 else LEGIBLE_LARGE
        return bool(self.ids.words.needed(width, legible) <= room)

    def _helpers(self, page: WelcomePage, plan: Plan) -> list[tuple[str, str, str]]:
        """Phrase, mark and picture of the quiet buttons."""
        found = [("who_reads", "about", ""), ("ways", "ways", "ways")]
        if page.listens:
            phrase, picture = self._listening()
            found.append((phrase, "listen", picture))
        if plan.folded and len(page.languages) > 1:
            found.insert(0, ("language", "language", "language"))
        return found

    def _listening(self) -> tuple[str, str]:
        """Phrase and picture of the button to listen."""
        return ("listen_stop", "stop_listening") if self.speaking else ("listen",) * 2

    def on_speaking(self, *_: object) -> None:
        phrase, picture = self._listening()
        for helper in (*self.ids.helpers.children, *self.ids.bar.children):
            if helper.mark == "listen" and self._page is not None:
                helper.text, helper.picture = self._page.words(phrase), picture

    def _helper_columns(self, page: WelcomePage, plan: Plan) -> int:
        many = len(self._helpers(page, plan))
        narrow = self.portrait and (look.letters > 1 or many > 3)
        return min(many, 2 if narrow else 4)

    def _language_columns(self, page: WelcomePage) -> int:
        return min(len(page.languages), 4 if self.portrait else 6)

    # ── what shows ───────────────────────────────────────────────────────────

    def _fill(self, page: WelcomePage, plan: Plan) -> None:
        ids = self.ids
        self.stacked = plan.stacked
        helpers = list(self._buttons(page, plan))
        ids.helpers.cols = self._helper_columns(page, plan)
        here, elsewhere = ids.bar, ids.helpers
        if plan.stacked and not plan.barred:
            here, elsewhere = elsewhere, here
        only(elsewhere, ())
        only(here, helpers)
        only(ids.starts, self._starts(page))
        columns = self._language_columns(page)
        ids.languages.cols = columns
        ids.languages.width = min(
            self.width - 2 * self.sides, columns * dp(MOST_WIDE) * look.letters
        )
        only(ids.languages, self._tongues(page) if self.languages_height else ())
        if plan.card and self._ward_card is None:
            self._ward_card = WardCard(tall=self.portrait)
        only(ids.card_room, (self._ward_card,) if plan.card else ())
        self._show_ward_card()

    def _starts(self, page: WelcomePage) -> Iterator[Target]:
        """The ward's own survey is the one to see; others wait quietly beside it."""
        first, *others = page.starts
        start = self._target(Press, "start", "on_start", first.survey)
        start.text, start.strong, start.largest = page.words("start"), True, dp(44)
        start.size_hint_x = 1.6 if self.stacked else 1
        yield start
        for one in others:
            press = self._target(Press, f"start-{one.survey}", "on_start", one.survey)
            press.text, press.size_hint_y = one.title, 1 if self.stacked else None
            if not self.stacked:
                press.height = max(look.target, dp(84) * look.room**0.5)
            yield press

    def _buttons(self, page: WelcomePage, plan: Plan) -> Iterator[Target]:
        for phrase, mark, picture in self._helpers(page, plan):
            helper = self._target(Helper, mark, EVENTS[mark])
            helper.text, helper.picture = page.words(phrase), picture
            yield helper

    def _tongues(self, page: WelcomePage) -> Iterator[Target]:
        for tongue in page.languages:
            mark = f"language-{tongue.code}"
            button = self._target(TongueButton, mark, "on_language", tongue.code)
            button.say(tongue, page.words.language)
            yield button

    def _target(self, kind: type[T], mark: str, event: str, *what: str) -> T:
        """The one that was here before, if there was one."""
        found = self._targets.get((mark, *what))
        if found is None:
            found = self._targets[mark, *what] = kind(mark=mark)
            found.bind(on_release=lambda _: self.dispatch(event, *what))
        assert isinstance(found, kind)
        found.state = "normal"
        return found

    def _show_ward_card(self) -> None:
        page, card, shown = self._page, self._card, self._ward_card
        if page is not None and card is not None and shown is not None:
            shown.said_title, shown.said = page.words("card_said"), card.said
            shown.did_title, shown.did = page.words("card_did"), card.did

    def on_start(self, survey: str) -> None:
        pass

    def on_language(self, code: str) -> None:
        pass

    def on_languages(self) -> None:
        pass

    def on_about(self) -> None:
        pass

    def on_ways(self) -> None:
        pass

    def on_listen(self) -> None:
        pass


def _rows(how_many: int, height: float) -> float:
    return float(how_many * (height + dp(SPACE)) - dp(SPACE))


load_looks(__file__)
