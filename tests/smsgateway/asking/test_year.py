"""A trust's month, and in the soak its year: every *never* holds in every text.

The gateway's own sender before a carrier of the tests' (`year_carrier`), in simulated
time (`year_trust`). What must hold is looked at in the carrier's books (`year_nevers`),
and for each there is a planted fault that is found (`year_faults`).
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.smsgateway.asking import year_nevers
from tests.smsgateway.asking.year_carrier import ENDS_BADLY, STATUSES, TROUBLES
from tests.smsgateway.asking.year_faults import FAULTS, SCENES
from tests.smsgateway.asking.year_people import BEFORE, DOES, ROWS
from tests.smsgateway.asking.year_trust import Plan, Trust

MONTH = Plan(  # Easter, and the clocks go forward
    datetime(2027, 3, 8, 4, tzinfo=UTC),
    days=31,
    off=((9, 30),),
    broken=((14.3, 4),),
    unreachable=((17.2, 8),),
    clocks=((5.1, 2), (5.5, -3), (6, 0), (19.3, -1), (21.2, 5), (21.4, 0)),
    floods=(11,),
    bursts=(12.9,),
    daily=250,
)
YEAR = Plan(  # a leap year: both changes of the clocks, nine bank holidays
    datetime(2028, 1, 1, 4, tzinfo=UTC),
    days=366,
    seed=2,
    wards=20,
    a_day=700,
    off=((40.3, 30), (160, 100)),
    broken=((90.4, 5), (230.3, 3)),
    unreachable=((300, 60),),
    clocks=((70.2, 2), (70.6, -3), (71, 0), (250, 20), (250.5, 0)),
    floods=(120, 200),
    much_trouble=1.0,
    daily=5_600,
    month=173_600,
    rate=10.0,
    is_lean=True,
)
HAPPENS = {
    *(*TROUBLES, *ENDS_BADLY, *STATUSES, *DOES, *BEFORE, *ROWS),
    *("broken", "unreachable", "falls", "a wrong clock", "a day's cap"),
}


def lived(folder, plan) -> Trust:
    trust = Trust(folder, plan)
    trust.live()
    return trust


def test_a_month_with_easter_the_clocks_going_forward_and_three_outages(tmp_path):
    trust = lived(tmp_path, MONTH)

    assert not trust.nevers.broken, trust.nevers.first
    assert trust.nevers.texts > 1_800
    assert set(trust.seen) >= HAPPENS, HAPPENS - set(trust.seen)
    assert trust.home.missed() == []
    assert len(trust.nevers.alerted) > 70


@pytest.mark.parametrize("scene", SCENES)
def test_without_a_fault_the_short_scenes_break_nothing(tmp_path, scene):
    trust = lived(tmp_path, scene)
    assert not trust.nevers.broken, trust.nevers.first


@pytest.mark.parametrize("forgotten", FAULTS)
def test_what_is_forgotten_is_found(tmp_path, monkeypatch, forgotten):
    fault = FAULTS[forgotten]
    fault.plant(monkeypatch)
    trust = lived(tmp_path, replace(fault.scene, ends_when=fault.breaks))

    assert fault.breaks in trust.nevers.broken, trust.nevers.first


def test_each_never_has_its_fault():
    source = Path(year_nevers.__file__).read_text(encoding="utf-8")
    nevers = set(re.findall(r'must\([^"]*"([a-z][^":]*)', source))
    found = {fault.breaks.partition(":")[0] for fault in FAULTS.values()}

    assert len(nevers) >= 18
    assert nevers == found, nevers ^ found


@pytest.mark.soak
def test_a_year_of_a_trust(tmp_path):
    trust = lived(tmp_path, YEAR)

    assert not trust.nevers.broken, trust.nevers.first
    assert trust.home.invited >= 500_000
    assert trust.nevers.texts >= 500_000
    assert set(trust.seen) >= HAPPENS, HAPPENS - set(trust.seen)
    assert trust.home.missed() == []
