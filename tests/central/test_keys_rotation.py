"""A new key follows an old one, and nothing that was sealed before is lost."""

import base64
import os
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from nacl.signing import SigningKey

from central.comments.models import Comment
from central.custody import rotating, telling
from central.custody.models import Document
from central.custody.proof import prove
from central.devices.enrolment import make_code
from central.devices.models import Device
from central.intake.models import Held
from central.keys import online_keys, read_key
from central.places.models import Ward
from feedback.answer import new_response
from feedback.bundle import BundleError, bundle_document, newer, sign_document
from feedback.seal import seal
from tests.central.sticks import SEED, keys
from tests.central.tablet import WARD


class Collector:
    """What a device holds and does with keys: the bundle as feedback reads it."""

    def __init__(self, tablet):
        self.tablet, self.root = tablet, online_keys().root_public
        self.bundle = None

    def hear(self):
        """A heartbeat; the bundle is fetched when central speaks of a newer one."""
        held = self.bundle.version if self.bundle else 0
        said = self.tablet.send(self.tablet.last + 1, status={"bundle": held})
        if said.words["bundle"] <= held:
            return
        came = self.tablet.bundle().words
        held_keys = self.bundle.keys_version if self.bundle else 0
        self.bundle = newer(came["keys"], came["bundle"], self.root, held, held_keys)
        self.tablet.send(self.tablet.last + 1, status={"bundle": self.bundle.version})

    def write(self, words):
        response = new_response()
        name, half = self.bundle.comment_key_id, self.bundle.comment_public_key
        self.tablet.say(seal(words, response, "better", name, half), "better", response)
        assert self.tablet.send(status={"bundle": self.bundle.version}).status == 200


@pytest.fixture
def collector(tablet, stick):
    collector = Collector(tablet)
    collector.hear()
    return collector


def opened():
    return {one.text: one.key_id for one in Comment.objects.filter(trouble="")}


# ── the comment key ──────────────────────────────────────────────────────────


def check_old_and_new_comments_open(collector, new_tablet, stick):
    late = Collector(new_tablet())
    late.hear()
    collector.write("before")

    keys("rotate", "comment", "--root", stick / SEED)
    collector.hear()
    collector.write("after")
    late.write("after, by who has not heard")  # sealed for the old one

    assert opened() == {
        "before": "c1", "after": "c2", "after, by who has not heard": "c1"
    }  # fmt: skip
    Comment.objects.all().delete()  # a database that was restored, or derived anew
    from central.deriving import derive
    from central.intake.models import Answer

    derive(set(Answer.objects.values_list("response", flat=True)))
    assert len(opened()) == 3


def test_old_comments_open_after_a_rotation_and_late_ones_too(
    collector, new_tablet, stick
):
    check_old_and_new_comments_open(collector, new_tablet, stick)


def test_a_rotation_that_forgets_the_old_key_is_caught(
    collector, new_tablet, stick, monkeypatch
):
    def forgets(folder, by, version, plain=rotating.rotate_comment):
        name = plain(folder, by, version)
        (folder / "comment-c1.key").unlink()
        return name

    monkeypatch.setattr(rotating, "rotate_comment", forgets)
    with pytest.raises(AssertionError):
        check_old_and_new_comments_open(collector, new_tablet, stick)
    assert "comment key c1: missing" in prove(timezone.now())


def check_devices_hear_of_it(collector, stick):
    before = collector.bundle
    keys("rotate", "comment", "--root", stick / SEED)
    collector.hear()

    assert collector.bundle.keys_version == before.keys_version + 1
    assert collector.bundle.version > before.version
    assert collector.bundle.comment_key_id == "c2"


def test_devices_hear_of_the_new_key_in_a_document_of_a_higher_version(
    collector, stick
):
    check_devices_hear_of_it(collector, stick)


def test_a_document_whose_version_does_not_rise_is_caught(
    collector, stick, monkeypatch
):
    from central.management.commands import keys as command

    monkeypatch.setattr(command, "lowest_free_version", lambda keys: keys.version)
    with pytest.raises(AssertionError):
        check_devices_hear_of_it(collector, stick)


def test_the_seed_stays_offline_and_the_new_key_is_on_the_stick(trust, stick, own_keys):
    seed = (stick / SEED).read_bytes()
    said = keys("rotate", "comment", "--root", stick / SEED)

    assert seed.strip() not in b"".join(p.read_bytes() for p in own_keys.iterdir())
    assert (stick / SEED).read_bytes() == seed
    for name in ("comment-c2.key", "keys.json"):
        assert (stick / name).read_bytes() == (own_keys / name).read_bytes()
    assert "keys copy OTHER" in said
    assert all(p.stat().st_mode & 0o077 == 0 for p in own_keys.iterdir())


