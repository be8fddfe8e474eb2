"""A hospital's network between a log and central: its proxy, its certificates, and what
must never leave this machine."""

from __future__ import annotations

import os
import ssl
from dataclasses import replace

import pytest

from feedback.log import CENTRAL
from feedback.settings import SettingError
from sync.agent import Agent
from sync.errors import TROUBLES
from sync.settings import read_settings
from sync.way import Way, trust_also
from tests.sync.authority import EARLY, EXPIRED, VALID, Authority
from tests.sync.hospital_proxy import HospitalProxy, page
from tests.sync.scripted_central import ScriptedCentral, html, serving

NAME = "central.test"
TARGET = f"{NAME}:443"


@pytest.fixture(scope="module")
def authorities(tmp_path_factory):
    """The hospital's own, and central's."""
    folder = tmp_path_factory.mktemp("authorities")
    return Authority(folder / "hospital", "Hospital"), Authority(
        folder / "c", "Central"
    )


@pytest.fixture
def hospital(authorities):
    return authorities[0]


@pytest.fixture
def proxy(authorities, central):
    """It looks into TLS. Central's name is known to it alone."""
    hospital, own = authorities
    with serving(central, tls=own.serves(NAME)) as url:
        port = int(url.rpartition(":")[2])
        with HospitalProxy(
            {TARGET: ("127.0.0.1", port)},
            looks_into=hospital,
            trusts=ssl.create_default_context(cafile=own.file),
        ) as made:
            yield made


@pytest.fixture
def behind(site, proxy):
    """A log in the hospital; `with_(…)` gives its agent other settings."""
    site.log.set_note(CENTRAL, f"https://{NAME}")
    site.proxy = proxy
    site.tap(3)

    def with_(**settings: str) -> None:
        environ = {"WARDVOICE_LOG": str(site.log.path), **settings}
        way = read_settings({"WARDVOICE_SYNC_PROXY": proxy.url, **environ}).way
        site.agent.close()
        site.world = replace(site.world, way=way)
        site.agent = Agent(site.log, site.world)

    site.with_ = with_
    return site


def met(site, trouble: str) -> str:
    """Nothing came of the turn but this trouble, in its words; nothing was let out."""
    report = site.turn()
    assert (report.state, report.trouble) == ("trying", trouble)
    assert TROUBLES[trouble] in report.words
    assert (site.log.have, len(site.log.after(0, 10)), site.central.heard) == (0, 3, [])
    return report.words


# ── certificates ─────────────────────────────────────────────────────────────


def test_with_the_hospitals_authority_set_answers_pass_its_looking_proxy(
    behind, hospital
):
    behind.with_(WARDVOICE_SYNC_CA=str(hospital.file))
    assert behind.turn().state == "well"
    assert (behind.log.have, behind.central.have) == (3, 3)
    assert behind.proxy.connects == [TARGET]
    assert b"POST /api/v1/devices/" in behind.proxy.let_in, "it did look into it"


def test_without_it_nothing_leaves_this_machine(behind):
    behind.with_()
    assert "set WARDVOICE_SYNC_CA" in met(behind, "tls_untrusted")
    assert (behind.proxy.connects, behind.proxy.let_in) == ([TARGET], b"")


def test_an_agent_that_did_not_check_would_be_seen_here(behind):
    """The control of the test above: the proxy's record shows what was let out."""
    careless = ssl.create_default_context()
    careless.check_hostname, careless.verify_mode = False, ssl.CERT_NONE
    behind.world = replace(behind.world, way=Way(behind.proxy.url, None, careless))
    behind.restart()
    behind.turn()
    assert b"POST /api/v1/devices/" in behind.proxy.let_in


@pytest.mark.parametrize(
    ("made_out_to", "dates", "trouble"),
    [
        ("other.test", VALID, "tls_name"),
        ("", EXPIRED, "tls_expired"),
        ("", EARLY, "tls_early"),
    ],
)
def test_a_certificate_that_is_not_centrals_today_gets_nothing(
    behind, hospital, made_out_to, dates, trouble
):
    behind.proxy.made_out_to, behind.proxy.dates = made_out_to, dates
    behind.with_(WARDVOICE_SYNC_CA=str(hospital.file))
    met(behind, trouble)
    assert behind.proxy.let_in == b""


