"""The simulated phones on a gateway in the same process, for tests."""

from __future__ import annotations

import asyncio
import html
import re

import httpx

from smsgateway.clock import TrainingClock
from smsgateway.phones.app import build
from smsgateway.settings import read_phone_settings
from tests.smsgateway.asgi import Running
from tests.smsgateway.trust import ACCOUNT, TOKEN

MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT}/Messages"
AUTH = (ACCOUNT, TOKEN)


class Heard:
    """The gateway, and the body of every call that told it of a text."""

    def __init__(self, app) -> None:
        self.app, self.bodies = app, []

    async def __call__(self, scope, receive, send):
        async def listen():
            event = await receive()
            # What became of its replies is told too, a moment later.
            body = event.get("body", b"").decode()
            if body and "MessageStatus=" not in body:
                self.bodies.append(body)
            return event

        await self.app(scope, listen, send)

    def texts(self) -> list[str]:
        return [re.search(r"Body=([^&]*)", body).group(1) for body in self.bodies]


class Phones:
    """What a person sees, and what they type and press, without a script."""

    def __init__(self, running) -> None:
        self.running = running

    def send(self, words, phone="1", **what) -> httpx.Response:
        form = {"phone": phone, "words": words}
        return self.running.post("/text", data=form, **what)

    def send_and_go(self, words) -> None:
        """Without waiting for what a reply that is not soon there is waited for."""

        async def go():
            form = {"phone": "1", "words": words}
            sent = asyncio.ensure_future(self.running.client.post("/text", data=form))
            await asyncio.sleep(0.05)
            sent.cancel()

        self.running.run(go())

    def press(self, where, **form) -> httpx.Response:
        return self.running.post(f"/{where}", data=form)

    def turn_to(self, line, phone="1") -> None:
        self.press("line", phone=phone, line=line)

    def page(self) -> str:
        return self.running.get("/").text

    def screen(self, phone="1") -> str:
        return re.search(
            rf'<section class="phone" id="phone-{phone}".*?</section>',
            self.page(),
            re.S,
        ).group()

    def bubbles(self, phone="1") -> list[tuple[str, str]]:
        """(kind, words) as on the screen, the oldest first."""
        items = re.findall(
            r'<li class="(\w+)"[^>]*>(.*?)</li>', self.screen(phone), re.S
        )
        return [(kind, _words(item)) for kind, item in items if kind != "day"]

    def theirs(self, phone="1") -> list[str]:
        return [words for kind, words in self.bubbles(phone) if kind == "theirs"]

    def notes(self, phone="1") -> list[str]:
        return [words for kind, words in self.bubbles(phone) if kind == "note"]

    def ticks(self, phone="1") -> list[str]:
        return re.findall(r'class="tick (\w+)"', self.screen(phone))

    def sentence(self) -> str:
        return html.unescape(re.search(r'id="sentence">(.*?)<', self.page()).group(1))

    def wait(self, seconds) -> None:
        self.running.run(asyncio.sleep(seconds))

    def rest(self, method="GET", path=".json", auth=AUTH, **what) -> httpx.Response:
        return self.running.request(method, f"{MESSAGES}{path}", auth=auth, **what)


def _words(item: str) -> str:
    inside = re.search(r'<p class="words"[^>]*>(.*?)</p>', item, re.S)
    return html.unescape(inside.group(1) if inside else item)


def phones_on(gateway, environ, real, hosts=()):
    """Phones whose carrier reaches this gateway, or the address that was set.

    `real` is the real time; `hosts`: (address, app) that a callback may go to.
    """
    client = None
    if gateway is not None:
        mounts = {
            address: httpx.ASGITransport(app)
            for address, app in [("all://", gateway), *hosts]
        }
        client = httpx.AsyncClient(mounts=mounts)
    settings = read_phone_settings(environ)
    return Running(build(settings, client, TrainingClock(settings.clock, real)))
