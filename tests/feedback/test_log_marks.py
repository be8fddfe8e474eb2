"""What has central not got, what may be forgotten, and whose rows are they?"""

import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from nacl.signing import VerifyKey

from feedback.answer import utc_text
from feedback.log import Log
from tests.feedback.things import NOW, draft


@pytest.fixture
def log(tmp_path):
    with Log.open(tmp_path / "log") as opened:
        yield opened


def seqs(log):
    return [answer.seq for answer in log.after(0, 100_000)]


# ── the watermark ────────────────────────────────────────────────────────────


def noon(day):
    return f"2026-{day}T12:00:00.000Z"


def on(day, log, have, here=None):
    log.move(have, noon(day), here or noon(day))


def purge(day, log, here=None):
    return log.purge(noon(day), here or noon(day))


@pytest.fixture
def ten(log):
    log.add_all(draft(n) for n in range(10))
    return log


def test_the_watermark_moves_up_and_down_within_the_log(ten):
    assert (ten.have, ten.last, ten.unsent) == (0, 10, 10)
    ten.move(7, NOW, NOW)
    assert (ten.have, ten.unsent) == (7, 3)
    ten.move(4, NOW, NOW)
    assert (ten.have, ten.unsent) == (4, 6)
    for wrong in (11, -1, 10**9):
        with pytest.raises(ValueError, match="not within"):
            ten.move(wrong, NOW, NOW)
    assert ten.have == 4


@pytest.mark.parametrize("now", ["", "yesterday", "2026-11-22", "2026-11-22T08:00:00Z"])
def test_a_mark_at_no_time_is_refused_so_that_nothing_looks_old(ten, now):
    for clocks in ((now, NOW), (NOW, now)):
        with pytest.raises(ValueError, match=r"time|isoformat"):
            ten.move(10, *clocks)
        with pytest.raises(ValueError, match=r"time|isoformat"):
            ten.purge(*clocks)
    assert ten.have == 0


def test_acknowledged_rows_are_kept_for_thirty_days_of_central(ten):
    on("03-01", ten, 6)
    on("03-02", ten, 10)
    assert purge("03-31", ten) == 0
    assert purge("04-01", ten) == 6
    assert (ten.purged_to, ten.last, ten.have, seqs(ten)) == (6, 10, 10, [7, 8, 9, 10])
    assert purge("04-01", ten) == 0
    assert purge("04-02", ten) == 4
    assert ten.add_all([draft(11)])[0].seq == 11  # a number is never given twice


def test_what_central_lost_again_is_not_purged(ten):
    on("03-01", ten, 10)
    on("04-15", ten, 2)  # restored from a backup
    assert purge("05-14", ten) == 0
    assert purge("05-15", ten) == 2
    assert seqs(ten) == [3, 4, 5, 6, 7, 8, 9, 10]


def test_purging_pauses_for_thirty_days_after_the_mark_fell(ten):
    on("03-01", ten, 10)
    on("03-20", ten, 9)
    on("03-20", ten, 10)
    assert purge("04-18", ten) == 0
    assert purge("04-19", ten) == 9  # of 1 March, as far as it was kept
    assert purge("04-20", ten) == 1


def test_purging_never_takes_an_unsent_row(ten):
    on("03-01", ten, 4)
    assert purge("12-31", ten) == 4
    assert seqs(ten) == [5, 6, 7, 8, 9, 10]


# ── clocks that lie ──────────────────────────────────────────────────────────

LIES = ["2099-01-01T00:00:00.000Z", "1970-01-01T00:01:00.000Z"]
LATER, EVER = "9999-12-31T23:59:59.999Z", "0001-01-01T00:00:00.000Z"


@pytest.mark.parametrize("wrong", [*LIES, LATER, EVER])
@pytest.mark.parametrize("is_centrals", [True, False])
def test_a_clock_that_jumped_makes_no_row_old(ten, wrong, is_centrals):
    """A server that starts without a battery, and is put right a minute later: that is
    when it may have been restored, and asks for these rows. Or a tablet that does."""
    right = noon("11-22")
    pair = (wrong, right) if is_centrals else (right, wrong)
    ten.move(5, right, right)
    ten.move(10, *pair)
    assert ten.purge(*pair) == 0
    ten.move(10, right, right)
    assert ten.purge(right, right) == 0

    assert len(ten.after(0, 20)) == 10


@pytest.mark.parametrize("wrong", [*LIES, LATER, EVER])
@pytest.mark.parametrize("is_centrals", [True, False])
@pytest.mark.parametrize("fell", [True, False])
def test_a_clock_that_was_put_right_stops_no_purge_for_decades(
    ten, wrong, is_centrals, fell
):
    on("03-01", ten, 10)
    pair = (wrong, noon("03-02")) if is_centrals else (noon("03-02"), wrong)
    ten.move(8 if fell else 10, *pair)
    on("03-02", ten, 10)

    assert purge("03-31", ten) == 0
    assert purge("04-02", ten) == 10


def test_a_tablet_whose_clock_stays_wrong_keeps_its_rows(ten):
    for here in LIES:
        on("03-01", ten, 10, here)
        assert purge("12-31", ten, here) == 0


MOMENTS = st.one_of(
    st.integers(-60, 60).map(timedelta),
    st.sampled_from([*LIES, LATER, EVER]),
    st.datetimes().map(lambda moment: utc_text(moment.replace(tzinfo=UTC))),
)


@dataclass
class Clocks:
    """Central's and the tablet's, of which one is right at any moment."""

    day: int = 0

    @property
    def true(self):
        return datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(self.day)

    def tell(self, lie, is_centrals):
        said = utc_text(self.true + lie) if isinstance(lie, timedelta) else lie
        pair = (said, utc_text(self.true))
        return pair if is_centrals else reversed(pair)


