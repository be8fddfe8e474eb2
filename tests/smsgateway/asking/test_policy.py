"""What a service may decide, and that a file which is wrong is refused by its line."""

import re
import time as clock
import tomllib
from dataclasses import fields, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.assets import assets_folder
from smsgateway.asking import policy as room
from smsgateway.asking.hours import EVERY_DAY, next_open
from smsgateway.asking.policy import (
    NATIONS,
    Hours,
    Policy,
    PolicyError,
    read_policy,
    warnings,
)

FOLDER = assets_folder() / "asking"
SHIPPED = FOLDER / "policy.toml"
HOLIDAYS = tomllib.loads((FOLDER / "holidays.toml").read_text(encoding="utf-8"))
NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def written(tmp_path, text: str):
    path = tmp_path / "asking.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def read(tmp_path):
    return lambda text: read_policy(written(tmp_path, text))


# ── what ships ───────────────────────────────────────────────────────────────


def test_an_empty_file_is_the_file_that_ships(read):
    assert read("") == read_policy(SHIPPED)


def test_what_ships_is_what_is_documented():
    policy = read_policy(SHIPPED)
    england = frozenset(HOLIDAYS["england-and-wales"]["dates"])
    bare = Policy(Hours(), {}, england, date(2028, 12, 31))

    assert policy == bare
    assert policy.hours == Hours(time(9), time(20), EVERY_DAY, on_holidays=False)
    assert (policy.soon_after, policy.validity) == (24 * HOUR, 72 * HOUR)
    assert policy.right_time == (14 * DAY, 21 * DAY)
    assert policy.segment_pence == Decimal("4.2")


def test_every_setting_is_in_the_file_that_ships_and_is_explained():
    text = SHIPPED.read_text(encoding="utf-8")
    data = tomllib.loads(text)

    assert set(data) == {*room._SETTINGS, "nation", "holidays_file", "hours"}
    assert set(data["hours"]) == set(room._HOURS)
    lines = text.splitlines()
    for name in (*data, *data["hours"]):
        at = next(n for n, one in enumerate(lines) if re.match(rf"\[?{name}\b", one))
        above = lines[at - 1]
        assert above.startswith("# ") or lines[at - 2].startswith("# "), name


def test_the_example_of_a_ward_is_one_that_is_taken(read):
    text = SHIPPED.read_text(encoding="utf-8")
    began = text.index("# [wards.ROWAN]")
    example = text[:began] + text[began:].replace("# ", "")
    rowan = Hours(time(10), time(20), frozenset(range(5)))

    assert read(example).hours_of("ROWAN") == rowan
    assert read(example).hours_of("BIRCH") == Hours()


def test_every_field_of_a_policy_can_be_set():
    ours = {field for field, _ in room._SETTINGS.values()}
    read_apart = {"hours", "ward_hours", "holidays", "holidays_known_to"}

    assert ours | read_apart == {field.name for field in fields(Policy)}
    assert {field for field, _ in room._HOURS.values()} == {
        field.name for field in fields(Hours)
    }


def test_all_that_a_service_decides_is_kept(read):
    policy = read(
        """
        nation = "scotland"
soon_after_hours = 48
validity_hours = 24
remind_after_days = 0
right_time_days = []
right_time_survey = "recovery@2"
days_between = 90
daily_segments = 0
month_pence = 0
segment_pence = 3
warn_at = 1
segments_per_s = 10
alerts_daily = 0
under_16 = "ask"
needed_columns = ["deceased", "under_16"]
hours = { opens = "08:30", closes = "23:59", days = ["sun"], on_holidays = true }
wards = { ROWAN = { closes = "12:00" }, b-2_c = {} }
"""
    )

    hours = Hours(time(8, 30), time(23, 59), frozenset((6,)), on_holidays=True)
    assert policy == Policy(
        hours=hours,
        ward_hours={"ROWAN": replace(hours, closes=time(12)), "b-2_c": hours},
        holidays=frozenset(HOLIDAYS["scotland"]["dates"]),
        holidays_known_to=date(2028, 12, 31),
        soon_after=48 * HOUR,
        right_time=None,
        right_time_survey="recovery@2",
        validity=24 * HOUR,
        remind_after=None,
        days_between=90,
        daily_segments=0,
        warn_at=1.0,
        month_pence=0,
        segment_pence=Decimal(3),
        segments_per_s=10.0,
        under_16="ask",
        needed_columns=frozenset(("deceased", "under_16")),
        alerts_daily=0,
    )


