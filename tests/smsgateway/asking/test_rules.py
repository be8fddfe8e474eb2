"""Who is asked, who waits and who never is: each reason, and which one goes first."""

import itertools
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsgateway.asking import hours, rules
from smsgateway.asking.hours import Hours, is_open
from smsgateway.asking.policy import Policy
from smsgateway.asking.rules import (
    WHYS,
    WORDS,
    Budget,
    Facts,
    Go,
    Never,
    Plan,
    Wait,
    fair_shares,
)

HOUR, DAY, TICK = timedelta(hours=1), timedelta(days=1), timedelta(microseconds=1)
POLICY = Policy(Hours(), {}, frozenset(), date(2028, 12, 31))
DUE = datetime(2026, 11, 3, 10, tzinfo=UTC)  # a Tuesday
VALID_TO = DUE + POLICY.validity
PLAN = Plan("ROWAN", DUE, VALID_TO)
PLENTY = Budget(2_000, 2_000, Decimal(50_000), 2)
NOW = DUE + HOUR


def decide(plan=PLAN, facts=None, policy=POLICY, budget=PLENTY, now=NOW):
    return rules.decide(plan, facts or Facts(), policy, budget, now)


def utc(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=UTC)


# ── which reason goes first ──────────────────────────────────────────────────

MOMENTS = {
    "fine": NOW,
    "not_due": DUE - HOUR,
    "quiet": DUE + 12 * HOUR,
    "old": VALID_TO + HOUR,
}
RESTS = {
    "": None,
    "a while": DUE + 36 * HOUR - 30 * DAY,  # may be asked within the validity
    "long": DUE - HOUR,
}
FLAGS = tuple(itertools.product((False, True), repeat=6))


def expected(moment, rest, flags):
    """Never before wait; among each in the order that is written here."""
    stopped, excluded, ended, held, talking, broke = flags
    nevers = {
        "opted_out": stopped,
        "excluded": excluded,
        "asked_lately": rest == "long",
        "too_old": moment == "old",
        "failed_before": ended,
    }
    waits = {
        "asked_lately": rest == "a while" and moment != "old",
        "not_due": moment == "not_due",
        "held": held,
        "talking": talking,
        "quiet_hours": moment == "quiet",
        "daily_cap": broke,
    }
    for kind, reasons in ((Never, nevers), (Wait, waits)):
        for why, holds in reasons.items():
            if holds:
                return kind, why
    return Go, ""


def every_combination_gives_the_reason_that_goes_first():
    seen = Counter()
    for moment, rest, flags in itertools.product(MOMENTS, RESTS, FLAGS):
        stopped, excluded, ended, held, talking, broke = flags
        facts = Facts(
            has_stopped=stopped,
            is_held=held,
            excluded="death" if excluded else "",
            is_talking=talking,
            last_asked=RESTS[rest],
            is_ended=ended,
        )
        budget = replace(PLENTY, day_left=1, month_left_pence=Decimal(0))
        verdict = decide(
            facts=facts, budget=budget if broke else PLENTY, now=MOMENTS[moment]
        )
        found = type(verdict), getattr(verdict, "why", "")
        assert found == expected(moment, rest, flags), (moment, rest, flags)
        seen[found] += 1
    assert len(seen) == 12


def test_every_combination_gives_the_reason_that_goes_first():
    every_combination_gives_the_reason_that_goes_first()


def test_each_reason_can_be_given_but_those_of_other_rooms():
    verdicts = {
        decide(facts=Facts(has_stopped=True)),
        decide(facts=Facts(excluded="pregnancy loss")),
        decide(facts=Facts(last_asked=DUE - DAY)),
        decide(now=VALID_TO + TICK),
        decide(facts=Facts(is_ended=True)),
        decide(now=DUE - TICK),
        decide(facts=Facts(is_held=True)),
        decide(facts=Facts(is_talking=True)),
        decide(now=DUE + 12 * HOUR),
        decide(budget=replace(PLENTY, ward_left=1)),
        decide(budget=replace(PLENTY, month_left_pence=Decimal("8.39"))),
    }

    assert {verdict.why for verdict in verdicts} == set(WHYS) - {
        "closed_day",
        "bank_holiday",
    }


