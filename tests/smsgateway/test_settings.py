"""What the technician sets, and what is said when it is wrong."""

import pytest

from feedback.settings import SettingError
from smsgateway.settings import read_phone_settings, read_settings
from tests.smsgateway.trust import ACCOUNT, TOKEN, environ_for


def test_the_settings_are_read(tmp_path):
    settings = read_settings(environ_for(tmp_path, WARDVOICE_SMS_PORT="8123"))

    assert settings.wards == {"+447700900500": "ROWAN", "+447700900501": "BIRCH"}
    assert settings.account.url == "https://sms.example.org/sms"
    assert settings.account.lines == {"+447700900500", "+447700900501"}
    assert (settings.host, settings.port) == ("127.0.0.1", 8123)


@pytest.mark.parametrize(
    "url", ["https://a.example", "https://a.example/", "https://a.example/sms"]
)
def test_the_public_address_may_be_the_gateways_or_the_webhooks(tmp_path, url):
    settings = read_settings(environ_for(tmp_path, WARDVOICE_SMS_PUBLIC_URL=url))

    assert settings.account.url == "https://a.example/sms"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WARDVOICE_LOG", ""),
        ("WARDVOICE_SMS_PUBLIC_URL", ""),
        ("WARDVOICE_SMS_PUBLIC_URL", "sms.example.org"),
        ("WARDVOICE_SMS_PUBLIC_URL", "https://a.example/sms/status"),
        ("WARDVOICE_SMS_PUBLIC_URL", "https://u:p@a.example"),
        ("WARDVOICE_SMS_PUBLIC_URL", "https://a.example/sms#rc=2"),
        ("WARDVOICE_SMS_ACCOUNT_SID", "SM" + "0" * 32),
        ("WARDVOICE_SMS_AUTH_TOKEN", "short"),
        ("WARDVOICE_SMS_PEPPER", ""),
        ("WARDVOICE_SMS_PEPPER", "pepper"),
        ("WARDVOICE_SMS_NUMBERS", "+447700900500"),
        ("WARDVOICE_SMS_NUMBERS", "07700900500=ROWAN"),
        ("WARDVOICE_SMS_NUMBERS", "+447700900500=ROWAN,+447700900500=BIRCH"),
        ("WARDVOICE_SMS_NUMBERS", "+447700900500=Rowan Ward"),
        ("WARDVOICE_SMS_PORT", "0"),
        ("WARDVOICE_SMS_PORT", "8o20"),
        ("WARDVOICE_SMS_RECONCILE", "off"),
        ("WARDVOICE_SMS_DELETE_AT_TWILIO", "1"),
        ("WARDVOICE_SMS_REST_URL", "api.twilio.com"),
        ("WARDVOICE_SMS_REST_URL", "http://api.twilio.com"),
        ("WARDVOICE_SMS_METRICS_TOKEN", "short"),
    ],
)
def test_a_bad_setting_is_named(tmp_path, name, value):
    with pytest.raises(SettingError, match=f"^{name} "):
        read_settings(environ_for(tmp_path, **{name: value}))


@pytest.mark.parametrize("host", ["sms.example.org", "10.0.0.7", "127.0.0.1.example"])
def test_a_team_that_would_log_in_in_the_clear_is_refused(tmp_path, host):
    said = {"WARDVOICE_SMS_USERS": str(tmp_path / "users")}
    plain = {"WARDVOICE_SMS_PUBLIC_URL": f"http://{host}"}

    with pytest.raises(SettingError) as refused:
        read_settings(environ_for(tmp_path, **said, **plain))
    assert str(refused.value).startswith("WARDVOICE_SMS_PUBLIC_URL must begin with")
    assert "WARDVOICE_SMS_USERS" in str(refused.value)
    read_settings(environ_for(tmp_path, **plain))  # nobody logs in there
    read_settings(environ_for(tmp_path, **said))


@pytest.mark.parametrize("host", ["127.0.0.1:8020", "localhost", "[::1]:8020"])
def test_a_demonstration_on_this_machine_needs_no_tls(tmp_path, host):
    said = {"WARDVOICE_SMS_USERS": str(tmp_path / "users")}
    here = {"WARDVOICE_SMS_PUBLIC_URL": f"http://{host}"}

    assert read_settings(environ_for(tmp_path, **said, **here)).users is not None


def test_a_bad_secret_is_not_shown(tmp_path):
    with pytest.raises(SettingError) as refused:
        read_settings(environ_for(tmp_path, WARDVOICE_SMS_AUTH_TOKEN="short-secret"))

    assert "short-secret" not in str(refused.value)


def test_unless_told_otherwise_it_compares_with_twilio_and_deletes_there(tmp_path):
    environ = environ_for(tmp_path)
    del environ["WARDVOICE_SMS_RECONCILE"]
    settings = read_settings(environ)

    assert (settings.reconciles, settings.deletes_at_twilio) == (True, True)
    assert settings.rest_url == "https://api.twilio.com"
    assert settings.metrics_token == ""


def test_the_settings_do_not_show_their_secrets(tmp_path):
    shown = repr(read_settings(environ_for(tmp_path)))

    assert TOKEN not in shown
    assert "pepper" not in shown


def test_a_secret_may_lie_in_a_file(tmp_path):
    file = tmp_path / "token"
    file.write_text("token-in-a-file-0123456789\n")
    file.chmod(0o600)
    environ = environ_for(tmp_path, WARDVOICE_SMS_AUTH_TOKEN_FILE=str(file))

    assert read_settings(environ).account.token == "token-in-a-file-0123456789"


def test_the_phone_needs_no_log_and_no_pepper(tmp_path):
    environ = environ_for(tmp_path, WARDVOICE_SMS_PORT="8123")
    del environ["WARDVOICE_LOG"], environ["WARDVOICE_SMS_PEPPER"]

    settings = read_phone_settings(environ)

    assert settings.gateway == "http://127.0.0.1:8123/sms"
    assert settings.account.sid == ACCOUNT


# ── secrets, and what patients are told ──────────────────────────────────────


@pytest.mark.parametrize("name", ["OPT_OUT_PEPPER", "KEY"])
def test_each_secret_must_be_set_and_differ_from_the_others(tmp_path, name):
    variable = f"WARDVOICE_SMS_{name}"
    environ = environ_for(tmp_path)
    with pytest.raises(SettingError, match=f"{variable} must be set"):
        read_settings({**environ, variable: ""})
    with pytest.raises(SettingError, match="must differ"):
        read_settings({**environ, variable: environ["WARDVOICE_SMS_PEPPER"]})


def test_no_secret_shows_when_settings_are_printed(tmp_path):
    environ = environ_for(tmp_path)
    shown = repr(read_settings(environ))
    for name in ("PEPPER", "OPT_OUT_PEPPER", "KEY", "AUTH_TOKEN"):
        assert environ[f"WARDVOICE_SMS_{name}"] not in shown


def test_the_privacy_notice_is_written_as_a_text_shows_it(tmp_path):
    notice = {"WARDVOICE_SMS_PRIVACY_URL": "https://example.org/privacy/"}
    assert read_settings(environ_for(tmp_path, **notice)).privacy == (
        "example.org/privacy"
    )
    assert read_settings(environ_for(tmp_path)).privacy == ""


def test_a_text_costs_what_the_setting_says(tmp_path):
    assert read_settings(environ_for(tmp_path)).cost == "own"
    with pytest.raises(SettingError, match="one of free, own"):
        read_settings(environ_for(tmp_path, WARDVOICE_SMS_COST="cheap"))