def test_a_price_is_what_is_written_and_not_the_nearest_binary_one(read):
    assert read("segment_pence = 4.35").segment_pence * 100 == 435


# ── holidays ─────────────────────────────────────────────────────────────────

MONDAY, FRIDAY = 0, 4


def easter(year: int) -> date:
    """Of the western churches (Butcher, 1876)."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    k = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * k) // 451
    month, day = divmod(h + k - 7 * m + 114, 31)
    return date(year, month, day + 1)


def first_monday(year: int, month: int) -> date:
    return next(
        day for n in range(1, 8) if (day := date(year, month, n)).weekday() == MONDAY
    )


def last_monday(year: int, month: int) -> date:
    return next(
        day for n in range(31, 24, -1) if (day := date(year, month, n)).weekday() == 0
    )


def with_days_given(days: list[date]) -> set[date]:
    """The days, and for each on a weekend the next day that is free of both."""
    found = set(days)
    for day in days:
        while day.weekday() > FRIDAY or (day in found and day not in days):
            day += DAY
            if day in days:
                day += DAY
        found.add(day)
    return found


def by_the_law(nation: str, year: int) -> set[date]:
    scotland = nation == "scotland"
    fixed = [date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)]
    if scotland:
        fixed += [date(year, 1, 2), date(year, 11, 30)]
    if nation == "northern-ireland":
        fixed += [date(year, 3, 17), date(year, 7, 12)]
    moving = {
        easter(year) - 2 * DAY,
        first_monday(year, 5),
        last_monday(year, 5),
        first_monday(year, 8) if scotland else last_monday(year, 8),
    }
    if not scotland:
        moving.add(easter(year) + DAY)
    return moving | with_days_given(sorted(fixed))


@pytest.mark.parametrize("year", [2026, 2027, 2028])
@pytest.mark.parametrize("nation", NATIONS)
def test_the_holidays_are_those_of_the_law(nation, year):
    listed = {day for day in HOLIDAYS[nation]["dates"] if day.year == year}
    once = {date(2026, 6, 15)} if (nation, year) == ("scotland", 2026) else set()

    assert listed == by_the_law(nation, year) | once


def test_nobody_is_texted_on_christmas_day_also_when_it_is_a_saturday():
    policy = read_policy(SHIPPED)
    opens = next_open(datetime(2027, 12, 24, 21, tzinfo=UTC), Hours(), policy.holidays)

    assert opens == datetime(2027, 12, 29, 9, tzinfo=UTC)


def test_a_service_may_keep_a_list_of_its_own_beside_its_policy(tmp_path):
    own = "known_to = 2031-12-31\n[england-and-wales]\ndates = [2031-05-12]\n"
    (tmp_path / "own.toml").write_text(own, encoding="utf-8")
    policy = read_policy(written(tmp_path, 'holidays_file = "own.toml"'))

    assert policy.holidays == {date(2031, 5, 12)}
    assert policy.holidays_known_to == date(2031, 12, 31)


LISTS = {
    "": "own.toml: known_to must be a date such as 2028-12-31",
    'known_to = "2028-12-31"': "own.toml, line 1: known_to must be a date",
    "known_to = 2028-12-31T00:00:00": "own.toml, line 1: known_to must be a date",
    "known_to = 2028-12-31": "own.toml: [england-and-wales] must be a table",
    "known_to = 2028-02-30": "own.toml, line 1: ",
    "known_to = 2028-12-31\nwales = 1": "own.toml, line 2: a list of holidays has no",
    "known_to = 2028-12-31\n[england-and-wales]": "own.toml, line 2: dates must be a",
    "known_to = 2028-12-31\n[england-and-wales]\ndates = []": "own.toml, line 3: dates",
    'known_to = 2028-12-31\n[england-and-wales]\ndates = [\n2026-01-01,\n"2026-12-25"]':
        "own.toml, line 5: dates must be such as 2026-12-25, without quotes",
    "known_to = 2028-12-31\n[england-and-wales]\ndates = [\n2026-01-01,\n2029-01-01]":
        "own.toml, line 5: 2029-01-01 is later than known_to, which is 2028-12-31",
    "known_to = 2028-12-31\n[england-and-wales]\ndates = [" + ", ".join(
        str(date(2027, 1, 4) + n * DAY) for n in range(41)
    ) + "]": "own.toml, line 3: 2027 has 41 holidays, which is more than 40",
}  # fmt: skip


@pytest.mark.parametrize(("text", "said"), LISTS.items(), ids=range(len(LISTS)))
def test_a_wrong_list_of_holidays_is_named_by_its_own_file(tmp_path, text, said):
    (tmp_path / "own.toml").write_text(text, encoding="utf-8")
    with pytest.raises(PolicyError) as caught:
        read_policy(written(tmp_path, 'holidays_file = "own.toml"'))

    assert str(caught.value).startswith(said)


def test_a_huge_list_of_holidays_is_refused_soon(tmp_path):
    days = ",\n".join(["2026-01-01"] * 20_000)
    text = f"known_to = 2028-12-31\n[england-and-wales]\ndates = [\n{days}]"
    (tmp_path / "own.toml").write_text(text, encoding="utf-8")
    path = written(tmp_path, 'holidays_file = "own.toml"')
    began = clock.perf_counter()

    with pytest.raises(PolicyError, match="2026 has 20000 holidays"):
        read_policy(path)
    assert clock.perf_counter() - began < 5


# ── what is refused ──────────────────────────────────────────────────────────

WRONG = {
    "soon_after = 24": "the policy has no 'soon_after'",
    "soon_after_hours = -1": "must be a whole number from 0 to 720",
    "soon_after_hours = 24.0": "must be a whole number",
    "soon_after_hours = true": "must be a whole number",
    'soon_after_hours = "24"': "must be a whole number",
    "soon_after_hours=721": "must be a whole number",
    "validity_hours = 0": "must be a whole number from 1 to 336",
    "remind_after_days = 61": "must be a whole number from 0 to 60",
    "right_time_days = 14": "must be two whole numbers from 1 to 180 such as [14, 21]",
    "right_time_days = [21, 14]": "must be two whole numbers",
    "right_time_days = [14]": "must be two whole numbers",
    "right_time_days = [0, 14]": "must be two whole numbers",
    "right_time_days = [14, 181]": "must be two whole numbers",
    "right_time_days = [true, 21]": "must be two whole numbers",
    "right_time_days = false": "must be two whole numbers",
    'right_time_survey = "Own Survey"': "must be a survey such as",
    "right_time_survey = []": "must be a survey such as",
    "days_between = 0": "must be a whole number from 1 to 365",
    "daily_segments = -1": "must be a whole number",
    "month_pence = 0.5": "must be a whole number",
    "segment_pence = 0": "must be a number from 0.01 to 100",
    "segment_pence = nan": "must be a number",
    "segment_pence = inf": "must be a number",
    'segment_pence = "4.2"': "must be a number",
    "warn_at = 80": "must be a number from 0.1 to 1",
    "warn_at = true": "must be a number",
    "segments_per_s = 0": "must be a number from 0.01 to 100",
    "segments_per_s = 1e400": "must be a number",
    "alerts_daily = 10001": "must be a whole number from 0 to 10000",
    "under_16 = false": 'must be one of "exclude", "ask"',
    'under_16 = "never"': 'must be one of "exclude", "ask"',
    "under_16 = []": 'must be one of "exclude", "ask"',
    'needed_columns = "deceased"': "must be a list of some of",
    'needed_columns = ["dead"]': 'must be a list of some of "deceased", "do_not',
    "needed_columns = [1]": "must be a list of some of",
    'nation = "england"': 'nation must be one of "england-and-wales", "scotland"',
    "nation = []": "nation must be one of",
    "holidays_file = 1": "holidays_file must be a file's name",
    'holidays_file = "a\\u0000b"': "holidays_file must be a file's name",
    "hours = 9": "hours must be a table",
    "wards = []": "wards must be tables: [wards.ROWAN]",
    "soon_after_hours = 24\nsoon_after_hours = 25": "",
    "soon_after_hours = ": "",
}


@pytest.mark.parametrize("text", WRONG)
def test_what_is_wrong_is_named_with_its_file_and_its_line(read, text):
    with pytest.raises(PolicyError) as caught:
        read(f"# a file\n\n{text}\n")

    error = caught.value
    assert (error.file, error.line) == ("asking.toml", 3 + text.count("\n"))
    assert WRONG[text] in error.reason
    assert str(error) == f"asking.toml, line {error.line}: {error.reason}"


IN_HOURS = {
    'opens = "9:00"': 'opens must be a time from "00:00" to "23:59", in quotes',
    'opens = "24:00"': "opens must be a time",
    'opens = "09:00:00"': "opens must be a time",
    'opens = "٠٩:٠٠"': "opens must be a time",
    "opens = 09:00:00": "opens must be a time",
    "opens = 9": "opens must be a time",
    "days = []": "days must name one day at least, or nothing is ever sent",
    'days = ["Monday"]': 'days must be a list of some of "mon", "tue"',
    'days = "mon"': "days must be a list",
    "days = [0]": "days must be a list",
    'on_holidays = "no"': "on_holidays must be true or false",
    'closes = "08:59"': "closes must be later than opens, the same day",
    'closes = "09:00"': "closes must be later than opens, the same day",
    'opens = "20:00"': "closes must be later than opens, the same day",
    'from = "09:00"': "has no 'from'",
}


@pytest.mark.parametrize("text", IN_HOURS)
@pytest.mark.parametrize("table", ["hours", "wards.ROWAN"])
def test_hours_that_are_wrong_are_named_by_their_line(read, table, text):
    with pytest.raises(PolicyError) as caught:
        read(f'[wards.BIRCH]\nopens = "10:00"\n\n[{table}]\n{text}\n')

    assert (caught.value.file, caught.value.line) == ("asking.toml", 5)
    assert IN_HOURS[text] in caught.value.reason


def test_a_ward_is_refused_where_only_its_half_contradicts_the_other(read):
    """`closes` is the service's, and `opens` the ward's own."""
    with pytest.raises(PolicyError, match=r"line 4: wards.ROWAN: closes must be later"):
        read('[hours]\ncloses = "12:00"\n[wards.ROWAN]\nopens = "13:00"')


@pytest.mark.parametrize("code", ['"A B"', '""', '"-A"', f'"{"A" * 33}"'])
def test_a_ward_has_a_code(read, code):
    with pytest.raises(PolicyError, match=r"asking.toml, line 2: .* is no ward's code"):
        read(f'\n[wards.{code}]\nopens = "10:00"')


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(PolicyError, match=r"^none.toml: cannot be read: No such file"):
        read_policy(tmp_path / "none.toml")
    with pytest.raises(PolicyError, match="cannot be read: Is a directory"):
        read_policy(tmp_path)
    with pytest.raises(PolicyError, match=r"^none.toml: cannot be read"):
        read_policy(written(tmp_path, 'holidays_file = "none.toml"'))
    path = written(tmp_path, "")
    path.write_bytes(b"# one\n# \xa3\n")
    with pytest.raises(PolicyError, match=r"^asking.toml, line 2: is not UTF-8 text"):
        read_policy(path)


VALUES = st.sampled_from(
    [
        *"0 1 24 30 0.5 4.2 nan -1 1e400 true [] [14,21] {} 09:00 2026-12-25".split(),
        *('"ask"', '"09:00"', '"scotland"', '["mon"]', '["deceased"]', '"é 💊"', '"'),
        "9" * 5_000,
        "\0",
    ]
)
TABLES = st.sampled_from(["", "[hours]", "[wards.ROWAN]", "[wards]", "[[wards]]"])
NAMES = st.sampled_from(
    [*room._SETTINGS, *room._HOURS, "nation", "hours", "wards", "x"]
)


@given(st.lists(st.tuples(TABLES, st.dictionaries(NAMES, VALUES, max_size=3))))
def test_no_file_whatever_it_holds_does_more_than_be_refused(tmp_path_factory, tables):
    lines = [
        "\n".join([table, *(f"{name} = {value}" for name, value in given.items())])
        for table, given in tables
    ]
    try:
        policy = read_policy(written(tmp_path_factory.getbasetemp(), "\n".join(lines)))
    except PolicyError:
        return
    for hours in (policy.hours, *policy.ward_hours.values()):
        assert hours.opens < hours.closes
        next_open(NOW, hours, policy.holidays)
    warnings(policy, NOW)


# ── what to look at ──────────────────────────────────────────────────────────

POLICY = read_policy(SHIPPED)


def test_the_policy_that_ships_gives_nothing_to_look_at():
    assert warnings(POLICY, NOW) == []


def test_holidays_that_are_soon_unknown_are_told_90_days_before():
    last = datetime(2028, 12, 31, 12, tzinfo=UTC)
    said = "bank holidays are known to 31 December 2028 only, and texts go out on later"

    assert warnings(POLICY, last - 90 * DAY) == []
    (warning,) = warnings(POLICY, last - 89 * DAY)
    assert warning.startswith(said)
    assert warnings(POLICY, last + 400 * DAY) == [warning]


def test_a_ward_in_the_policy_that_is_none_of_ours_is_told():
    policy = replace(POLICY, ward_hours={"ROWNA": Hours(), "BIRCH": Hours()})
    (warning,) = warnings(policy, NOW, ["BIRCH", "ROWAN"])

    assert warning.startswith("no ward of this gateway has the code ROWNA, which")
    assert warning.endswith("Its wards are BIRCH, ROWAN")
    assert warnings(policy, NOW, ["BIRCH", "ROWNA"]) == []
    assert warnings(policy, NOW) == []  # which wards there are is not known yet


def test_a_time_so_long_closed_that_people_are_never_asked_is_told():
    policy = replace(
        POLICY,
        ward_hours={
            "ROWAN": Hours(days=frozenset(range(5))),
            "BIRCH": Hours(on_holidays=True),
            "HAZEL": Hours(),
        },
    )
    easter_2026 = warnings(policy, datetime(2026, 3, 1, tzinfo=UTC))
    christmas_2027 = warnings(policy, datetime(2027, 10, 30, tzinfo=UTC))

    assert easter_2026 == [
        "ROWAN: closed for 109 hours from Thursday 02 April 2026, 20:00; who is to be "
        "asked early in that time never is, because validity_hours is 72"
    ]
    assert [words.split(":")[0] for words in christmas_2027] == [
        "wards without hours of their own, HAZEL",
        "ROWAN",
    ]


def test_a_reminder_that_may_meet_the_second_survey_is_told():
    meets = replace(POLICY, right_time=(10 * DAY, 21 * DAY))
    (warning,) = warnings(meets, NOW)

    assert "up to 264 hours after they went home" in warning
    assert "right_time_days begins after 240" in warning
    assert warnings(replace(meets, remind_after=None), NOW) == []
    assert warnings(replace(meets, right_time=None), NOW) == []


def test_a_ward_that_is_to_be_named_and_is_none_of_ours_is_told(read):
    policy = read('named_wards = ["ROWNA", "*"]')
    assert policy.named_wards == {"ROWNA", "*"}
    (warning,) = warnings(policy, NOW, ["ROWAN"])

    assert "ROWNA, which the policy names in named_wards" in warning
    for wrong in ("true", '"ROWAN"', '["Rowan Ward"]', "[1]", '["**"]'):
        with pytest.raises(PolicyError, match="line 1: named_wards must be a list"):
            read(f"named_wards = {wrong}")


def test_many_wards_with_hours_of_their_own_are_looked_through_soon():
    wards = {f"W{n}": Hours(time(0, n % 60), time(20, n // 60)) for n in range(500)}
    began = clock.perf_counter()
    warnings(replace(POLICY, ward_hours=wards), NOW)

    assert clock.perf_counter() - began < 5