def test_each_reason_has_words_that_begin_after_because():
    assert tuple(WORDS) == WHYS
    for why, words in WORDS.items():
        assert why.replace("_", "").isalpha()
        assert words[0].islower(), why
        assert words[-1].isalpha(), why
        assert "_" not in words


# ── when to look again ───────────────────────────────────────────────────────


def test_what_is_due_and_hindered_by_nothing_goes():
    assert decide(now=DUE) == Go()
    assert decide(now=VALID_TO) == Go()


def test_before_it_is_due_it_waits_for_the_next_open_moment():
    assert decide(now=DUE - DAY) == Wait(DUE, "not_due")
    night = replace(PLAN, due=utc("2026-11-03 22:00"))
    assert decide(night, now=NOW) == Wait(utc("2026-11-04 09:00"), "not_due")


def test_quiet_hours_are_the_wards_own_and_by_its_own_clock():
    late = replace(POLICY, ward_hours={"ROWAN": Hours(time(12), time(13))})
    birch = replace(PLAN, ward="BIRCH")

    assert decide(policy=late) == Wait(utc("2026-11-03 12:00"), "quiet_hours")
    assert decide(birch, policy=late) == Go()


def in_summer_a_ward_opens_an_hour_earlier_by_utc():
    due = utc("2026-07-01 05:00")
    plan = replace(PLAN, due=due, valid_to=due + 3 * DAY)

    assert decide(plan, now=due) == Wait(utc("2026-07-01 08:00"), "quiet_hours")
    assert decide(plan, now=utc("2026-07-01 08:00")) == Go()
    evening = utc("2026-07-01 19:00")
    assert decide(plan, now=evening) == Wait(utc("2026-07-02 08:00"), "quiet_hours")


def test_in_summer_a_ward_opens_an_hour_earlier_by_utc():
    in_summer_a_ward_opens_an_hour_earlier_by_utc()


def a_bank_holiday_is_waited_out():
    easter = replace(POLICY, holidays=frozenset((date(2026, 11, 3),)))

    assert decide(policy=easter) == Wait(utc("2026-11-04 09:00"), "bank_holiday")


def test_a_bank_holiday_is_waited_out():
    a_bank_holiday_is_waited_out()


def test_a_day_of_the_week_on_which_nothing_is_sent_is_told_from_a_night():
    hours = Hours(days=frozenset((0, 2, 3, 4)))  # no Tuesday
    policy = replace(POLICY, hours=hours)
    weekly = replace(policy, holidays=frozenset((date(2026, 11, 3),)))

    assert decide(policy=policy) == Wait(utc("2026-11-04 09:00"), "closed_day")
    assert decide(policy=weekly).why == "bank_holiday"
    assert decide(policy=policy, now=utc("2026-11-04 08:00")).why == "quiet_hours"


def test_who_talks_or_is_held_is_looked_at_again_in_an_hour():
    for facts in (Facts(is_talking=True), Facts(is_held=True)):
        assert decide(facts=facts).until == NOW + HOUR
        evening = utc("2026-11-03 19:30")
        assert decide(facts=facts, now=evening).until == utc("2026-11-04 09:00")


def test_who_was_asked_is_left_alone_for_the_days_of_the_policy():
    asked = DUE + HOUR - 30 * DAY
    for moment, verdict in {
        DUE - HOUR: Wait(DUE + HOUR, "asked_lately"),
        DUE + HOUR - TICK: Wait(DUE + HOUR, "asked_lately"),
        DUE + HOUR: Go(),
    }.items():
        assert decide(facts=Facts(last_asked=asked), now=moment) == verdict


def whose_days_are_over_before_it_is_due_waits_for_nothing_else():
    facts = Facts(last_asked=DUE - 30 * DAY)

    assert decide(facts=facts, now=DUE - DAY) == Wait(DUE, "not_due")
    assert decide(facts=facts, now=DUE) == Go()


def test_whose_days_are_over_before_it_is_due_waits_for_nothing_else():
    whose_days_are_over_before_it_is_due_waits_for_nothing_else()


