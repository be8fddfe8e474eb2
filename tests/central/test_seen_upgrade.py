"""Of what called for somebody before anybody could mark it, the newest still waits."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests.web import world

BEFORE = [("actions", "0002_change_for_periods"), ("summaries", "0002_receipt")]
TALK = {"_talk": "yes", "talk_where": ("Bed 4",)}


def migrate(targets=()):
    """To these, or to the newest of all."""
    executor = MigrationExecutor(connection)
    executor.migrate(targets or executor.loader.graph.leaf_nodes())


@pytest.fixture
def upgraded(transactional_db):
    """Answers of an older version, which know of no calls and no marks."""
    world.found_a_trust()
    world.publish_the_map()

    def upgrade():
        migrate(BEFORE)
        migrate()

    yield upgrade
    migrate()


def came(days, answers):
    at = world.days_ago(days)
    return world.new_tablet("ASH").tell(answers, at=at, survey="inpatient@2")


def test_after_an_upgrade_the_last_days_wait_and_the_years_before_do_not(upgraded):
    from central import deriving
    from central.actions import seen
    from central.intake.erasure import erase_response

    old, new = came(9, TALK), came(1, TALK)
    came(5, {"better": ("The nurse hit me.",)})
    hit = came(0, {"better": ("The nurse hit me.",)})
    gone = came(0, {"_talk": "yes"})
    erase_response(gone, world.now())
    came(0, {"_talk": "no", "better": ("Cold tea.",)})
    calls = called()
    upgraded()
    assert called() == [one for one in calls if one[0] != gone]
    assert {one.response for one in seen.waiting_in("ASH")} == {new, hit}
    (seen_before,) = seen.calling_by("ASH", {old})
    assert seen_before.mark.by is None
    deriving.rebuild_standing()
    assert {one.response for one in seen.waiting_in("ASH")} == {new, hit}


def called():
    from central.summaries.models import Call

    rows = Call.objects.order_by("device", "seq")
    return sorted(rows.values_list("response", "device", "seq", "day", "kind", "key"))
