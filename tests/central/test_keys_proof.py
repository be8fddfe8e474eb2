"""Do comments open today? What does not is kept, said with its reason, and opens when
the key is back."""

import base64
import json
import logging
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from nacl.public import PublicKey, SealedBox
from nacl.signing import SigningKey

from central import keys as key_files
from central.comments import opening
from central.comments.models import Comment
from central.custody import proof
from central.custody.models import Proof
from central.custody.proof import prove, prove_if_due
from central.intake.models import Answer
from central.keys import DOCUMENT, ONLINE, ROOT, online_keys
from central.logs import central_logger
from central.settings import CENTRAL
from central.summaries.models import Standing
from feedback.answer import new_response
from feedback.seal import new_key_pair, seal
from tests.central.tablet import WARD

C1 = "comment-c1.key"


def public(name="c1"):
    return online_keys().keys.comment_keys[name]


def write(tablet, words="Diolch", question="better", key=None):
    response = new_response()
    name, half = key or ("c1", public())
    tablet.say(seal(words, response, question, name, half), question, response)


def put(name, content):
    (CENTRAL.keys_dir / name).write_bytes(content)


def health(client):
    came = client.get("/health")
    assert came.status_code == 200  # answers are taken, whatever becomes of words
    return came.json()


OTHER = bytes(SigningKey.generate()).hex().encode()
FAULTS = {
    "a comment key is gone": (C1, None, "comment key c1: missing"),
    "another key lies in its place": (C1, OTHER, "comment key c1: wrong"),
    "it is cut off": (C1, OTHER[:20], "comment key c1: unreadable"),
    "it is no text": (C1, b"\xff\xfe\0", "comment key c1: unreadable"),
    "it is empty": (C1, b"", "comment key c1: unreadable"),
    "the document is gone": (DOCUMENT, None, "keys.json is not there"),
    "the document is damaged": (DOCUMENT, b"{}", "keys.json cannot be trusted"),
    "the document is no text": (DOCUMENT, b"\xff", "keys.json is damaged"),
    "another root lies there": (ROOT, OTHER, "keys.json cannot be trusted"),
    "another online key lies there": (ONLINE, OTHER, "is not the online key"),
}


def break_keys(file, content):
    path = CENTRAL.keys_dir / file
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)


def test_a_test_comment_is_opened_and_leaves_nothing_behind(trust, client, own_keys):
    assert health(client)["ok"] is False  # nobody has seen it open yet
    assert health(client)["opener"] == {"ok": False, "tested": None, "opened": None}

    call_command("keys", "test")

    said = health(client)
    assert said["ok"] is said["opener"]["ok"] is True
    assert said["opener"]["tested"] == said["opener"]["opened"]
    assert Comment.objects.count() == 0


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_of_a_key_is_loud(
    fault, trust, client, own_keys, admin_client, monkeypatch, capfd
):
    monkeypatch.setattr(proof, "logger", central_logger())  # to this test's stderr
    call_command("keys", "test")
    file, content, words = FAULTS[fault]
    break_keys(file, content)

    with pytest.raises(CommandError, match=words):
        call_command("keys", "test")

    said = health(client)
    assert said["ok"] is said["opener"]["ok"] is False
    assert said["opener"]["opened"] < said["opener"]["tested"]
    assert "the opener does not open" in (written := capfd.readouterr().err)
    assert words.split(":")[0] in written
    for path in ("/", "/admin/custody/proof/"):
        page = admin_client.get(path).content.decode()
        assert "Comments cannot be opened on" in page
        assert words.split(":")[0] in page


def test_who_reads_a_ward_is_not_told_of_servers(trust, client, own_keys):
    from central.people.models import User

    break_keys(C1, None)
    prove(timezone.now())
    client.force_login(User.objects.create_user("nurse"))

    assert "cannot be opened on" not in client.get("/").content.decode()


