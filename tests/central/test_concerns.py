"""Words that may call for help: found when a comment is opened, and found again."""

from importlib import import_module

import pytest
from django.core.management import call_command
from django.db import connection

from central import deriving
from central.comments import listening
from central.comments.models import Comment
from central.intake.models import Answer, Held
from central.settings import CENTRAL
from feedback.answer import new_response
from feedback.concern import KINDS
from feedback.seal import new_key_pair, seal
from tests.central.test_comments import public_key


def write(tablet, *texts, key=None):
    response = new_response()
    for number, text in enumerate(texts, 1):
        question = "better" if number == 1 else f"better.{number}"
        sealed = seal(text, response, question, *(key or ("c1", public_key())))
        tablet.say(sealed, question, response)
    tablet.send()
    return response


def stored():
    return list(Comment.objects.order_by("seq").values_list("text", "concerns"))


def test_what_may_call_for_help_stands_beside_the_opened_comment(tablet):
    write(tablet, "the nurse hit me. I want to die", "lovely food", "সাহায্য করুন")

    assert stored() == [
        ("the nurse hit me. I want to die", "self_harm abuse"),
        ("lovely food", ""),
        ("সাহায্য করুন", "help"),
    ]


def test_without_the_listening_nothing_is_marked(tablet, monkeypatch):
    """The fault that the test above must catch."""
    monkeypatch.setattr("central.comments.opening.concerns_in", lambda _: "")
    write(tablet, "the nurse hit me")

    assert stored() == [("the nurse hit me", "")]


def test_a_comment_is_listened_to_when_its_key_arrives(tablet):
    public, private = new_key_pair()
    write(tablet, "help me", key=("c2", public))
    assert stored() == [("", "")]
    file = CENTRAL.keys_dir / "comment-c2.key"
    file.write_text(private.hex())
    try:
        call_command("follow")
    finally:
        file.unlink()

    assert stored() == [("help me", "help")]


def test_the_kinds_can_be_rebuilt_from_the_answers(tablet):
    response = write(tablet, "cant breathe", "thank you")
    before = stored()
    Comment.objects.all().delete()

    deriving.derive({response})

    assert stored() == before == [("cant breathe", "emergency"), ("thank you", "")]


def test_what_an_older_version_opened_is_listened_to_once(tablet, monkeypatch):
    write(tablet, "cant breathe", "thank you")
    Comment.objects.update(concerns=None)  # as the migration leaves them

    deriving.follow_all()

    assert [kinds for _, kinds in stored()] == ["emergency", ""]
    assert listening.listen_to_new() == 0


def test_after_the_phrases_changed_all_are_listened_to_anew(tablet, capsys):
    write(tablet, "cant breathe", "thank you")
    Comment.objects.update(concerns="neglect")

    call_command("listen")

    assert capsys.readouterr().out == "2 comments\n"
    assert [kinds for _, kinds in stored()] == ["emergency", ""]


def test_an_erased_comment_takes_its_kinds_along(tablet):
    response = write(tablet, "the nurse hit me")

    call_command("erase_response", response)

    assert stored() == []


@pytest.mark.parametrize("value", [*KINDS, "self_harm help", " ".join(KINDS), ""])
def test_a_collector_may_say_which_kinds_it_heard(tablet, value):
    tablet.say(value, "_concern")
    tablet.send()

    assert Answer.objects.get().value == value
    assert not Held.objects.exists()


@pytest.mark.parametrize("value", ["hit", "abuse abuse", "abuse  help", "the nurse"])
def test_any_other_value_is_held(tablet, value):
    tablet.say(value, "_concern")
    tablet.send()

    assert Held.objects.get().reason == "value"
    assert not Answer.objects.exists()


def test_a_comment_may_be_there_before_the_column(tablet):
    """The column may be empty: an older row is not taken for one without concern."""
    migration = import_module("central.comments.migrations.0002_comment_concerns")
    (added,) = migration.Migration.operations
    with connection.cursor() as cursor:
        columns = connection.introspection.get_table_description(
            cursor, "comments_comment"
        )
    (column,) = [one for one in columns if one.name == "concerns"]

    assert added.field.null
    assert column.null_ok
