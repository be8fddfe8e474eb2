"""How does a webhook of Twilio's get to RapidSMS's router, and its reply back?"""

from __future__ import annotations

import os

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path
from twilio.request_validator import RequestValidator
from twilio.twiml.messaging_response import MessagingResponse

django.setup()

from rapidsms.router import lookup_connections, receive  # noqa: E402
from rapidsms.router.blocking import BlockingRouter  # noqa: E402

# The name of the class, as its documents have it, makes a new router for every text.
settings.RAPIDSMS_ROUTER = BlockingRouter()
validator = RequestValidator(os.environ["BENCH_TOKEN"])
url = os.environ["BENCH_URL"]


def sms(request: HttpRequest) -> HttpResponse:
    given = request.headers.get("X-Twilio-Signature", "")
    if not validator.validate(url, request.POST, given):
        return HttpResponse(status=403)
    (sender,) = lookup_connections("twilio", [request.POST["From"]])
    message = receive(request.POST["Body"], sender)
    answer = MessagingResponse()
    for response in message.responses:
        answer.message(response["text"])
    body = str(answer).encode()
    headers = {"Content-Length": str(len(body))}
    return HttpResponse(body, content_type="text/xml", headers=headers)


urlpatterns = [path("sms", sms)]
application = get_wsgi_application()
