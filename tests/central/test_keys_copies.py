"""The offline copies: whole, brought up to date, and never written over."""

import os

import pytest
from django.core.management import CommandError
from nacl.signing import SigningKey

from tests.central.sticks import SEED, keys


def test_the_other_copy_is_brought_up_to_date(trust, stick, own_keys):
    other = stick.parent / "other"
    keys("rotate", "comment", "--root", stick / SEED)
    keys("rotate", "online", "--root", stick / SEED)

    said = keys("copy", other)

    assert "wrote comment-c2.key, keys.json, online.seed" in said
    assert "nothing, all was there" in keys("copy", other)
    keys("rotate", "root", "--to", stick, "--go")
    keys("copy", other, "--root", stick / SEED)
    assert (other / SEED).read_bytes() == (stick / SEED).read_bytes()
    assert (other / f"{SEED}.old1").exists()


def test_a_copy_without_the_roots_seed_is_said_to_be_short(trust, stick, tmp_path):
    with pytest.raises(CommandError, match=r"has no root\.seed"):
        keys("copy", tmp_path / "third")
    keys("copy", tmp_path / "third", "--root", stick / SEED)
    assert (tmp_path / "third" / SEED).exists()


def test_a_copy_never_loses_a_key(trust, stick, own_keys):
    other_key = bytes(SigningKey.generate()).hex()
    (stick / "comment-c1.key").write_text(other_key)

    with pytest.raises(CommandError, match="is another key than"):
        keys("copy", stick)
    assert (stick / "comment-c1.key").read_text() == other_key


def test_a_copy_that_is_newer_than_the_server_is_not_written_over(
    trust, stick, own_keys
):
    old = (own_keys / "keys.json").read_bytes()
    keys("rotate", "comment", "--root", stick / SEED)
    (own_keys / "keys.json").write_bytes(old)

    with pytest.raises(CommandError, match="put back from an older copy"):
        keys("copy", stick)


def test_the_servers_own_folder_is_no_copy(trust, own_keys, tmp_path):
    os.symlink(own_keys, tmp_path / "link")
    with pytest.raises(CommandError, match="own folder"):
        keys("copy", tmp_path / "link")
