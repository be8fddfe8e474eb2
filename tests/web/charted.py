"""A ward's charts with all that they can show: each special cause, limits that begin
anew at a change, and too few weeks."""

from datetime import UTC, datetime, time, timedelta

from feedback.answer import new_response
from tests.central.test_causes import OF_EACH
from tests.web import world

MAP = ("arrival", "settling", "meals", "tests", "medicines", "staff", "night",
       "going_home")  # fmt: skip
PEOPLE = 40  # a week: enough that a middle of faces stands where it is wanted
WEEKS = 17


def mondays(count=WEEKS):
    """The Mondays of so many weeks that are over, the oldest first."""
    this = world.today() - timedelta(world.today().weekday())
    return [this - timedelta(weeks=back) for back in range(count, 0, -1)]


def a_chart_of_each_special_cause(ward="ASH"):
    """One step of the map for each; how it was overall, and a young step, beside them.
    Straight into what stands: what is drawn is of weeks, not of how they came."""
    from central.summaries.models import Standing

    rows = []
    for step, values in zip(MAP, OF_EACH.values(), strict=True):
        days = mondays(len(values))
        for day, value in zip(days, values, strict=True):
            rows += standing(ward, step, day, faces((value - 50) / 25))
    for place, day in enumerate(mondays()):
        people = PEOPLE - 20 if place == 12 else PEOPLE
        good = (26, 30, 28, 27)[place % 4] + (8 if place > 9 else 0)
        fft = ["good"] * min(good, people) + ["poor"] * max(0, people - good)
        rows += standing(ward, "fft", day, fft)
    for day in mondays(9):
        rows += standing(ward, "other", day, faces(0.5))
    Standing.objects.bulk_create(rows)


def faces(middle):
    """So many faces whose middle is nearest to this."""
    total = round(middle * PEOPLE)
    low, more = divmod(total, PEOPLE)
    return [str(low + 1)] * more + [str(low)] * (PEOPLE - more)


def standing(ward, question, day, values):
    from central.summaries.models import Standing

    at = datetime.combine(day + timedelta(2), time(12), UTC)
    return [
        Standing(
            response=new_response(), question=question, value=value, device="", seq=0,
            survey="inpatient@2", ward=ward, mode="kiosk", day=at.date(),
            part="afternoon", began_at=at,
        )
        for value in values
    ]  # fmt: skip


def the_changes(ward="ASH"):
    """One that begins new limits, one that keeps them, one for a single step."""
    from central.actions.models import Change
    from central.people.models import User

    by = User.objects.get(username="ash.manager")
    for weeks, note, step, limits in (
        (3, "Quiet bins on every corridor of the ward", "", "keep"),
        (14, "A second nurse at night, and a very long reason for it " * 3, "", "anew"),
        (4, "Handrail", "night", "keep"),
    ):
        Change.objects.create(
            ward_id=ward, on=world.today() - timedelta(weeks=weeks), note=note[:190],
            step=step, limits=limits, written_by=by, written_at=world.now(),
        )  # fmt: skip
