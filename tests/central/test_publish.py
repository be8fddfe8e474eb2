"""The command that publishes: our own surveys by name, others by file."""

import pytest
from django.core.management import CommandError, call_command

from central.surveys.forms import AskingForm
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


def test_a_childrens_survey_that_was_published_first_is_not_what_texts_ask(db):
    """They cannot: the first national one is, when it comes."""
    call_command("publish", "--ours", "children-1")
    call_command("publish", "--ours", "inpatient-2")
    asking = Asking.objects.get()
    assert (asking.survey, asking.sms_survey) == ("children@1", "inpatient@2")
    call_command("publish", "--ours", "inpatient")
    assert Asking.objects.get().sms_survey == "inpatient@2"


def test_texts_are_offered_what_they_can_ask(db):
    for file in ("inpatient-2", "children-1"):
        call_command("publish", "--ours", file)
    form = AskingForm(instance=Asking.objects.get())
    assert [name for name, _ in form.fields["sms_survey"].choices] == ["inpatient@2"]
    assert len(list(form.fields["survey"].choices)) == 2


@pytest.mark.parametrize(
    ("name", "phrase"),
    [
        ("absent.toml", r"/absent\.toml: No such file or directory$"),
        (".", r": Is a directory$"),
        ("survey.docx", r"/survey\.docx is no text in UTF-8$"),
    ],
)
def test_what_is_no_survey_is_said_in_words(db, tmp_path, name, phrase):
    (tmp_path / "survey.docx").write_bytes(b"PK\3\4\xff\xfe")
    with pytest.raises(CommandError, match=phrase) as told:
        call_command("publish", str(tmp_path / name))
    assert "Errno" not in str(told.value)