def test_a_new_key_is_on_the_stick_before_anything_else_happens(
    collector, stick, own_keys
):
    """The stick is full, or pulled out: then nothing has changed."""
    before = {p.name: p.read_bytes() for p in own_keys.iterdir()}
    seed = stick / "sub" / SEED
    seed.parent.mkdir()
    seed.write_bytes((stick / SEED).read_bytes())
    # A folder that takes no new file, also from root.
    os.symlink("/proc/self/nothing", seed.parent / "comment-c2.key")

    with pytest.raises(CommandError):
        keys("rotate", "comment", "--root", seed)

    assert {p.name: p.read_bytes() for p in own_keys.iterdir()} == before


@pytest.mark.parametrize("key", ["comment", "online"])
def test_another_roots_seed_changes_nothing(key, trust, stick, own_keys, tmp_path):
    before = {p.name: p.read_bytes() for p in own_keys.iterdir()}
    seed = tmp_path / SEED
    seed.write_text(bytes(SigningKey.generate()).hex())

    with pytest.raises(CommandError, match="is not the seed of"):
        keys("rotate", key, "--root", seed)
    with pytest.raises(CommandError, match="is not there"):
        keys("rotate", key, "--root", tmp_path / "no.seed")
    assert {p.name: p.read_bytes() for p in own_keys.iterdir()} == before


def test_a_seed_that_still_lies_on_the_server_is_not_taken(trust, own_keys):
    with pytest.raises(CommandError, match="nothing is offline yet"):
        keys("rotate", "comment", "--root", own_keys / SEED)
    assert "root.seed is still on this server" in keys("list")


def test_a_rotation_that_broke_off_before_devices_were_told_is_told_later(
    collector, stick, own_keys
):
    with rotating.alone(own_keys):
        by = rotating.signer(own_keys, stick / SEED)
        rotating.rotate_comment(own_keys, by, 2)
    collector.hear()
    assert collector.bundle.comment_key_id == "c1"

    prove(timezone.now())  # each start does, and each day
    collector.hear()

    assert collector.bundle.comment_key_id == "c2"


def test_a_folder_from_an_old_copy_is_noticed_and_the_next_document_is_above(
    collector, stick, own_keys
):
    old = (own_keys / "keys.json").read_bytes()
    keys("rotate", "comment", "--root", stick / SEED)
    collector.hear()
    collector.write("with c2")
    (own_keys / "keys.json").write_bytes(old)

    assert "devices were told of version 2" in prove(timezone.now())
    telling.something_changed()
    with pytest.raises(BundleError, match="keys version 1 is below 2"):
        collector.hear()

    said = keys("rotate", "comment", "--root", stick / SEED)
    assert "The new document goes above both." in said
    collector.hear()
    assert (collector.bundle.keys_version, collector.bundle.comment_key_id) == (3, "c3")
    assert prove(timezone.now()) == ""


# ── what is still needed ─────────────────────────────────────────────────────


def line(name):
    return next(one for one in keys("list").splitlines() if one.startswith(f"{name} "))


def test_the_list_says_what_still_needs_an_old_key(collector, new_tablet, stick):
    late = Collector(new_tablet())
    late.hear()
    collector.write("one")
    assert line("c1").startswith(
        "c1  in use: comments sealed with it: 1, of the last 30 days: 1"
    )

    keys("rotate", "comment", "--root", stick / SEED)
    collector.hear()
    assert "c1  still needed: comments sealed with it: 1," in line("c1")
    assert "devices that may still seal for it: 1" in line("c1")
    assert "1 device may hold an older one" in keys("list")
    late.hear()
    assert "devices that may still seal for it: 0" in line("c1")
    assert "c1  still needed" in line("c1")

    call_command("erase_response", late.tablet.rows[0].response if late.tablet.rows
                 else collector.tablet.rows[0].response)  # fmt: skip
    assert "c1  needed by nothing that is here: comments sealed with it: 0" in line(
        "c1"
    )


def test_a_held_comment_needs_its_key_too(collector, stick):
    Ward.objects.create(code="W-NEW", site=Ward.objects.first().site, name="New")
    response = new_response()
    half = collector.bundle.comment_public_key
    value = seal("words", response, "better", "c1", half)
    collector.tablet.say(value, "better", response, ward="W-NEW")
    collector.tablet.send()
    assert Held.objects.get().reason == "ward"
    keys("rotate", "comment", "--root", stick / SEED)
    collector.hear()

    assert "c1  still needed: comments sealed with it: 0" in line("c1")
    assert "held: 1" in line("c1")


def test_who_was_removed_or_has_a_successor_is_not_waited_for(
    collector, new_tablet, stick
):
    for _ in range(2):
        Collector(new_tablet()).hear()
    gone, old, _ = Device.objects.order_by("enrolled_at")
    Device.objects.filter(id=gone.id).update(removed_at=timezone.now())
    Device.objects.filter(id=_.id).update(succeeds=old.id)
    keys("rotate", "comment", "--root", stick / SEED)

    assert "1 device may hold an older one" in keys("list")