class Watermark(RuleBasedStateMachine):
    """Moves, falls, forks and purges at random; rows go only as promised."""

    def __init__(self):
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.log = Log.open(Path(self.folder.name) / "log")
        self.clocks = Clocks()
        self.acknowledged = {}  # seq → day since when central has it without a break
        self.fell = -100

    @property
    def day(self):
        return self.clocks.day

    @rule(count=st.integers(1, 5))
    def add(self, count):
        self.log.add_all(draft(n) for n in range(count))

    @rule(days=st.integers(1, 40))
    def time_passes(self, days):
        self.clocks.day += days

    @precondition(lambda self: self.log.last)
    @rule(data=st.data(), lie=MOMENTS, is_centrals=st.booleans())
    def move(self, data, lie, is_centrals):
        have = data.draw(st.integers(self.log.purged_to, self.log.last))
        if have < self.log.have:
            self.fell = self.day
        self.log.move(have, *self.clocks.tell(lie, is_centrals))
        self.forget_above(have)
        for seq in range(1, have + 1):
            self.acknowledged.setdefault(seq, self.day)

    @precondition(lambda self: self.log.last)
    @rule(data=st.data())
    def fork(self, data):
        at = data.draw(st.integers(self.log.purged_to + 1, self.log.last + 1))
        self.log.fork(at)
        self.forget_above(at - 1)

    def forget_above(self, have):
        kept = {seq: day for seq, day in self.acknowledged.items() if seq <= have}
        self.acknowledged = kept

    @rule(lie=MOMENTS, is_centrals=st.booleans())
    def purge(self, lie, is_centrals):
        before = set(seqs(self.log))
        self.log.purge(*self.clocks.tell(lie, is_centrals))
        gone = before - set(seqs(self.log))
        assert all(self.acknowledged[seq] <= self.day - 30 for seq in gone)
        assert not gone or self.fell <= self.day - 30

    @precondition(lambda self: self.log.last)
    @rule()
    def all_is_put_right(self):
        """Whatever was said before, a month of right clocks lets the old rows go."""
        have = self.log.have
        right = timedelta(0)
        self.log.move(have, *self.clocks.tell(right, True))
        self.clocks.day += 31
        self.log.purge(*self.clocks.tell(right, True))
        assert self.log.purged_to == have

    @invariant()
    def rows_have_no_gap(self):
        assert seqs(self.log) == list(range(self.log.purged_to + 1, self.log.last + 1))
        assert self.log.purged_to <= self.log.have <= self.log.last

    def teardown(self):
        self.log.close()
        self.folder.cleanup()


TestWatermark = Watermark.TestCase
TestWatermark.settings = settings(
    max_examples=50, stateful_step_count=25, deadline=None
)


# ── forks ────────────────────────────────────────────────────────────────────


def test_a_fork_renames_the_rows_from_there_on_and_keeps_their_numbers(ten):
    old, old_key = ten.device, ten.public_key
    ten.move(10, NOW, NOW)
    new = ten.fork(7)
    assert new == ten.device != old
    assert ten.public_key != old_key
    assert ten.succeeds == (old, 7)
    assert [a.seq for a in ten.after(0, 99) if a.device == old] == [1, 2, 3, 4, 5, 6]
    assert [a.seq for a in ten.after(0, 99) if a.device == new] == [7, 8, 9, 10]
    assert (ten.have, ten.last) == (6, 10)
    assert ten.add_all([draft(99)])[0].device == new
    with Log.open(ten.path) as again:
        assert (again.device, again.succeeds) == (new, (old, 7))


def test_a_fork_behind_the_last_row_names_only_what_comes(ten):
    old = ten.device
    ten.fork(11)
    assert {a.device for a in ten.after(0, 99)} == {old}
    assert ten.have == 10
    for wrong in (0, 12):
        with pytest.raises(ValueError, match="not within"):
            ten.fork(wrong)


def test_rows_of_a_fork_are_not_purged_by_the_old_devices_marks(ten):
    on("03-01", ten, 10)
    ten.fork(4)
    assert purge("12-31", ten) == 3
    assert seqs(ten) == [4, 5, 6, 7, 8, 9, 10]


def test_each_elder_has_its_own_rows_and_its_own_key(ten):
    """Planted: rows up to the next device's beginning, though a later one began below
    it and took them over."""
    assert ten.elders() == []
    first, key = ten.device, ten.public_key
    ten.fork(5)
    second = ten.device
    ten.fork(9)
    spans = [(elder.device, elder.first, elder.last) for elder in ten.elders()]
    assert spans == [(first, 1, 4), (second, 5, 8)]
    VerifyKey(key).verify(b"x", ten.elders()[0].sign(b"x"))
    ten.fork(3)
    for elder in ten.elders():
        rows = [a.seq for a in ten.after(0, 99) if a.device == elder.device]
        assert rows == list(range(elder.first, elder.last + 1))
    assert [elder.device for elder in ten.elders()] == [first]


def test_an_elder_does_not_speak_of_rows_that_were_purged(ten):
    on("03-01", ten, 3)
    ten.fork(8)
    purge("12-31", ten)
    assert [(elder.first, elder.last) for elder in ten.elders()] == [(4, 7)]
    ten.db.conn.execute("UPDATE watermark SET purged_to = 7")
    assert ten.elders() == []


def test_a_program_notices_that_another_one_forked_its_file(ten):
    with Log.open(ten.path) as agent:
        new = agent.fork(11)
    assert ten.add_all([draft(50)])[0].device == new
    assert ten.device == new
    VerifyKey(ten.public_key).verify(b"x", ten.sign(b"x"))