def test_who_was_asked_lately_is_told_apart_from_what_is_too_old():
    too_lately = Facts(last_asked=VALID_TO + TICK - 30 * DAY)
    just_so = Facts(last_asked=VALID_TO - 30 * DAY)

    assert decide(facts=too_lately) == Never("asked_lately")
    assert decide(facts=too_lately, now=DUE - 9 * DAY) == Never("asked_lately")
    assert decide(facts=just_so) == Wait(VALID_TO, "asked_lately")


def test_what_a_person_wants_goes_before_all_else():
    assert decide(facts=Facts(has_stopped=True)) == Never("opted_out")
    assert decide(facts=Facts(excluded="death")) == Never("excluded")
    assert decide(facts=Facts(is_talking=True)).why == "talking"
    assert decide(facts=Facts(is_held=True)).why == "held"


# ── what is left ─────────────────────────────────────────────────────────────


def the_last_segment_and_the_last_penny_may_be_spent():
    just = Budget(2, 2, Decimal("8.4"), 2)

    assert decide(budget=just) == Go()
    tomorrow = utc("2026-11-04 09:00")
    for lacks, why in (
        (replace(just, day_left=1), "daily_cap"),
        (replace(just, ward_left=1), "daily_cap"),
        (replace(just, month_left_pence=Decimal("8.399")), "month_cap"),
        (replace(just, segments=3, month_left_pence=Decimal(99)), "daily_cap"),
        (Budget(-5, -5, Decimal(-1), 1), "daily_cap"),
    ):
        assert decide(budget=lacks) == Wait(tomorrow, why)


def test_the_last_segment_and_the_last_penny_may_be_spent():
    the_last_segment_and_the_last_penny_may_be_spent()


def test_a_day_of_the_cap_ends_at_londons_midnight():
    """A ward that texts from midnight on may do so at 00:00 of its own clock."""
    policy = replace(POLICY, hours=Hours(time(0), time(23, 59)))
    due = utc("2026-07-01 10:00")
    plan = replace(PLAN, due=due, valid_to=due + DAY)
    none_left = replace(PLENTY, day_left=0)

    verdict = decide(plan, policy=policy, budget=none_left, now=due)
    assert verdict == Wait(utc("2026-07-01 23:00"), "daily_cap")


# ── too old ──────────────────────────────────────────────────────────────────


def a_wait_past_its_validity_is_a_never():
    last = VALID_TO.replace(hour=9, minute=30)
    waits = {
        "quiet_hours": {"policy": replace(POLICY, hours=Hours(time(11), time(20)))},
        "held": {"facts": Facts(is_held=True)},
        "talking": {"facts": Facts(is_talking=True)},
        "daily_cap": {"budget": replace(PLENTY, day_left=0)},
        "month_cap": {"budget": replace(PLENTY, month_left_pence=Decimal(0))},
    }
    for why, hindered in waits.items():
        verdict = decide(now=last, **hindered)
        assert verdict == Never("too_old")
        assert verdict.waited_for == why


def test_a_wait_past_its_validity_is_a_never_that_says_what_was_waited_for():
    a_wait_past_its_validity_is_a_never()


def test_what_will_be_too_old_is_told_before_it_is_due():
    """Everybody who is due early in a closed week, while somebody can still act."""
    week = frozenset(date(2026, 11, day) for day in range(3, 8))
    verdict = decide(policy=replace(POLICY, holidays=week), now=DUE - DAY)

    assert verdict == Never("too_old")
    assert verdict.waited_for == "bank_holiday"


def test_after_an_outage_nothing_old_is_flushed():
    for late in (TICK, HOUR, 400 * DAY):
        assert decide(now=VALID_TO + late) == Never("too_old")


# ── whatever comes ───────────────────────────────────────────────────────────

NEAR = st.timedeltas(-5 * DAY, 5 * DAY)
FACTS = st.builds(
    Facts,
    has_stopped=st.booleans(),
    is_held=st.booleans(),
    excluded=st.sampled_from(("", "", "", "death")),
    is_talking=st.booleans(),
    last_asked=st.none() | st.timedeltas(-40 * DAY, DAY).map(lambda by: DUE + by),
    is_ended=st.booleans(),
)
QUIET_FACTS = st.sampled_from((Facts(), Facts(last_asked=DUE - 29 * DAY)))
BUDGETS = st.builds(
    Budget,
    st.integers(-1, 4),
    st.integers(-1, 4),
    st.decimals(-1, 20, places=1),
    st.integers(1, 3),
)
DUES = st.sampled_from(
    [utc(f"{day} 10:00") for day in ("2026-11-03", "2026-03-28", "2026-10-24")]
)


