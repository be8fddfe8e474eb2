"""Sealed words: opened after the commit; what cannot be opened is shown as such."""

from django.core.management import call_command

from central import api
from central import keys as key_files
from central.comments.models import Comment
from central.intake import append
from central.intake.models import Answer
from central.logs import central_logger
from central.settings import CENTRAL
from central.summaries.models import Standing
from feedback.answer import new_response
from feedback.seal import new_key_pair, seal


def public_key(name="c1"):
    from nacl.public import PrivateKey

    private = key_files.comment_private_keys()[name]
    return bytes(PrivateKey(private).public_key)


def test_a_comment_is_opened_and_its_sealed_row_stays(tablet):
    response = new_response()
    sealed = seal("Diolch ŵ 💙", response, "good", "c1", public_key())
    tablet.say(sealed, "good", response)
    tablet.send()

    comment = Comment.objects.get()
    assert (comment.text, comment.trouble) == ("Diolch ŵ 💙", "")
    assert Answer.objects.get().value == sealed
    assert Standing.objects.get().value == sealed


def test_a_swapped_comment_is_never_shown_under_another_response(tablet):
    sealed = seal("words", new_response(), "good", "c1", public_key())
    tablet.say(sealed, "good", new_response())
    tablet.send()

    comment = Comment.objects.get()
    assert (comment.text, comment.trouble) == ("", "swapped")


def test_a_damaged_comment_is_kept_and_said_to_be(tablet):
    response = new_response()
    good = seal("words", response, "good", "c1", public_key())
    tablet.say("seal1.c1.AAAA", "good", response)
    tablet.say(good, "better.2", response)
    tablet.say(seal("ok", response, "better", "c1", public_key()), "better", response)

    assert tablet.send().have == 3
    troubles = dict(Comment.objects.values_list("question", "trouble"))
    assert troubles == {"good": "damaged", "better.2": "swapped", "better": ""}


def test_a_comment_is_opened_when_its_key_arrives(tablet):
    public, private = new_key_pair()
    response = new_response()
    tablet.say(seal("late", response, "good", "c2", public), "good", response)
    tablet.send()
    assert Comment.objects.get().trouble == "key"

    file = CENTRAL.keys_dir / "comment-c2.key"
    file.write_text(private.hex())
    try:
        call_command("follow")
    finally:
        file.unlink()

    comment = Comment.objects.get()
    assert (comment.text, comment.trouble) == ("late", "")


def test_following_twice_opens_nothing_twice(tablet):
    response = new_response()
    tablet.say(seal("one", response, "good", "c1", public_key()), "good", response)
    tablet.send()
    tablet.say(response=response)
    tablet.send()

    assert Comment.objects.count() == 1


def test_no_word_key_or_code_is_written_down(tablet, capfd, caplog, monkeypatch):
    """A canary through every entrance, and through trouble."""
    caplog.set_level(0)
    monkeypatch.setattr(api, "logger", central_logger())  # to the stderr of this test
    response = new_response()
    sealed = seal("canary", response, "good", "c1", public_key())
    tablet.say(sealed, "good", response)
    tablet.say("canary", "better", response)  # in the clear: held
    tablet.send()
    tablet.send_values(3, ["canary", {"canary": 1}])
    tablet.send(1, status={"canary": "canary"})
    tablet.enrol("CANAR-Y0000")
    tablet.say_many(2)
    monkeypatch.setattr(append.table, "kept_rows", lambda *_: {})
    assert tablet.send().status == 503

    written = "".join(capfd.readouterr()) + caplog.text
    assert "outcome=kept" in written
    assert "trouble=IntegrityError" in written
    assert "canary" not in written.lower().replace("-", "")
    assert sealed not in written