def test_a_twin_that_goes_on_under_the_old_name_is_waited_for(
    collector, new_tablet, stick
):
    Collector(new_tablet()).hear()
    old, new = Device.objects.order_by("enrolled_at")
    Device.objects.filter(id=new.id).update(succeeds=old.id)
    collector.hear()  # the old name, after the new one was enrolled
    keys("rotate", "comment", "--root", stick / SEED)

    assert "2 devices may hold an older one" in keys("list")


def test_comments_of_long_ago_are_not_of_lately(collector, stick):
    from central.intake.models import Answer

    collector.write("long ago")
    Answer.objects.update(arrived_at=timezone.now() - timedelta(days=31))

    assert "sealed with it: 1, of the last 30 days: 0" in line("c1")


# ── the online key and the root ──────────────────────────────────────────────


def test_after_an_online_rotation_the_old_key_signs_nothing_that_devices_take(
    collector, stick, own_keys
):
    collector.write("before")
    stolen = online_keys()
    keys("rotate", "online", "--root", stick / SEED)
    assert read_key(own_keys / "online.seed") != stolen.online_seed
    collector.hear()
    assert collector.bundle.keys_version == 2
    collector.write("after")
    assert opened() == {"before": "c1", "after": "c1"}

    forged = sign_document(
        bundle_document(99, "Thief", {}, "", "", [], {}), stolen.online_seed
    )
    for document in (stolen.signed_keys, online_keys().signed_keys):
        with pytest.raises(BundleError):
            newer(document, forged, collector.root, collector.bundle.version, 2)


def test_a_new_root_is_only_spoken_of_without_go(collector, stick, own_keys):
    before = {p.name: p.read_bytes() for p in own_keys.iterdir()}
    said = keys("rotate", "root", "--to", stick)

    assert "1 device must be enrolled again" in said
    assert {p.name: p.read_bytes() for p in own_keys.iterdir()} == before


def test_after_a_new_root_devices_go_on_and_enrol_again(collector, stick, own_keys):
    old = (stick / SEED).read_bytes()
    keys("rotate", "root", "--to", stick, "--go")

    assert not (own_keys / SEED).exists()
    assert (stick / f"{SEED}.old1").read_bytes() == old
    with pytest.raises(BundleError, match="not signed by the right key"):
        collector.hear()
    collector.write("meanwhile")
    assert "1 device may hold an older one" in keys("list")

    said = collector.tablet.enrol(make_code([WARD], "kiosk", timezone.now()))
    collector.root = base64.b64decode(said.words["root"])
    collector.hear()
    collector.write("after")
    assert collector.bundle.keys_version == 2
    assert opened() == {"meanwhile": "c1", "after": "c1"}
    assert "0 devices may hold an older one" in keys("list")
    with pytest.raises(CommandError, match="is not the seed of"):
        keys("rotate", "comment", "--root", stick / f"{SEED}.old1")
    assert "Comments are sealed for c2" in keys(
        "rotate", "comment", "--root", stick / SEED
    )


def test_a_new_roots_seed_is_never_written_to_the_server(trust, stick, own_keys):
    with pytest.raises(CommandError, match="must not lie on the server"):
        keys("rotate", "root", "--to", own_keys, "--go")
    assert not (own_keys / SEED).exists()


@pytest.mark.parametrize("place", ["a mount point", "no folder"])
def test_a_new_roots_seed_is_written_to_a_copy_alone(place, trust, own_keys, tmp_path):
    """A stick that is not mounted is a folder of the server's disk, or none at all."""
    (tmp_path / "a mount point").mkdir()
    before = {p.name: p.read_bytes() for p in own_keys.iterdir()}

    with pytest.raises(CommandError, match=r"is no copy of the keys: nothing was"):
        keys("rotate", "root", "--to", tmp_path / place, "--go")

    assert not [*(tmp_path / "a mount point").iterdir()]
    assert {p.name: p.read_bytes() for p in own_keys.iterdir()} == before


def test_without_the_stick_its_seed_is_asked_for_in_words(trust, own_keys, tmp_path):
    with pytest.raises(CommandError, match=r"is not there. Is the stick mounted\?$"):
        keys("rotate", "comment", "--root", tmp_path / "wardvoice" / SEED)


def test_the_first_document_is_written_down_without_a_new_bundle(trust, own_keys):
    from central.surveys.asking import current_version

    before = current_version()
    prove(timezone.now())
    prove(timezone.now())

    told = Document.objects.get()
    assert (told.version, told.comment_key, told.bundle) == (1, "c1", 0)
    assert current_version() == before