@st.composite
def cases(draw):
    due = draw(DUES) + draw(NEAR)
    plan = Plan("ROWAN", due, due + draw(st.timedeltas(HOUR, 5 * DAY)))
    opens, closes = draw(st.sampled_from([(9, 20), (0, 23), (1, 2), (12, 13)]))
    days = draw(st.sampled_from((frozenset(range(7)), frozenset(range(5)))))
    policy = replace(POLICY, hours=Hours(time(opens), time(closes), days))
    facts = draw(QUIET_FACTS | FACTS)
    return plan, facts, policy, draw(st.just(PLENTY) | BUDGETS), due + draw(NEAR)


@given(cases())
def test_whatever_comes_no_rule_is_broken(case):
    plan, facts, policy, budget, now = case
    verdict = decide(*case)

    if isinstance(verdict, Go):
        rest = facts.last_asked and facts.last_asked + 30 * DAY
        assert plan.due <= now <= plan.valid_to
        assert is_open(now, policy.hours, ())
        assert replace(facts, last_asked=None) == Facts()
        assert not rest or rest <= now
        assert budget.segments <= min(budget.day_left, budget.ward_left)
        assert budget.segments * Decimal("4.2") <= budget.month_left_pence
        return
    assert verdict.why in WHYS
    if isinstance(verdict, Wait):
        assert now < verdict.until <= plan.valid_to
        assert verdict.until >= plan.due
        assert is_open(verdict.until, policy.hours, ())


@given(cases())
def test_who_waits_is_told_go_or_never_in_the_end(case):
    plan, facts, policy, budget, now = case
    for _ in range(200):
        verdict = decide(plan, facts, policy, budget, now)
        if not isinstance(verdict, Wait):
            return
        now = verdict.until
    pytest.fail("still waits")


# ── fair shares ──────────────────────────────────────────────────────────────

WARDS = st.dictionaries(
    st.sampled_from("ABCDEFGH"), st.integers(0, 40) | st.just(9_999), max_size=8
)


def one_by_one(waiting, left):
    """The same by handing out one segment after another to who has least."""
    shares = dict.fromkeys(waiting, 0)
    for _ in range(left):
        lacking = [ward for ward in waiting if shares[ward] < waiting[ward]]
        if not lacking:
            break
        shares[min(lacking, key=lambda ward: (shares[ward], -waiting[ward]))] += 1
    return shares


def shares_are_fair(waiting, left):
    shares = fair_shares_of(waiting, left)

    assert shares.keys() == waiting.keys()
    assert all(0 <= shares[ward] <= waiting[ward] for ward in waiting)
    assert sum(shares.values()) == min(max(left, 0), sum(waiting.values()))
    assert sorted(shares.values()) == sorted(one_by_one(waiting, left).values())
    assert shares == fair_shares_of(dict(reversed(waiting.items())), left)


def fair_shares_of(waiting, left):
    return rules.fair_shares(waiting, left)


@given(WARDS, st.integers(-5, 300))
def test_shares_are_fair(waiting, left):
    shares_are_fair(waiting, left)


@given(WARDS, st.integers(8, 300))
def test_no_ward_starves_beside_one_that_has_thousands(waiting, left):
    shares = fair_shares({**waiting, "HUGE": 100_000}, left + 1)

    assert all(shares[ward] > 0 for ward in waiting if waiting[ward])


def test_shares_by_hand():
    assert fair_shares({}, 10) == {}
    assert fair_shares({"A": 3}, 0) == {"A": 0}
    assert fair_shares({"A": 3}, -1) == {"A": 0}
    assert fair_shares({"A": 500, "B": 2, "C": 9}, 15) == {"A": 7, "B": 2, "C": 6}
    assert fair_shares({"A": 5, "B": 6, "C": 5}, 7) == {"A": 2, "B": 3, "C": 2}
    assert fair_shares({"A": -1, "B": 2}, 5) == {"A": 0, "B": 2}


