"""Central's settings, with faults in how it reads that can be put in and out.

The file that WARDVOICE_PLANTED names holds the name of the one that is in. The table of
bad requests must turn red under each.
"""

import gzip
import os
import sys
from pathlib import Path

from django.apps import AppConfig

from central.settings import *  # noqa: F403
from central.settings import INSTALLED_APPS as REAL_APPS

# fault → the row that must catch it
FAULTS = {
    "words in a line": "D5 one answer",
    "words in an answer": "D4 half a text",
    "no signature checked": "D15 another key",
    "no chunks read": "D1 sound chunks",
    "half a body is a body": "D1 half a body",
    "as deep as Python goes": "D4 an answer 940 deep",
    "a bomb unpacked": "D2 a bomb of 200 MB",
    "a bad answer blocks its batch": "D10 value 'None'",
    "any answer stands": "D13 words in the clear",
    "a bad word of status blocks its batch": "D4 1e17 in a status",
    "the name of any word in a line": "D4 a name in a status that no database keeps",
}


def wall(room, name, fault, instead):
    """While `fault` is in, `instead` gets the real function and what it was given."""
    real, file = getattr(room, name), Path(os.environ["WARDVOICE_PLANTED"])

    def either(*given):
        return instead(real, *given) if file.read_text() == fault else real(*given)

    setattr(room, name, either)


class Planted(AppConfig):
    name = "tests.central"
    label = "planted"

    def ready(self):
        from central import api, front
        from central.intake import sorting
        from feedback import wire

        wall(api, "unpack", "words in a line", _told)
        wall(api, "_log", "words in an answer", _echoed)
        wall(api, "signed_first", "no signature checked", _believed)
        wall(front, "environ_of", "no chunks read", _without_chunks)
        wall(front.Front, "_body", "half a body is a body", _ended_well)
        wall(wire, "is_deep", "as deep as Python goes", lambda *_: False)
        wall(wire, "_gunzip", "a bomb unpacked", lambda _, body: gzip.decompress(body))
        wall(wire, "_batch", "a bad answer blocks its batch", _all_or_nothing)
        wall(wire, "_is_kept", "a bad word of status blocks its batch", _all_kept)
        wall(api, "_names", "the name of any word in a line", lambda _, words: words)
        wall(sorting, "judge", "any answer stands", lambda *_: None)


def _without_chunks(real, scope, body):
    in_chunks = any(name == b"transfer-encoding" for name, _ in scope["headers"])
    return real(scope, b"" if in_chunks else body)


def _ended_well(real, one, reading, receive):
    async def whole():
        message = await receive()
        is_end = message["type"] == "http.disconnect"
        return {"type": "http.request"} if is_end else message

    return real(one, reading, whole)


def _told(real, body, encoding):
    print(f"came: {body!r}", file=sys.stderr, flush=True)
    return real(body, encoding)


def _echoed(real, request, device, sent, body):
    reply = real(request, device, sent, body)
    if reply.status_code == 400:
        reply.content += body
    return reply


def _believed(_real, request, _device, _body):
    return int(request.headers["Wardvoice-Signature"].split("=")[1].split(",")[0])


def _all_kept(real, word, value):
    from feedback.wire import Unreadable

    if not real(word, value):
        raise Unreadable("a word of its status")
    return True


def _all_or_nothing(real, data, dropped):
    from feedback.wire import Unreadable

    for answer in data["answers"]:
        if not isinstance(answer, dict) or None in answer.values():
            raise Unreadable("one of them")
    return real(data, dropped)


INSTALLED_APPS = [*REAL_APPS, "tests.central.planted.Planted"]
