"""A change of keys is killed, or meets another: the keys work whatever happens."""

import os
import signal

import pytest
from nacl.signing import SigningKey

from central.custody import rotating
from central.custody.copying import copy_keys
from central.keys import comment_ring, make_keys, online_keys, read_key
from tests.central.sticks import SEED


def killed_at(number, work):
    """Whether `work`, in a process of its own, got as far as its fsync of this number,
    at which it was killed."""
    child = os.fork()
    if child == 0:
        seen = 0
        fsync = os.fsync

        def count(handle):
            nonlocal seen
            seen += 1
            if seen == number:
                os.kill(os.getpid(), signal.SIGKILL)
            fsync(handle)

        os.fsync = count
        try:
            work()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


@pytest.mark.parametrize("key", ["comment", "online", "root"])
def test_a_rotation_that_is_killed_leaves_keys_that_work(key, tmp_path):
    def work():
        with rotating.alone(server):
            if key == "root":
                rotating.rotate_root(server, stick, 2)
                return
            by = rotating.signer(server, stick / SEED)
            change = {"comment": rotating.rotate_comment,
                      "online": rotating.rotate_online}[key]  # fmt: skip
            change(server, by, 2)

    number, versions = 0, set()
    while True:
        number += 1
        server, stick = tmp_path / f"{number}" / "server", tmp_path / f"{number}-stick"
        server.parent.mkdir()
        make_keys(server)
        copy_keys(server, stick, "", None, same_disk=True)
        (server / SEED).unlink()
        first = comment_ring(server).opens["c1"]
        was_killed = killed_at(number, work)

        found = online_keys(server)  # root, document and online key fit
        versions.add(found.keys.version)
        assert comment_ring(server).opens["c1"] == first
        for name in found.keys.comment_keys:
            assert comment_ring(server).opens[name] == comment_ring(stick).opens[name]
        seeds = [read_key(path) for path in stick.glob(f"{SEED}*")]
        halves = {bytes(SigningKey(seed).verify_key) for seed in seeds}
        assert found.root_public in halves
        if key != "root" or found.root_public == read_key(server / "root.pub"):
            with rotating.alone(server):  # it can be done again
                seed = next(
                    path for path in stick.glob(f"{SEED}*")
                    if bytes(SigningKey(read_key(path)).verify_key) == found.root_public
                )  # fmt: skip
                by = rotating.signer(server, seed)
                rotating.rotate_comment(server, by, found.keys.version + 1)
            assert comment_ring(server).opens["c1"] == first
        if not was_killed:
            break
    assert number > 4
    assert versions == {1, 2}


def test_two_rotations_at_once_are_one_after_the_other(tmp_path):
    server, stick = tmp_path / "server", tmp_path / "stick"
    make_keys(server)
    copy_keys(server, stick, "", None, same_disk=True)
    (server / SEED).unlink()
    children = []
    for _ in range(4):
        child = os.fork()
        if child == 0:
            try:
                with rotating.alone(server):
                    version = online_keys(server).keys.version + 1
                    by = rotating.signer(server, stick / SEED)
                    rotating.rotate_comment(server, by, version)
            finally:
                os._exit(0)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)

    found = online_keys(server).keys
    assert (found.version, sorted(found.comment_keys)) == (
        5, ["c1", "c2", "c3", "c4", "c5"]
    )  # fmt: skip
    assert comment_ring(server).opens.keys() == found.comment_keys.keys()
