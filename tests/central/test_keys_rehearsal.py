"""The yearly drill: does this offline copy open the comments, if the server is gone?"""

import os
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from nacl.signing import SigningKey

from central.comments.models import Comment
from central.custody import rehearsal
from central.custody.due import drill, notices
from central.custody.models import Rehearsal
from central.custody.proof import prove
from central.keys import online_keys
from feedback.answer import new_response
from feedback.seal import new_key_pair, seal
from tests.central.sticks import copy_to

OTHER = bytes(SigningKey.generate()).hex()


def keys(*words):
    """What the command says, and whether it went well."""
    said = StringIO()
    try:
        call_command("keys", *map(str, words), stdout=said, stderr=said)
    except CommandError as error:
        return f"{said.getvalue()}\n{error}", error.returncode == 0
    return said.getvalue(), True


@pytest.fixture
def two_keys(stick):
    """The comment key was changed once, and the copy is up to date."""
    assert keys("rotate", "comment", "--root", stick / "root.seed")[1]
    return stick


def write(tablet, words, name="c1", half=None):
    response = new_response()
    half = half or online_keys().keys.comment_keys[name]
    tablet.say(seal(words, response, "better", name, half), "better", response)


def test_a_whole_copy_is_said_to_be_whole_and_no_word_is_shown(tablet, two_keys):
    for name in ("c1", "c2", "c2"):
        write(tablet, "the canary sang", name)
    tablet.send()

    said, went_well = keys("rehearse", two_keys)

    assert went_well, said
    assert "This copy is whole." in said
    assert "comment-c1.key: opens a fresh test comment, and 1 of 1 real ones" in said
    assert "comment-c2.key: opens a fresh test comment, and 2 of 2 real ones" in said
    assert "canary" not in said
    done = Rehearsal.objects.get()
    assert (done.copy, done.keys, done.missing) == ("stick", "c1 c2", "")


FILES = ("root.seed", "online.seed", "keys.json", "comment-c1.key", "comment-c2.key")
FAULTS = {"gone": None, "another one": OTHER, "cut off": OTHER[:9], "empty": ""}


def check_it_is_missed(copy, file, content):
    before = (copy / file).read_text()
    (copy / file).unlink()
    if content is not None:
        (copy / file).write_text(content)
    said, went_well = keys("rehearse", copy)

    assert not went_well, "it was not looked at"
    missed = [one for one in said.splitlines() if one.startswith("  MISSING")]
    assert len(missed) == 1
    assert missed[0].startswith(f"  MISSING  {file}: ")
    assert "This copy is not whole: 1 of 5 are missing or wrong" in said
    assert file in Rehearsal.objects.first().missing
    (copy / file).write_text(before)


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("fault", FAULTS)
def test_each_thing_that_is_missing_or_wrong_is_named(file, fault, trust, two_keys):
    check_it_is_missed(two_keys, file, FAULTS[fault])
    assert keys("rehearse", two_keys)[1]


@pytest.mark.parametrize("skipped", ["c1", "c2"])
def test_a_rehearsal_that_does_not_look_at_one_key_is_caught(
    skipped, trust, two_keys, monkeypatch
):
    names = rehearsal._names
    monkeypatch.setattr(
        rehearsal, "_names", lambda server: sorted({*names(server)} - {skipped})
    )
    with pytest.raises(AssertionError, match="not looked at"):
        check_it_is_missed(two_keys, f"comment-{skipped}.key", None)
    assert f"not the comment key {skipped}" in drill(timezone.now()).words


def test_a_copy_that_opens_fresh_ones_and_not_the_real_ones_is_not_whole(
    tablet, stick, own_keys
):
    """The key was replaced once, by hand, under the same name: fresh ones fit."""
    write(tablet, "one")
    tablet.send()
    for at in (own_keys, stick):
        (at / "comment-c1.key").unlink()
    half, private = new_key_pair()
    from central.custody.rotating import replace
    from central.keys import read_key
    from feedback.bundle import keys_document, sign_document

    seed, now = read_key(stick / "root.seed"), online_keys().keys
    document = sign_document(keys_document(2, now.online, {"c1": half}, "c1"), seed)
    for at in (own_keys, stick):
        (at / "comment-c1.key").write_text(private.hex())
        replace(at / "keys.json", document)

    said, went_well = keys("rehearse", stick)

    assert not went_well
    assert "comment-c1.key: opens 0 of 1 real comments that must open" in said