def test_it_is_tested_once_a_day_and_at_once_while_it_fails(trust, own_keys):
    now = timezone.now()
    prove_if_due(now)
    prove_if_due(now + timedelta(hours=23))
    assert Proof.objects.get().tested_at == now

    prove_if_due(now + timedelta(hours=24))
    assert Proof.objects.get().tested_at == now + timedelta(hours=24)

    private = (CENTRAL.keys_dir / C1).read_bytes()
    break_keys(C1, None)
    prove_if_due(now + timedelta(hours=48))
    put(C1, private)
    prove_if_due(now + timedelta(hours=48, minutes=10))
    assert Proof.objects.get().trouble == ""


def test_an_old_proof_proves_nothing(trust, client, own_keys):
    prove(timezone.now() - timedelta(hours=27))

    assert health(client)["ok"] is False


def test_a_proof_of_another_server_is_not_ours(trust, client, own_keys):
    prove(timezone.now())
    Proof.objects.update(host="the other one")

    assert health(client)["ok"] is False


def test_the_server_starts_and_takes_answers_without_its_comment_key(tablet, own_keys):
    """A lost key must not keep scores away, nor the words of any other key."""
    break_keys(C1, b"broken")
    public2, private2 = new_key_pair()
    put("comment-c2.key", private2.hex().encode())
    tablet.say("very_good")
    c1 = online_keys().keys.comment_keys["c1"]
    write(tablet, "one", key=("c1", c1))
    write(tablet, "two", key=("c2", public2))

    assert tablet.send().have == 3
    assert dict(Comment.objects.values_list("key_id", "trouble")) == {
        "c1": "key", "c2": ""
    }  # fmt: skip
    assert Standing.objects.count() == 3


# ── what cannot be opened ────────────────────────────────────────────────────


def boxed(raw, key_id="c1"):
    box = SealedBox(PublicKey(public())).encrypt(raw)
    return f"seal1.{key_id}.{base64.b64encode(box).decode()}"


def head(response, question):
    return json.dumps({"response": response, "question": question}).encode() + b"\n"


UNOPENABLE = {
    "an unknown key": (
        lambda r, q: seal("words", r, q, "c9", public()), "key",
        "the key that opens it is not in its place",
    ),
    "too short": (lambda r, q: "seal1.c1.AAAA", "damaged", "it is damaged"),
    "sealed with another key": (
        lambda r, q: seal("words", r, q, "c1", new_key_pair()[0]), "damaged",
        "it is damaged",
    ),
    "another response": (
        lambda r, q: seal("words", new_response(), q, "c1", public()), "swapped",
        "it was sealed for another answer",
    ),
    "another question": (
        lambda r, q: seal("words", r, "good", "c1", public()), "swapped",
        "it was sealed for another answer",
    ),
    "not UTF-8": (
        lambda r, q: boxed(head(r, q) + b"\xff\xfe words"), "damaged", "it is damaged",
    ),
    "no head": (lambda r, q: boxed(b"words"), "damaged", "it is damaged"),
    "a head that is a list": (
        lambda r, q: boxed(b"[]\nwords"), "swapped", "sealed for another",
    ),
    "a head nested deeply": (
        lambda r, q: boxed(b"[" * 9_000 + b"\nwords"), "damaged", "it is damaged",
    ),
    "nothing inside": (lambda r, q: boxed(b""), "damaged", "it is damaged"),
}  # fmt: skip


def check_it_is_held_and_shown(name, tablet, client, admin_client):
    from central.people.models import Membership, User

    make, trouble, words = UNOPENABLE[name]
    response, question = new_response(), "better"
    value = make(response, question)
    tablet.say("poor", "fft", response)
    tablet.say(value, question, response, at=zulu())
    write(tablet, "This one opens.")

    assert tablet.send().have == 3
    comment = Comment.objects.filter(seq=2).first()
    assert comment is not None, "swallowed"
    assert (comment.text, comment.trouble) == ("", trouble)
    assert Answer.objects.get(seq=2).value == value  # never lost
    assert Comment.objects.get(seq=3).text == "This one opens."

    nurse = User.objects.create_user("nurse")
    Membership.objects.create(user=nurse, ward_id=WARD)
    client.force_login(nurse)
    day = Standing.objects.get(seq=2).day
    page = " ".join(client.get(f"/wards/{WARD}/{day}/").content.decode().split())
    assert "1 comment cannot be opened yet." in page
    assert words in page
    listed = admin_client.get("/admin/comments/unopened/").content.decode()
    assert tablet.id in listed
    assert "This one opens" not in listed