def test_a_certificate_signed_by_itself_gets_nothing_and_is_said(
    behind, authorities, central
):
    with serving(central, tls=authorities[1].serves_by_itself(NAME)) as url:
        behind.proxy.looks_into = None
        behind.proxy.names[TARGET] = ("127.0.0.1", int(url.rpartition(":")[2]))
        behind.with_()
        met(behind, "tls_self_signed")


def test_a_server_without_tls_gets_nothing_but_a_greeting(behind, url):
    behind.proxy.looks_into = None
    behind.proxy.names[TARGET] = ("127.0.0.1", int(url.rpartition(":")[2]))
    behind.with_()
    met(behind, "tls")
    assert b"wardvoice" not in behind.proxy.let_in.lower()


def test_a_private_central_is_trusted_by_its_own_authority(behind, authorities):
    behind.proxy.looks_into = None  # it lets TLS pass
    behind.with_(WARDVOICE_SYNC_CA=str(authorities[1].file))
    assert behind.turn().state == "well"
    assert b"POST" not in behind.proxy.let_in, "nor could it look"


# ── the proxy ────────────────────────────────────────────────────────────────


def secret_file(tmp_path, text: str):
    file = tmp_path / "login"
    file.write_text(text)
    file.chmod(0o600)
    return str(file)


def test_the_proxy_gets_the_log_in_that_it_wants(behind, hospital, tmp_path, capsys):
    behind.proxy.login = "tablet:p:ss wört"
    behind.with_(
        WARDVOICE_SYNC_CA=str(hospital.file),
        WARDVOICE_SYNC_PROXY_LOGIN_FILE=secret_file(tmp_path, "tablet:p:ss wört\n"),
    )
    assert behind.turn().state == "well"
    assert behind.proxy.logins == ["tablet:p:ss wört"]
    assert "wört" not in repr(behind.world.way) + str(capsys.readouterr())
    assert b"Proxy-Auth" not in behind.proxy.let_in, "it is not for central"


@pytest.mark.parametrize("given", ["", "tablet:wrong"])
def test_a_proxy_that_wants_another_log_in_is_said(behind, hospital, tmp_path, given):
    behind.proxy.login = "tablet:right"
    file = {"WARDVOICE_SYNC_PROXY_LOGIN_FILE": secret_file(tmp_path, given)}
    behind.with_(WARDVOICE_SYNC_CA=str(hospital.file), **(file if given else {}))
    words = met(behind, "proxy_login")
    assert "HTTP 407" in words
    assert "wrong" not in words
    assert behind.proxy.let_in == b""


@pytest.mark.parametrize("status", [400, 403, 502, 504])
def test_a_proxy_that_does_not_connect_is_said(behind, status):
    behind.proxy.refuses = page(status)
    behind.with_()
    assert f"HTTP {status}" in met(behind, "proxy")


def test_a_proxy_that_is_away_is_said(behind):
    behind.with_(WARDVOICE_SYNC_PROXY="http://127.0.0.1:9")
    assert "WARDVOICE_SYNC_PROXY" in met(behind, "proxy_away")


@pytest.mark.parametrize(
    ("status", "trouble"),
    [
        (401, "proxy"),
        (407, "proxy_login"),
        (200, "page"),
        (302, "page"),
        (403, "proxy"),
    ],
)
def test_what_a_looking_proxy_says_itself_is_not_centrals_answer(
    behind, hospital, status, trouble
):
    """A 401 of central's would stop the agent for an hour."""
    behind.proxy.instead = lambda _request: page(status, "Location: https://a.test/")
    behind.with_(WARDVOICE_SYNC_CA=str(hospital.file))
    met(behind, trouble)
    behind.proxy.instead = lambda _request: b""
    assert behind.later(130).state == "well"


def test_a_413_of_the_proxy_makes_batches_small_and_loses_nothing(behind, hospital):
    behind.tap(200)

    def too_large(request: bytes) -> bytes:
        body = request.rpartition(b"\r\n\r\n")[2]
        return page(413) if len(body) > 900 else b""

    def one_request(request: bytes) -> bytes:
        behind.proxy.let_in.clear()
        return too_large(request)

    behind.proxy.instead = one_request
    behind.with_(WARDVOICE_SYNC_CA=str(hospital.file))
    for _ in range(12):
        behind.later(130)
    assert (behind.log.unsent, behind.central.have) == (0, 203)


