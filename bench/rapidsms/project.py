"""How is RapidSMS set up for the benchmark: at its best, and as durable as we are?

Its own message log on SQLite in WAL with synchronous=FULL, one transaction a text
(as shipped it is one a statement), no middleware, and logging off.
"""

from __future__ import annotations

import os

SECRET_KEY = "nothing here is signed with it"
ALLOWED_HOSTS = ["127.0.0.1"]
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ["BENCH_DATABASE"],
        "ATOMIC_REQUESTS": True,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        },
    }
}
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "rapidsms",
    "rapidsms.contrib.messagelog",
    "bench.rapidsms",
]
INSTALLED_BACKENDS = {"twilio": {"ENGINE": "bench.rapidsms.app.TwimlBackend"}}
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "bench.rapidsms.webhook"
LOGGING_CONFIG = None
