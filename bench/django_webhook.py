"""What is the least that a Django webhook does: check, store, answer?

One INSERT a text on SQLite in WAL with synchronous=FULL, without an ORM, middleware
or a session: less than anyone would put into service.
"""

from __future__ import annotations

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path
from twilio.request_validator import RequestValidator
from twilio.twiml.messaging_response import MessagingResponse

REPLY = "Thank you. How was your care? Reply with a number from 1 to 5."
TABLE = (
    "CREATE TABLE IF NOT EXISTS texts "
    "(id TEXT PRIMARY KEY, sender TEXT, words TEXT, reply TEXT)"
)

settings.configure(
    SECRET_KEY="nothing here is signed with it",
    ALLOWED_HOSTS=["127.0.0.1"],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": os.environ["BENCH_DATABASE"],
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                "init_command": (
                    f"PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; {TABLE};"
                ),
            },
        }
    },
    MIDDLEWARE=[],
    ROOT_URLCONF=__name__,
    LOGGING_CONFIG=None,
)
validator = RequestValidator(os.environ["BENCH_TOKEN"])
url = os.environ["BENCH_URL"]


def sms(request: HttpRequest) -> HttpResponse:
    form = request.POST
    given = request.headers.get("X-Twilio-Signature", "")
    if not validator.validate(url, form, given):
        return HttpResponse(status=403)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO texts (id, sender, words, reply) VALUES (%s, %s, %s, %s) "
            "ON CONFLICT (id) DO NOTHING",
            (form["MessageSid"], form["From"], form["Body"], REPLY),
        )
    answer = MessagingResponse()
    answer.message(REPLY)
    body = str(answer).encode()
    headers = {"Content-Length": str(len(body))}
    return HttpResponse(body, content_type="text/xml", headers=headers)


urlpatterns = [path("sms", sms)]
application = get_wsgi_application()
with connection.cursor():
    pass  # the table is made at the first connection
connection.close()