def zulu():
    from feedback.answer import utc_text

    return utc_text(timezone.now())


@pytest.mark.parametrize("name", UNOPENABLE)
def test_what_cannot_be_opened_is_held_and_shown_with_its_reason(
    name, tablet, client, admin_client, own_keys
):
    check_it_is_held_and_shown(name, tablet, client, admin_client)


def swallow(plain=opening.open_comments):
    def open_what_opens(responses, several):
        keys = key_files.comment_private_keys()
        good = [a for a in several if not opening._opened(a, keys)[1]]
        plain(responses, good)

    return open_what_opens


def test_an_opener_that_swallows_what_it_cannot_open_is_caught(
    tablet, client, admin_client, own_keys, monkeypatch
):
    from central import deriving

    planted = swallow()
    monkeypatch.setattr(deriving, "open_comments", planted)
    with pytest.raises(AssertionError, match="swallowed"):
        check_it_is_held_and_shown("too short", tablet, client, admin_client)

    monkeypatch.setattr(proof, "open_comments", planted)
    break_keys(C1, None)
    assert "comment key c1: swallowed" in prove(timezone.now())


def test_an_opener_that_makes_other_words_is_caught(trust, own_keys, monkeypatch):
    monkeypatch.setattr(opening, "_opened", lambda *_: ("other words", ""))

    assert "c1: it opens to other words" in prove(timezone.now())


def test_each_trouble_is_written_down_without_a_word(
    tablet, own_keys, monkeypatch, capfd, caplog
):
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(opening, "logger", central_logger())
    write(tablet, "canary", key=("c9", public()))
    write(tablet, "canary", key=("c8", public()))
    tablet.send()

    written = capfd.readouterr().err + caplog.text
    assert 'event="not opened"' in written
    assert "trouble=key" in written
    assert "count=2" in written
    assert "canary" not in written


@pytest.mark.parametrize(
    "content", [None, OTHER, b"broken"], ids=["none", "another", "broken"]
)
@pytest.mark.parametrize("how", ["follow", "the daily test", "the next start"])
def test_it_opens_when_the_key_is_back(content, how, tablet, own_keys):
    """Also after another key lay in its place: nothing is called damaged for ever."""
    private = (CENTRAL.keys_dir / C1).read_bytes()
    write(tablet, "one")
    break_keys(C1, content)
    tablet.send()
    assert Comment.objects.get().trouble == "key"
    call_command("follow")
    assert Comment.objects.get().trouble == "key"

    put(C1, private)
    if how == "follow":
        call_command("follow")
    elif how == "the daily test":
        prove_if_due(timezone.now())
    else:
        from central.deriving import follow_all

        assert follow_all() == (1, 0)

    assert Comment.objects.get().text == "one"
    assert Comment.objects.get().trouble == ""


def test_a_key_of_no_document_that_was_wrong_opens_when_it_is_right(tablet, own_keys):
    """Nothing says which half is right: the comment is damaged until one opens it."""
    half, private = new_key_pair()
    put("comment-c7.key", OTHER)
    write(tablet, "late", key=("c7", half))
    tablet.send()
    assert Comment.objects.get().trouble == "damaged"

    put("comment-c7.key", private.hex().encode())
    call_command("follow")

    assert Comment.objects.get().text == "late"


def test_what_was_erased_meanwhile_stays_erased(tablet, own_keys):
    private = (CENTRAL.keys_dir / C1).read_bytes()
    write(tablet, "one")
    break_keys(C1, None)
    tablet.send()
    call_command("erase_response", tablet.rows[0].response)
    put(C1, private)
    call_command("follow")

    assert Comment.objects.count() == 0
    assert Answer.objects.get().value == "erased"