def test_what_the_server_cannot_open_is_no_fault_of_the_copy(tablet, stick, own_keys):
    private = (own_keys / "comment-c1.key").read_bytes()
    (own_keys / "comment-c1.key").unlink()
    write(tablet, "one")
    write(tablet, "swapped")
    tablet.rows[-1] = type(tablet.rows[-1])(
        **{**_words(tablet.rows[-1]), "response": new_response()}
    )
    write(tablet, "nobody's key", "zzz", new_key_pair()[0])
    tablet.send()
    assert Comment.objects.filter(trouble="key").count() == 3

    said, went_well = keys("rehearse", stick)

    assert went_well, said
    assert "of 2 that the server cannot open, it opens 1" in said
    assert "zzz" not in said
    (own_keys / "comment-c1.key").write_bytes(private)


def _words(answer):
    from dataclasses import asdict

    return asdict(answer)


def test_what_was_erased_is_not_missed(tablet, stick):
    write(tablet, "one")
    write(tablet, "two")
    tablet.send()
    call_command("erase_response", tablet.rows[0].response)

    assert "and 1 of 1 real ones" in keys("rehearse", stick)[0]


def test_a_key_that_opened_comments_must_be_in_the_copy_in_no_document_or_any(
    tablet, stick, own_keys
):
    half, private = new_key_pair()
    (own_keys / "comment-c7.key").write_text(private.hex())
    write(tablet, "one", "c7", half)
    tablet.send()

    said, went_well = keys("rehearse", stick)
    assert not went_well
    assert "comment-c7.key" in said
    copy_to(stick)
    said, went_well = keys("rehearse", stick)
    assert went_well
    assert "1 of 1 real ones (1 there are) (it stands in no document of today)" in said


@pytest.mark.parametrize("what", ["the server's own folder", "a link to it", "nothing"])
def test_what_is_no_copy_is_not_rehearsed(what, trust, stick, own_keys, tmp_path):
    os.symlink(own_keys, tmp_path / "link")
    folders = {"the server's own folder": own_keys, "a link to it": tmp_path / "link"}
    folder = folders.get(what, tmp_path / "no stick")

    assert not keys("rehearse", folder)[1]
    assert Rehearsal.objects.count() == 0


def test_a_mistyped_folder_is_not_remembered_as_a_bad_copy(trust, stick):
    """The stick, and not the folder on it: it stood as "not whole" for a year."""
    for name in ("stick", "other"):
        keys("rehearse", stick.parent / name)
    empty = stick.parent / "empty"
    empty.mkdir()

    said, went_well = keys("rehearse", empty)

    assert not went_well
    assert "has no keys in it, so nothing was rehearsed" in said
    assert drill(timezone.now()).words == ""


def test_a_copy_that_lost_all_but_its_name_is_remembered(trust, stick):
    for one in stick.iterdir():
        if one.name != "copy.name":
            one.unlink()

    said, went_well = keys("rehearse", stick)

    assert not went_well
    assert "MISSING  comment-c1.key: is not there\n" in said
    assert "makes it, once" not in said  # what would be right for the server's folder
    assert Rehearsal.objects.get().missing


def test_a_stick_in_the_place_of_one_that_is_no_more_ends_the_notice(trust, stick):
    other = stick.parent / "other"
    for copy in (stick, other):
        keys("rehearse", copy)
    (other / "comment-c1.key").unlink()
    keys("rehearse", other)
    assert '--name "other"' in drill(timezone.now()).words

    copy_to(stick.parent / "third", "--root", stick / "root.seed")
    keys("rehearse", stick.parent / "third", "--name", "other")

    assert drill(timezone.now()).words == ""