def test_nothing_but_our_settings_leads_to_a_proxy(site, monkeypatch, authorities):
    """The environment of a whole machine is for its browsers."""
    with HospitalProxy({}) as proxy:
        for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "HTTP_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        monkeypatch.setenv("SSL_CERT_FILE", str(authorities[0].file))
        site.log.set_note(CENTRAL, "https://central.invalid")
        site.restart()
        site.tap()
        assert site.turn().trouble in ("name", "network")
        assert proxy.connects == []


def test_other_programs_settings_are_not_read_and_that_is_said(tmp_path):
    environ = {"WARDVOICE_LOG": "/x/a.db", "HTTPS_PROXY": "http://a:1"}
    assert read_settings(environ).unread == "HTTPS_PROXY"
    environ["WARDVOICE_SYNC_PROXY"] = "http://a:1"
    assert read_settings(environ).unread == ""


def test_no_proxy_stands_before_this_machine_itself(behind, url):
    behind.log.set_note(CENTRAL, url)
    behind.with_()
    assert behind.turn().state == "well"
    assert behind.proxy.connects == []


# ── redirects ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_another_host_that_a_redirect_names_hears_nothing(site, status):
    other = ScriptedCentral()
    with serving(other) as elsewhere:
        site.tap()
        path = f"/api/v1/devices/{site.log.device}/log"
        site.central.script.append(html(status, Location=f"{elsewhere}{path}"))
        report = site.turn()
    assert (report.state, report.trouble, site.log.have) == ("trying", "page", 0)
    assert (len(site.central.heard), other.heard) == (1, [])


# ── names ────────────────────────────────────────────────────────────────────


def test_a_name_that_is_not_found_is_said(site):
    site.log.set_note(CENTRAL, "https://central.invalid")
    site.tap()
    report = site.turn()
    if report.trouble == "network":
        pytest.skip("a name server that does not answer here")
    assert report.trouble == "name"
    assert "did not find central's name" in report.words


# ── settings ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WARDVOICE_SYNC_PROXY", "proxy.example.org:3128"),
        ("WARDVOICE_SYNC_PROXY", "socks5://proxy.example.org"),
        ("WARDVOICE_SYNC_PROXY", "http://tablet:geheim@proxy.example.org"),
        ("WARDVOICE_SYNC_PROXY", "http://proxy.example.org/proxy.pac"),
        ("WARDVOICE_SYNC_PROXY_LOGIN", "tablet:geheim"),  # for no proxy
        ("WARDVOICE_SYNC_CA", "/no/such/file.pem"),
        ("WARDVOICE_SYNC_CA", "/"),
        ("WARDVOICE_SYNC_CA", os.devnull),
        ("WARDVOICE_SYNC_CA", __file__),
    ],
)
def test_a_bad_setting_stops_with_its_name_and_says_no_secret(name, value):
    with pytest.raises(SettingError, match=name) as said:
        read_settings({"WARDVOICE_LOG": "/x/a.db", name: value})
    assert "geheim" not in str(said.value)


@pytest.mark.parametrize("login", ["tablet", ":geheim", ""])
def test_a_log_in_that_is_none_stops_with_its_name(tmp_path, login):
    environ = {
        "WARDVOICE_LOG": "/x/a.db",
        "WARDVOICE_SYNC_PROXY": "http://proxy.example.org:3128",
        "WARDVOICE_SYNC_PROXY_LOGIN_FILE": secret_file(tmp_path, login),
    }
    with pytest.raises(SettingError, match="WARDVOICE_SYNC_PROXY_LOGIN") as said:
        read_settings(environ)
    assert "geheim" not in str(said.value)


def test_a_file_of_authorities_that_is_damaged_is_refused(tmp_path, hospital):
    half = tmp_path / "half.pem"
    half.write_bytes(hospital.file.read_bytes()[:200])
    with pytest.raises(SettingError, match="WARDVOICE_SYNC_CA must name a file"):
        read_settings({"WARDVOICE_LOG": "/x/a.db", "WARDVOICE_SYNC_CA": str(half)})


def test_the_public_authorities_are_trusted_as_well(hospital):
    mine = len(trust_also(hospital.file.read_text()).get_ca_certs())
    assert mine == len(Way().trust.get_ca_certs()) + 1
