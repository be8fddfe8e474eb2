"""How is central put together? Django's settings, from our one frozen dataclass."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF

from central.settings.environment import Database, Settings, read_settings
from central.settings.mail import STARTTLS, TLS_ALONE
from feedback.assets import assets_folder

CENTRAL: Settings = read_settings(os.environ)
_HERE = Path(__file__).resolve().parent.parent

SECRET_KEY = CENTRAL.secret_key
ALLOWED_HOSTS = list(CENTRAL.hosts)
DEBUG = False
ROOT_URLCONF = "central.urls"
WSGI_APPLICATION = "central.wsgi.application"
AUTH_USER_MODEL = "people.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "central",
    "central.audit",
    "central.places",
    "central.people",
    "central.devices",
    "central.surveys",
    "central.intake",
    "central.comments",
    "central.custody",
    "central.summaries",
    "central.actions",
    "central.receipts",
    "central.morning",
    "central.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "central.web.door.Door",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

# ── the database ─────────────────────────────────────────────────────────────

BUSY_TIMEOUT_S = 20
CONNECT_TIMEOUT_S = 5

# FULL: WAL + NORMAL loses the last commits with the power (measured). IMMEDIATE: a
# transaction that reads first and writes later can fail at once with "locked".
_SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": BUSY_TIMEOUT_S,
    "init_command": (
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; "
        "PRAGMA wal_autocheckpoint = 10000; PRAGMA cache_size = -65536"
    ),
}
_POSTGRESQL_OPTIONS = {
    "connect_timeout": CONNECT_TIMEOUT_S,
    "client_encoding": "UTF8",
}


def _django_database(database: Database) -> dict[str, Any]:
    sqlite = database.is_sqlite
    return {
        "ENGINE": database.engine,
        "NAME": database.name,
        "HOST": database.host,
        "PORT": database.port,
        "USER": database.user,
        "PASSWORD": database.password,
        "OPTIONS": _SQLITE_OPTIONS if sqlite else _POSTGRESQL_OPTIONS,
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": not sqlite,
    }


DATABASES = {"default": _django_database(CENTRAL.database)}

PAGE_QUERY_S = 30  # of one query of a page, on PostgreSQL; a proxy waits for a minute

# ── the opener ───────────────────────────────────────────────────────────────

PROOF_LOOK_S = 600  # how often each worker looks whether a test comment is due

# ── mails ────────────────────────────────────────────────────────────────────

_MAIL = CENTRAL.mail
EMAIL_BACKEND = (
    "central.morning.folder.Folder" if _MAIL.folder else "central.morning.carrier.Smtp"
)
EMAIL_HOST, EMAIL_PORT = _MAIL.host, _MAIL.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _MAIL.user, _MAIL.password
EMAIL_USE_TLS, EMAIL_USE_SSL = _MAIL.tls == STARTTLS, _MAIL.tls == TLS_ALONE
EMAIL_TIMEOUT = 15  # seconds, for each reply
DEFAULT_FROM_EMAIL = SERVER_EMAIL = _MAIL.sender or "wardvoice@localhost"

# ── time and language ────────────────────────────────────────────────────────

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"  # a ward's day is a local day
USE_TZ = True

# ── pages ────────────────────────────────────────────────────────────────────

STATIC_URL = "/static/"
# Straight from the packages: a server with a few users needs no collected copy.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

# What a tablet shows, for the pages that show a survey as a tablet does.
STATICFILES_DIRS = [
    ("faces", assets_folder() / "faces"),
    ("pictures", assets_folder() / "pictures"),
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [_HERE / "web" / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {"environment": "central.web.environment.environment"},
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,  # the admin's own
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    },
]

# ── who may come in ──────────────────────────────────────────────────────────

LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/login/"
PASSWORD_RESET_TIMEOUT = 3 * 24 * 3600  # of a one-time link
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 15},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# ── what a browser is told ───────────────────────────────────────────────────

_TLS = CENTRAL.behind_tls
SESSION_COOKIE_NAME = "__Host-wardvoice" if _TLS else "wardvoice"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _TLS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 10 * 3600
# The proxy ends TLS, so Django sees http: the origins that forms may come from.
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in CENTRAL.hosts] if _TLS else []
SECURE_HSTS_SECONDS = 31_536_000 if _TLS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
# Not "no-referrer": a browser then posts `Origin: null`, and every form is refused.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "style-src": [SELF],
        "script-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}

# ── what is written down ─────────────────────────────────────────────────────

# Our own lines (central/logs.py) are allow-listed. Django's would name paths and
# show what a request held, so only its errors are kept, without the request.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "django.security": {"level": "ERROR"},
        # Anyone can ask for another host, as often as they like: ten lines each time,
        # with what they wrote in them.
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}
