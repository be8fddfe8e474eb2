"""How does a program read its settings? A bad one is named."""

import os
from pathlib import Path

import pytest

from feedback.settings import SettingError, choice, path, secret, text, url, whole

NAME = "WARDVOICE_X"


def told(read, *args, **environ):
    with pytest.raises(SettingError) as caught:
        read(environ, NAME, *args)
    assert NAME in str(caught.value)
    return str(caught.value)


def test_a_text_is_read_without_its_edges_or_its_default_is():
    assert text({NAME: " a b "}, NAME) == "a b"
    assert text({NAME: " "}, NAME, "c") == "c"
    assert text({}, NAME, "") == ""
    assert "must be set" in told(text)
    assert "must be set" in told(text, WARDVOICE_X="  ")


def test_a_whole_number_is_read_within_its_bounds():
    assert whole({NAME: "5"}, NAME, 1, 1, 9) == 5
    assert whole({}, NAME, 3, 1, 9) == 3


@pytest.mark.parametrize(
    "bad", ["0", "10", "-5", "5.0", "five", "٥", "²", "1e1", "0x5", "5_0", "9" * 5_000]
)
def test_anything_else_is_no_whole_number(bad):
    assert "a whole number from 1 to 9" in told(whole, 3, 1, 9, WARDVOICE_X=bad)


def test_a_choice_is_one_of_a_few():
    assert choice({NAME: "b"}, NAME, "a", ("a", "b")) == "b"
    assert choice({}, NAME, "a", ("a", "b")) == "a"
    assert "one of a, b, not 'c'" in told(choice, "a", ("a", "b"), WARDVOICE_X="c")


def test_a_path_may_begin_at_home(monkeypatch):
    monkeypatch.setenv("HOME", "/home/ward")
    assert path({NAME: "~/log"}, NAME) == Path("/home/ward/log")
    assert path({}, NAME, "/var/log") == Path("/var/log")
    assert "must be a path" in told(path, WARDVOICE_X="~nobody-here/log")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://wardvoice.example/", "https://wardvoice.example"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("https://[::1]:8000/path/", "https://[::1]:8000/path"),
    ],
)
def test_an_address_is_kept_without_its_last_slash(given, kept):
    assert url({NAME: given}, NAME) == kept


@pytest.mark.parametrize(
    "bad",
    ["wardvoice.example", "ftp://a.example", "https://", "https:///path", "//a.example",
     "https://a.example?x=1", "https://a.example#x", "https://[::1",
     "https://a b.example",
     "https://a.example:99999", "https://a.example:0", "https://a.example:x",
     "https://user:hunter2@a.example"],
)  # fmt: skip
def test_any_other_address_is_refused_and_a_password_is_not_repeated(bad):
    assert "hunter2" not in told(url, WARDVOICE_X=bad)


def a_secret(tmp_path, raw=b" s3cret \n", mode=0o600):
    file = tmp_path / "secret"
    file.write_bytes(raw)
    file.chmod(mode)
    return {f"{NAME}_FILE": str(file)}


def test_a_secret_comes_from_its_file_before_its_variable(tmp_path):
    environ = {**a_secret(tmp_path), NAME: "other"}
    assert secret(environ, NAME) == "s3cret"
    assert secret({NAME: "plain"}, NAME) == "plain"
    assert "must be set" in told(secret)


@pytest.mark.parametrize("mode", [0o600, 0o400, 0o640, 0o440])
def test_a_secret_that_its_owner_and_group_read_is_taken(tmp_path, mode):
    assert secret(a_secret(tmp_path, mode=mode), NAME) == "s3cret"


@pytest.mark.parametrize("mode", [0o644, 0o604, 0o602, 0o601, 0o660, 0o666])
def test_a_secret_that_others_can_reach_is_refused(tmp_path, mode):
    environ = a_secret(tmp_path, mode=mode)
    assert "chmod 600" in told(secret, **environ)


@pytest.mark.parametrize("raw", [b"", b" \n", b"\xff\xfe"])
def test_a_secret_that_is_no_text_is_refused(tmp_path, raw):
    said = told(secret, **a_secret(tmp_path, raw))
    assert said.startswith(f"{NAME}_FILE")


def test_a_secret_file_that_cannot_be_read_is_named(tmp_path):
    for bad in (tmp_path, tmp_path / "gone"):
        assert f"{NAME}_FILE cannot be read" in told(
            secret, WARDVOICE_X_FILE=os.fspath(bad)
        )
