"""The command that publishes: our own surveys by name, others by file."""

import pytest
from django.core.management import CommandError, call_command

from central.surveys.models import Asking, Published
from feedback.assets import assets_folder


def test_a_survey_that_came_with_the_program_is_published_by_its_name(db, capsys):
    call_command("publish", "--ask", "--ours", "inpatient-2")
    call_command("publish", "--also", "--ours", "children-1")

    asking = Asking.objects.get()
    assert (asking.survey, asking.also) == ("inpatient@2", "children@1")
    file = assets_folder() / "surveys" / "inpatient-2.toml"
    assert Published.objects.get(name="inpatient@2").text == file.read_text("utf-8")


@pytest.mark.parametrize("name", ["inpatient-99", "../surveys/inpatient-2", ""])
def test_a_name_of_none_is_answered_with_those_that_there_are(db, name):
    with pytest.raises(CommandError, match="children-1, inpatient, inpatient-2"):
        call_command("publish", "--ours", name)
    assert not Published.objects.exists()
