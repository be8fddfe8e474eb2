"""Where answers may travel, and what meets them on the way."""

from __future__ import annotations

import re
import shutil
import ssl

import pytest

from feedback.settings import SettingError
from sync.connection import Connection, is_loopback, proper_address
from sync.errors import NoAnswer
from sync.way import Way
from tests.self_signed import self_signed
from tests.sync.scripted_central import Say, ScriptedCentral, serving


@pytest.mark.parametrize(
    "url",
    [
        "https://w.example.org",
        "https://10.0.0.5:8443/",
        "http://127.0.0.1:80",
        "http://[::1]:9",
        "http://localhost:8000/",
    ],
)
def test_proper_addresses(url):
    assert proper_address(url, allow_http=False) == url.rstrip("/")


@pytest.mark.parametrize(
    "url",
    [
        "http://w.example.org",
        "http://127.0.0.1.example.org",
        "http://localhost.example.org",
        "ftp://127.0.0.1",
        "https://w.example.org/central",
        "https://w.example.org?x=1",
        "https://user:pass@w.example.org",
        "https://",
        "w.example.org",
        "https://w.example.org:port",
        "",
    ],
)
def test_addresses_that_answers_must_not_travel_to(url):
    with pytest.raises(SettingError, match="central's address"):
        proper_address(url, allow_http=False)


def test_plain_http_beyond_this_machine_needs_to_be_asked_for():
    assert proper_address("http://central:8000", allow_http=True)
    assert not is_loopback("http://central:8000")


def test_an_address_in_the_file_that_is_not_proper_is_not_asked(site):
    site.log.set_note("central", "http://central.example.org")
    site.tap()
    assert (site.turn().trouble, site.log.unsent) == ("address", 1)
    assert site.turn().failures == 1, "not even again"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    return self_signed(tmp_path_factory.mktemp("tls"), "127.0.0.1")


def test_a_self_signed_certificate_gets_nothing(certificate):
    key, cert = certificate
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    central = ScriptedCentral()
    with serving(central, tls=context) as url:
        connection = Connection(url, lambda: 0.0, Way())
        with pytest.raises(NoAnswer) as met:
            connection.ask("POST", "/api/v1/x", {}, b"{}")
        connection.close()
    assert met.value.trouble == "tls_self_signed"
    assert central.heard == []


def test_a_reply_that_drips_for_ever_is_left(url, central):
    times = iter(range(0, 100_000, 60))
    central.script.append(lambda _heard: Say(200, b"x" * 200_000))
    connection = Connection(url, lambda: float(next(times)), Way())
    with pytest.raises(NoAnswer) as met:
        connection.ask("GET", "/", {})
    connection.close()
    assert met.value.trouble == "slow"


def test_nothing_in_this_room_switches_verification_off():
    from pathlib import Path

    import sync

    sources = Path(sync.__file__).parent.glob("*.py")
    text = "".join(source.read_text() for source in sources)
    assert re.findall(r"verify=.*", text) == ["verify=way.trust,"]
    assert re.findall(r"follow_redirects=.*", text) == ["follow_redirects=False,"]
    assert re.findall(r"trust_env=\w+", text) == ["trust_env=False"] * 3
    for never in ("CERT_NONE", "check_hostname", "_create_unverified", "verify_mode"):
        assert never not in text
