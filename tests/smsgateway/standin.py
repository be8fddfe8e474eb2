"""Twilio's REST API as far as the gateway meets it, over real HTTP, with state.

It is not Twilio: it lists, fetches and deletes the messages that a test says it has
received, in Twilio's shapes (Prism holds them to Twilio's own document), and it fails
in the ways that a test asks for.
"""

from __future__ import annotations

import base64
import json
import threading
import time
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.smsgateway.trust import ACCOUNT, TOKEN

PAGE = 5  # small, so that a dozen texts are several pages


class StandIn:
    def __init__(self, page_messages=PAGE) -> None:
        self.messages: dict[str, dict] = {}
        self.requests: list[tuple[str, str]] = []
        self.faults: list = []  # each takes one request: (handler) -> None
        self.page_messages = page_messages
        self._number = 1_000_000  # apart from the ids that tests make up
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    @property
    def port(self) -> int:
        return self._server.server_address[1]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def receive(self, words, sender, line, at: datetime, **changes) -> str:
        """A text arrives at Twilio; its sid."""
        self._number += 1
        sid = changes.pop("sid", f"SM{self._number:032x}")
        path = f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid}"
        self.messages[sid] = {
            "account_sid": ACCOUNT,
            "api_version": "2010-04-01",
            "body": words,
            "date_created": format_datetime(at),
            "date_updated": format_datetime(at),
            "date_sent": format_datetime(at),
            "direction": "inbound",
            "error_code": None,
            "error_message": None,
            "from": sender,
            "messaging_service_sid": None,
            "num_media": "0",
            "num_segments": "1",
            "price": None,
            "price_unit": "USD",
            "sid": sid,
            "status": "received",
            "subresource_uris": {"media": f"{path}/Media.json"},
            "to": line,
            "uri": f"{path}.json",
            **changes,
        }
        return sid

    def asked(self, method: str) -> int:
        return sum(1 for one, _ in self.requests if one == method)

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # ── what it answers ──────────────────────────────────────────────────────

    def page(self, query: dict[str, str]) -> dict:
        since = datetime.fromisoformat(query["DateSent>"].replace("Z", "+00:00"))
        found = [
            one
            for one in self.messages.values()
            if one["to"] == query.get("To") and _sent(one) >= since
        ]
        found.sort(key=_sent, reverse=True)
        number, size = int(query.get("Page", 0)), self.page_messages
        shown = found[number * size : (number + 1) * size]
        more = len(found) > (number + 1) * size
        return {
            "messages": shown,
            "page": number,
            "page_size": size,
            "start": number * size,
            "end": number * size + max(len(shown) - 1, 0),
            "uri": self._uri(query, number),
            "first_page_uri": self._uri(query, 0),
            "next_page_uri": self._uri(query, number + 1) if more else None,
            "previous_page_uri": self._uri(query, number - 1) if number else None,
        }

    def _uri(self, query: dict[str, str], number: int) -> str:
        again = {**query, "Page": str(number), "PageToken": f"PA{number}"}
        return f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json?{urlencode(again)}"


def _sent(message: dict) -> datetime:
    return parsedate_to_datetime(message["date_sent"] or message["date_created"])


def _handler(twilio: StandIn):
    right = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_):
            pass

        def answer(self, status, said=None, headers=(), raw=None):
            body = raw if raw is not None else b"" if said is None else _json(said)
            self.send_response(status)
            if body:
                self.send_header("Content-Type", "application/json")
            if status != 204:
                self.send_header("Content-Length", str(len(body)))
            for name, value in dict(headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def trouble(self, status, code=20000, headers=()):
            said = {"code": code, "message": "no", "more_info": "", "status": status}
            self.answer(status, said, headers)

        def serve(self):
            twilio.requests.append((self.command, self.path))
            if twilio.faults:
                twilio.faults.pop(0)(self)
            elif self.headers.get("Authorization") != f"Basic {right}":
                self.trouble(401, 20003)
            else:
                self.well()

        def well(self):
            parts = urlsplit(self.path)
            query = {name: said[-1] for name, said in parse_qs(parts.query).items()}
            name = parts.path.rsplit("/", 1)[-1].removesuffix(".json")
            if name == "Messages":
                self.answer(200, twilio.page(query))
            elif name not in twilio.messages:
                self.trouble(404, 20404)
            elif self.command == "DELETE":
                del twilio.messages[name]
                self.answer(204)
            else:
                self.answer(200, twilio.messages[name])

        do_GET = do_DELETE = serve

    return Handler


def _json(said) -> bytes:
    return json.dumps(said).encode()


# ── faults: each spoils one request ──────────────────────────────────────────


def status(code, **headers):
    said = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler: handler.trouble(code, headers=said)


def half(handler) -> None:
    """An answer that breaks off in the middle, and says nothing of it."""
    handler.answer(200, raw=b'{"messages": [{"sid": "SM')


def cut(handler) -> None:
    """The connection ends before the body does."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"messages": [')
    handler.close_connection = True


def hang(handler) -> None:
    """Nothing is answered for longer than anyone waits."""
    time.sleep(1.5)
    handler.close_connection = True


def says(page):
    """This page, whatever was asked."""
    return lambda handler: handler.answer(200, page)
