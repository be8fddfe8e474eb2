"""The offline copies: whole, brought up to date, and never written over."""

import os
import tempfile
from pathlib import Path

import pytest
from django.core.management import CommandError
from nacl.signing import SigningKey

from tests.central.sticks import SEED, copy_to, keys


def test_the_other_copy_is_brought_up_to_date(trust, stick, own_keys):
    other = stick.parent / "other"
    keys("rotate", "comment", "--root", stick / SEED)
    keys("rotate", "online", "--root", stick / SEED)

    said = copy_to(other)

    assert "wrote comment-c2.key, keys.json, online.seed" in said
    assert "nothing, all was there" in copy_to(other)
    keys("rotate", "root", "--to", stick, "--go")
    copy_to(other, "--root", stick / SEED)
    assert (other / SEED).read_bytes() == (stick / SEED).read_bytes()
    assert (other / f"{SEED}.old1").exists()


def test_a_copy_without_the_roots_seed_is_said_to_be_short(trust, stick, tmp_path):
    with pytest.raises(CommandError, match=r"has no root\.seed"):
        copy_to(tmp_path / "third")
    copy_to(tmp_path / "third", "--root", stick / SEED)
    assert (tmp_path / "third" / SEED).exists()


def test_a_copy_never_loses_a_key(trust, stick, own_keys):
    other_key = bytes(SigningKey.generate()).hex()
    (stick / "comment-c1.key").write_text(other_key)

    with pytest.raises(CommandError, match="is another key than"):
        copy_to(stick)
    assert (stick / "comment-c1.key").read_text() == other_key


def test_a_copy_that_is_newer_than_the_server_is_not_written_over(
    trust, stick, own_keys
):
    old = (own_keys / "keys.json").read_bytes()
    keys("rotate", "comment", "--root", stick / SEED)
    (own_keys / "keys.json").write_bytes(old)

    with pytest.raises(CommandError, match="put back from an older copy"):
        copy_to(stick)


def test_the_servers_own_folder_is_no_copy(trust, own_keys, tmp_path):
    os.symlink(own_keys, tmp_path / "link")
    with pytest.raises(CommandError, match="own folder"):
        copy_to(tmp_path / "link")


# ── where a copy may lie ─────────────────────────────────────────────────────


def test_without_the_stick_no_folder_is_made_in_its_place(trust, own_keys, tmp_path):
    with pytest.raises(CommandError, match=r"no folder .*Is the stick mounted"):
        keys("copy", tmp_path / "a" / "wardvoice")
    assert not (tmp_path / "a").exists()


@pytest.mark.parametrize("made", ["mount point", "mount point/wardvoice"])
def test_a_copy_on_the_servers_own_disk_is_refused(made, trust, own_keys, tmp_path):
    (tmp_path / made).mkdir(parents=True)

    with pytest.raises(CommandError, match="on the same disk as"):
        keys("copy", tmp_path / "mount point" / "wardvoice")

    assert not [one for one in (tmp_path / "mount point").rglob("*") if one.is_file()]
    assert "wrote" in copy_to(tmp_path / "mount point" / "wardvoice")


def test_a_copy_on_another_disk_needs_no_word_more(trust, own_keys):
    own = own_keys.stat().st_dev
    other = next(one for one in ("/dev/shm", "/var/tmp") if os.stat(one).st_dev != own)
    with tempfile.TemporaryDirectory(dir=other) as stick:
        assert "wrote" in keys("copy", Path(stick) / "wardvoice")
        assert "nothing, all was there" in keys("copy", Path(stick) / "wardvoice")