def test_the_drill_writes_nothing_to_the_copy(trust, stick):
    before = {p.name: (p.read_bytes(), p.stat().st_mtime_ns) for p in stick.iterdir()}
    keys("rehearse", stick)

    after = {p.name: (p.read_bytes(), p.stat().st_mtime_ns) for p in stick.iterdir()}
    assert after == before


# ── when it is time again ────────────────────────────────────────────────────


def told(client):
    return client.get("/health").json()["rehearsed"]


def test_it_is_due_until_both_copies_were_whole(trust, stick, client, admin_client):
    prove(timezone.now())
    assert told(client) == {"last": None, "due": True}
    assert "never rehearsed" in keys("list")[0]

    keys("rehearse", stick)
    today = timezone.localdate().isoformat()
    assert told(client) == {"last": today, "due": True}
    assert "1 of 2 copies" in drill(timezone.now()).words
    keys("rehearse", stick)  # twice the same is one copy
    assert told(client)["due"]

    keys("rehearse", stick.parent / "other")
    assert told(client) == {"last": today, "due": False}
    assert client.get("/health").json()["ok"]
    assert notices(timezone.now()) == []
    assert "rehearsed" not in admin_client.get("/").content.decode()


def test_after_a_year_it_is_overdue_and_administrators_read_it(
    trust, stick, client, admin_client
):
    for copy in (stick, stick.parent / "other"):
        keys("rehearse", copy)
    Rehearsal.objects.update(at=timezone.now() - timedelta(days=367))

    assert told(client)["due"]
    for path in ("/", "/admin/custody/rehearsal/"):
        page = admin_client.get(path).content.decode()
        assert "The keys were last rehearsed on" in page
        assert "overdue" in page


def test_it_is_told_with_the_local_day(trust, stick, client):
    """In summer what is rehearsed just after midnight is of the day before in UTC."""
    keys("rehearse", stick)
    Rehearsal.objects.update(at=datetime(2026, 6, 30, 23, 5, tzinfo=UTC))
    assert told(client)["last"] == "2026-07-01"
    assert "last rehearsed on 1 July 2026" in drill(timezone.now()).words


def test_a_new_key_makes_it_due(trust, stick):
    for copy in (stick, stick.parent / "other"):
        keys("rehearse", copy)
    keys("rotate", "comment", "--root", stick / "root.seed")

    assert "but not the comment key c2" in drill(timezone.now()).words
    for copy in (stick, stick.parent / "other"):
        copy_to(copy, "--root", stick / "root.seed")
        keys("rehearse", copy)
    assert drill(timezone.now()).words == ""


def test_a_copy_that_went_bad_is_said_even_if_the_others_are_whole(trust, stick):
    for copy in (stick, stick.parent / "other"):
        keys("rehearse", copy)
    (stick / "comment-c1.key").unlink()
    keys("rehearse", stick)

    words = drill(timezone.now()).words
    assert "A copy is not whole (stick): comment-c1.key" in words


def test_a_copy_without_a_name_is_still_rehearsed(trust, stick):
    (stick / "copy.name").unlink()
    assert "(a copy without a name)" in keys("rehearse", stick)[0]
    assert "(the safe)" in keys("rehearse", stick, "--name", "the safe")[0]
    assert set(Rehearsal.objects.values_list("copy", flat=True)) == {
        "a copy without a name", "the safe"
    }  # fmt: skip


def test_administrators_look_and_change_nothing(trust, stick, admin_client):
    prove(timezone.now())
    keys("rehearse", stick)
    for model in ("document", "proof", "rehearsal"):
        assert admin_client.get(f"/admin/custody/{model}/").status_code == 200
        assert admin_client.get(f"/admin/custody/{model}/add/").status_code == 403
    one = Rehearsal.objects.get().id
    came = admin_client.post(f"/admin/custody/rehearsal/{one}/delete/", {"post": "yes"})
    assert came.status_code == 403
