"""By 07:00 on London's clock, every day of the year: the two odd ones as well."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from central.morning import round as morning
from central.morning.models import Mail
from central.morning.times import morning_at, morning_of
from central.settings.mail import HOUR, read_mail
from central.summaries.times import LEAD
from feedback.settings import SettingError
from tests.web import world

LONDON = ZoneInfo("Europe/London")
FORWARD, BACK = date(2027, 3, 28), date(2026, 10, 25)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("today", "hour", "begins"),
    [
        (date(2026, 11, 29), 7, "2026-11-29T06:30"),
        (date(2026, 7, 1), 7, "2026-07-01T05:30"),
        (FORWARD - timedelta(1), 7, "2027-03-27T06:30"),
        (FORWARD, 7, "2027-03-28T05:30"),
        (BACK - timedelta(1), 7, "2026-10-24T05:30"),
        (BACK, 7, "2026-10-25T06:30"),
        (FORWARD, 1, "2027-03-28T00:30"),  # there is no 01:00: it is 02:00 at once
        (FORWARD, 2, "2027-03-28T00:30"),
        (BACK, 1, "2026-10-24T23:30"),  # the first of the two
        (BACK, 2, "2026-10-25T01:30"),
    ],
)
def test_it_begins_half_an_hour_before_the_hour_on_the_wall(today, hour, begins):
    morning = morning_of(today, hour)
    assert morning.begins == at(begins)
    assert morning.day == today - timedelta(1)
    if (today, hour) != (FORWARD, 1):
        assert (morning.begins + LEAD).astimezone(LONDON).hour == hour


@pytest.mark.parametrize("hour", [1, 2, 7, 12, 23])
def test_each_day_has_one_morning_and_each_morning_one_day(hour):
    """Minute by minute through the days on which the clocks change."""
    for middle in (FORWARD, BACK):
        now = datetime.combine(middle - timedelta(2), datetime.min.time(), UTC)
        begun = Counter()
        inside = morning_at(now, hour)
        for _ in range(4 * 24 * 60):
            found = morning_at(now, hour)
            if found != inside and found is not None:
                begun[found.day] += 1
                assert now == found.begins
            inside = found
            now += timedelta(minutes=1)
        days = [middle + timedelta(back) for back in (-2, -1, 0)]
        assert [begun[day] for day in days] == [1, 1, 1]


def test_it_ends_before_the_day_does():
    late = morning_of(date(2026, 11, 29), 23)
    assert late.until == at("2026-11-30T00:00")
    assert morning_of(date(2026, 11, 29), 7).until == at("2026-11-29T12:00")


@pytest.mark.parametrize("hour", ["0", "24", "seven", "7.5"])
def test_an_hour_that_is_none_stops_the_start(hour):
    with pytest.raises(SettingError, match=HOUR):
        read_mail({HOUR: hour})


def test_through_a_change_of_the_clocks_everybody_hears_each_day_once(posted, house):
    """The minutes of three days, as the scheduler brings them."""
    from central.places.models import Ward

    Ward.objects.filter(code="BIRCH").update(closed_on=date(2020, 1, 1))
    clock = [datetime.combine(BACK - timedelta(1), datetime.min.time(), UTC)]
    told = []
    for _ in range(3 * 24 * 12):
        before = len(posted.came)
        morning.look(lambda: clock[0])
        told += [clock[0].astimezone(LONDON)] * (len(posted.came) - before)
        clock[0] += timedelta(minutes=5)

    days = [BACK + timedelta(back) for back in (-1, 0, 1)]
    assert [one.date() for one in told] == days
    assert {(one.hour, one.minute) for one in told} == {(6, 30)}
    assert list(Mail.objects.order_by("day").values_list("day", flat=True)) == [
        day - timedelta(1) for day in days
    ]


def test_central_that_was_down_at_the_hour_sends_when_it_is_back(posted, house):
    today = world.today()
    by = morning_of(today, 7)
    morning.look(lambda: by.begins - timedelta(minutes=1))
    assert not posted.came
    morning.look(lambda: by.until - timedelta(minutes=1))
    assert len(posted.came) == 2


def test_in_the_afternoon_it_is_no_morning_mail(posted, house):
    morning.look(lambda: morning_of(world.today(), 7).until)
    assert not posted.came
    assert not Mail.objects.exists()


def test_the_scheduler_looks_again_and_again(posted, live_house):
    """APScheduler as in central's own process, with the hour's clock turned on."""
    import time

    begins = morning_of(world.today(), 7).begins
    clock = [begins - timedelta(minutes=5)]
    scheduler = morning.start(lambda: clock[0], every_s=0.1)
    try:
        time.sleep(0.5)
        assert not posted.came
        clock[0] = begins
        for _ in range(100):
            if len(posted.came) == 2:
                break
            time.sleep(0.1)
        time.sleep(0.5)
        assert len(posted.came) == 2
    finally:
        scheduler.shutdown()
