"""Who may log in: the file of accounts, the sessions and the tries."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from nacl.pwhash import argon2id
from starlette.requests import Request

from feedback.settings import SettingError
from smsgateway.asking.team.accounts import ACCOUNTS, Accounts, hash_line
from smsgateway.asking.team.door import address_of
from smsgateway.asking.team.sessions import (
    IDLE,
    LONGEST,
    SESSIONS,
    TRIES,
    Attempts,
    Sessions,
)

PASSWORD = "correct horse battery"
LINE = hash_line("joan", PASSWORD)
OTHER = hash_line("ann.o'x".replace("'", "-"), "ŵ 👩‍⚕️ \0 ends in a blank ")
NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


@pytest.fixture
def file(tmp_path):
    def write(text, mode=0o600):
        path = tmp_path / "users"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        path.chmod(mode)
        return path

    return write


# ── the file ─────────────────────────────────────────────────────────────────


def test_who_is_in_the_file_may_log_in_with_their_own_password(file):
    accounts = Accounts.read(file(f"# the team\n\n{LINE}\n{OTHER}\n"))

    assert accounts.check("joan", PASSWORD)
    assert accounts.check("ann.o-x", "ŵ 👩‍⚕️ \0 ends in a blank ")
    assert not accounts.check("ann.o-x", PASSWORD)
    assert not accounts.check("Joan", PASSWORD)
    assert not accounts.check("nobody", PASSWORD)
    assert not accounts.check("", "")


def user(name, typed):
    """`wardvoice-sms user`, with no terminal but what is typed."""
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "smsgateway", "user", name],
        input=typed,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        start_new_session=True,
    )


def test_the_command_prints_the_line_that_lets_somebody_in(file):
    done = user("joan", f"{PASSWORD}\n{PASSWORD}\n")

    assert done.returncode == 0
    assert PASSWORD not in done.stdout + done.stderr
    assert Accounts.read(file(done.stdout)).check("joan", PASSWORD)


@pytest.mark.parametrize(
    ("name", "typed", "why"),
    [
        ("joan", f"{PASSWORD}\n{PASSWORD} \n", "not the same"),
        ("joan", "short\nshort\n", "at least 12"),
        ("joan:ann", f"{PASSWORD}\n{PASSWORD}\n", "letters, digits"),
        ("joan", f"{PASSWORD}\n", "no password was typed"),
    ],
)
def test_the_command_makes_no_line_of_what_could_not_be_used(name, typed, why):
    done = user(name, typed)

    assert (done.returncode, done.stdout) == (2, "")
    assert why in done.stderr
    assert PASSWORD not in done.stderr


@pytest.mark.parametrize(
    "password",
    ["", f"{PASSWORD} ", PASSWORD.upper(), "x" * 1_000_000, f"{PASSWORD}\0", "\ud800"],
)
def test_a_password_is_taken_as_it_was_sent(file, password):
    assert not Accounts.read(file(LINE)).check("joan", password)


def test_a_name_that_nobody_has_takes_as_long(file, monkeypatch):
    """As much is worked out for it: one hash, and one that costs the same."""
    accounts = Accounts.read(file(LINE))
    verify, costs = argon2id.verify, []

    def counted(hashed, password):
        costs.append(hashed.split(b"$")[1:4])
        return verify(hashed, password)

    monkeypatch.setattr(argon2id, "verify", counted)
    for name, password in [
        ("joan", "wrong"),
        ("nobody", "wrong"),
        ("joan", "x" * 2000),
    ]:
        accounts.check(name, password)

    assert len(costs) == 3
    assert costs[0] == costs[1] == costs[2]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "from 1 to"),
        ("# nobody\n", "from 1 to"),
        ("joan\n", "line 1"),
        (f"{LINE}\nann:secret-in-the-clear\n", "line 2"),
        (f"{LINE}\n{LINE}\n", "line 2 names somebody a second time"),
        (f"jo an{LINE[4:]}\n", "line 1"),
        ("joan:$argon2i$v=19$m=65536,t=2,p=1$AAAA$AAAA", "line 1"),
        (b"\xff\xfe", "not UTF-8"),
        ("#" * 70_000, "at most"),
        ("\n".join(f"n{n}{LINE[4:]}" for n in range(ACCOUNTS + 1)), "from 1 to"),
    ],
)
def test_a_file_that_is_wrong_is_told_of_and_not_repeated(file, text, told):
    with pytest.raises(SettingError) as refused:
        Accounts.read(file(text))

    assert told in str(refused.value)
    assert str(refused.value).startswith("WARDVOICE_SMS_USERS")
    assert "secret" not in str(refused.value)


def test_a_file_that_others_may_read_is_refused(file, tmp_path):
    with pytest.raises(SettingError, match="chmod 600"):
        Accounts.read(file(LINE, 0o644))
    with pytest.raises(SettingError, match="No such file"):
        Accounts.read(tmp_path / "none")


@pytest.mark.parametrize(
    ("name", "password"),
    [("a:b", PASSWORD), ("", PASSWORD), ("joan", "short"), ("joan", "x" * 2_000)],
)
def test_no_line_is_made_of_what_could_not_be_used(name, password):
    with pytest.raises(ValueError, match=r"^a (name is|password has)"):
        hash_line(name, password)


def test_the_same_password_is_hashed_differently_each_time():
    assert hash_line("joan", PASSWORD) != LINE
    assert PASSWORD not in LINE


# ── sessions ─────────────────────────────────────────────────────────────────


def test_a_session_is_found_by_its_token_alone():
    sessions = Sessions()
    token = sessions.begin("joan", NOW)

    assert sessions.find(token, NOW).name == "joan"
    assert sessions.find(token[:-1], NOW) is None
    assert sessions.find("", NOW) is None
    assert token not in str(vars(sessions))


@pytest.mark.parametrize("after", [IDLE, LONGEST, timedelta(days=300), -IDLE])
def test_a_session_that_has_had_its_time_stays_over(after):
    sessions = Sessions()
    token = sessions.begin("joan", NOW)

    assert sessions.find(token, NOW + after) is None
    assert sessions.find(token, NOW) is None


def test_there_are_never_more_sessions_than_may_be():
    sessions = Sessions()
    tokens = [sessions.begin("joan", NOW) for _ in range(SESSIONS + 1)]

    assert sessions.find(tokens[0], NOW) is None
    assert sessions.find(tokens[1], NOW)
    assert len(sessions._sessions) == SESSIONS


# ── tries ────────────────────────────────────────────────────────────────────


PC, DESK = "10.0.0.7", "10.0.0.8"


def test_whoever_succeeds_begins_to_count_anew():
    attempts = Attempts()
    for _ in range(3):
        for _ in range(4):
            assert not attempts.wait("joan", PC, NOW)
        attempts.succeeded("joan", PC)


@pytest.mark.parametrize("address", [PC, ""])
def test_another_name_is_not_kept_out(address):
    attempts = Attempts()
    for _ in range(9):
        attempts.wait("joan", address, NOW)

    assert attempts.wait("joan", address, NOW) == timedelta(minutes=5)
    assert not attempts.wait("ann", address, NOW)


def test_an_address_is_not_let_try_one_name_after_another():
    attempts = Attempts()
    codes = [attempts.wait(f"name{n}", PC, NOW) for n in range(11)]

    assert codes == [timedelta(0)] * 10 + [timedelta(minutes=5)]


def test_nobody_locks_the_team_out_from_elsewhere():
    attempts = Attempts()
    for n in range(200):
        attempts.wait("joan", f"203.0.113.{n}", NOW)

    assert attempts.wait("joan", "203.0.113.1", NOW)
    assert not attempts.wait("joan", PC, NOW)
    assert not attempts.wait("ann", DESK, NOW)


def test_when_much_is_tried_an_address_that_has_failed_waits():
    attempts = Attempts()
    for n in range(TRIES):
        assert not attempts.wait(f"name{n}", f"203.0.113.{n}", NOW)

    assert attempts.wait("other", "203.0.113.1", NOW) == timedelta(minutes=1)
    assert not attempts.wait("other", "203.0.113.1", NOW + timedelta(minutes=1))


def test_a_success_elsewhere_forgives_an_address_nothing():
    attempts = Attempts()
    for _ in range(5):
        attempts.wait("joan", PC, NOW)
    attempts.succeeded("joan", DESK)

    assert attempts.wait("joan", PC, NOW)


def test_where_no_address_is_known_twenty_tries_a_minute_are_all():
    attempts = Attempts()
    waits = [attempts.wait(f"name{n}", "", NOW) for n in range(TRIES + 1)]

    assert waits == [timedelta(0)] * TRIES + [timedelta(minutes=1)]


@pytest.mark.parametrize("address", [PC, ""])
def test_a_refused_try_does_not_make_the_wait_longer(address):
    attempts = Attempts()
    for second in range(300):
        attempts.wait("joan", address, NOW + timedelta(seconds=second))

    assert not attempts.wait("joan", address, NOW + timedelta(minutes=5))


def test_no_more_tries_are_remembered_than_a_few_minutes_bring():
    attempts = Attempts()
    for second in range(3_000):
        attempts.wait(f"name{second}", f"{second}", NOW + timedelta(seconds=second))

    assert len(attempts._tries) <= 300


def test_a_clock_that_is_set_back_keeps_nobody_out():
    attempts = Attempts()
    for _ in range(TRIES):
        attempts.wait("joan", PC, NOW + timedelta(days=3))

    assert not attempts.wait("joan", PC, NOW)


# ── whose try it is ──────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("127.0.0.1", ["10.0.0.7"], "10.0.0.7"),
        ("127.0.0.1", ["1.2.3.4, 10.0.0.7"], "10.0.0.7"),  # who asks made up the first
        ("127.0.0.1", ["1.2.3.4", "10.0.0.7"], "10.0.0.7"),
        ("::1", ["2001:db8::1:2:3:4"], "2001:db8::/64"),
        ("127.0.0.1", [], ""),  # a proxy that says nothing
        ("127.0.0.1", ["unknown"], ""),
        ("127.0.0.1", ["10.0.0.7, "], ""),
        ("10.0.0.9", [], "10.0.0.9"),
        ("10.0.0.9", ["10.0.0.7"], ""),  # perhaps a proxy, perhaps not
        (None, [], ""),
    ],
)
def test_an_address_is_believed_of_our_own_proxy_alone(peer, forwarded, address):
    headers = [(b"x-forwarded-for", one.encode()) for one in forwarded]
    client = (peer, 4_000) if peer else None
    scope = {"type": "http", "headers": headers, "client": client}

    assert address_of(Request(scope)) == address