def wards_take_turns_when_there_is_less_than_one_for_each():
    """Five wards, two segments a day, one new text a ward and week."""
    waiting, sent = dict.fromkeys("ABCDE", 0), Counter()
    for day in range(70):
        if day % 7 == 0:
            waiting = {ward: count + 1 for ward, count in waiting.items()}
        for ward, share in fair_shares_of(waiting, 2).items():
            waiting[ward] -= share
            sent[ward] += share
    assert sent == Counter(dict.fromkeys("ABCDE", 10))

    waiting, sent = dict.fromkeys("ABCDE", 50), Counter()
    for _ in range(25):
        for ward, share in fair_shares_of(waiting, 2).items():
            waiting[ward] -= share
            sent[ward] += share
    assert set(sent.values()) == {10}


def test_wards_take_turns_when_there_is_less_than_one_for_each():
    wards_take_turns_when_there_is_less_than_one_for_each()


# ── faults that are planted ──────────────────────────────────────────────────


def without(*whys):
    """A room that has forgotten these reasons to wait."""
    waits = rules._waits
    return lambda *args: (one for one in waits(*args) if one[1] not in whys)


def wait_before_never(plan, facts, policy, budget, now):
    for until, why in rules._waits(plan, facts, policy, budget, now):
        return Wait(until, why)
    why = next(rules._never(plan, facts, policy, now), "")
    return Never(why) if why else Go()


def never_in_another_order(*args):
    return iter(sorted(never(*args)))


def waits_in_another_order(*args):
    return iter(sorted(waits(*args), key=lambda one: one[1]))


def forgets_validity(plan, facts, policy, budget, now):
    why = next(rules._never(plan, facts, policy, now), "")
    if why:
        return Never(why)
    found = next(rules._waits(plan, facts, policy, budget, now), None)
    return Go() if found is None else Wait(*found)


def rests_always(plan, facts, policy):
    return (facts.last_asked or DUE - 90 * DAY) + timedelta(days=policy.days_between)


def by_who_comes_first(waiting, left):
    shares = {}
    for ward in sorted(waiting):
        shares[ward] = max(min(waiting[ward], left), 0)
        left -= shares[ward]
    return shares


def in_proportion(waiting, left):
    all_waiting = sum(waiting.values()) or 1
    part = min(max(left, 0), all_waiting)
    return {ward: many * part // all_waiting for ward, many in waiting.items()}


def a_large_and_a_small_ward():
    shares_are_fair({"A": 500, "B": 20, "C": 3}, 60)


never, waits = rules._never, rules._waits
PRIORITY = every_combination_gives_the_reason_that_goes_first
TOO_OLD = a_wait_past_its_validity_is_a_never
BUDGET = the_last_segment_and_the_last_penny_may_be_spent
FAULTS = [
    (hours, "LONDON", UTC, in_summer_a_ward_opens_an_hour_earlier_by_utc),
    (rules, "_waits", without("bank_holiday"), a_bank_holiday_is_waited_out),
    (rules, "_waits", without("held"), PRIORITY),
    (rules, "_waits", without("talking"), PRIORITY),
    (rules, "_waits", without("daily_cap"), BUDGET),
    (rules, "_waits", without("month_cap"), BUDGET),
    (rules, "_waits", waits_in_another_order, PRIORITY),
    (rules, "_never", never_in_another_order, PRIORITY),
    (rules, "decide", wait_before_never, PRIORITY),
    (rules, "decide", forgets_validity, TOO_OLD),
    (
        rules,
        "_rested",
        rests_always,
        whose_days_are_over_before_it_is_due_waits_for_nothing_else,
    ),
    (rules, "fair_shares", by_who_comes_first, a_large_and_a_small_ward),
    (rules, "fair_shares", in_proportion, a_large_and_a_small_ward),
    (
        rules,
        "fair_shares",
        by_who_comes_first,
        wards_take_turns_when_there_is_less_than_one_for_each,
    ),
]


@pytest.mark.parametrize(("room", "name", "fault", "check"), FAULTS)
def test_a_planted_fault_is_caught(monkeypatch, room, name, fault, check):
    check()
    monkeypatch.setattr(room, name, fault)

    with pytest.raises(AssertionError):
        check()
