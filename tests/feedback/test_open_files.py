"""A server takes no more connections than the system lets it open files."""

import subprocess
import sys

import pytest

ASK = """
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}))
from feedback.open_files import room_for_connections
print(room_for_connections(2000), resource.getrlimit(resource.RLIMIT_NOFILE)[0])
"""


@pytest.mark.parametrize(
    ("soft", "hard", "room", "after"),
    [
        (300, 5000, 2000, 2256),  # what a system allows at first is raised
        (4000, 5000, 2000, 4000),
        (300, 1024, 768, 1024),  # as far as it may be
        (100, 100, 1, 100),
    ],
)
def test_the_limit_is_raised_as_far_as_needed_and_allowed(soft, hard, room, after):
    said = subprocess.run(
        [sys.executable, "-c", ASK.format(soft=soft, hard=hard)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.split() == [str(room), str(after)]
