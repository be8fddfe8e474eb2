"""What would the phone company do with this text?

It takes every text from a phone and keeps it on its books; answers STOP, START and HELP
by itself; tells the gateway of the others by a signed webhook, and at its second
address when the first does not answer; brings back what the gateway replies, and what
it sends by REST, unless the phone has said STOP. The outage switch makes each of these
go wrong on purpose.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import ParseError

import httpx

from smsgateway import twilio
from smsgateway.clock import TrainingClock
from smsgateway.phones.books import BY_API, INBOUND, REPLY, Books, Message
from smsgateway.phones.outage import Outage, Webhooks
from smsgateway.phones.threads import (
    MINE,
    NOTE,
    NUMBERS,
    SHOWN_AT_FIRST,
    THEIRS,
    Bubble,
    Phone,
    Thread,
    Tick,
)
from smsgateway.settings import PhoneSettings
from smsgateway.text import HELP, STOP

GATEWAY_TIMEOUT_S = 15.0  # Twilio's own patience
STATUS_S = 0.4  # between the statuses of a text that was sent by REST
ERROR_CHARS = 80

# Twilio's codes for a webhook that failed: no answer, a bad answer, bad XML.
NO_ANSWER, BAD_STATUS, BAD_XML = 11205, 11200, 12100

# Numbers of nobody's that never get a text: how that ends, and Twilio's code for it.
FATES: Mapping[str, tuple[str, int]] = {
    "+447700900191": ("undelivered", 30003),
    "+447700900192": ("undelivered", 30005),
    "+447700900193": ("undelivered", 30006),
    "+447700900194": ("failed", 30001),
}

Replies = Sequence[tuple[str, str]]  # words, and who is told what becomes of them
Sleep = Callable[[float], Awaitable[None]]


class Unheard(Exception):
    """The gateway gave no answer that the carrier could use; `code` is Twilio's."""

    def __init__(self, code: int, why: str) -> None:
        super().__init__(why)
        self.code = code


@dataclass(frozen=True, slots=True)
class Passing:
    """A text on its way from a phone to the gateway."""

    thread: Thread
    bubble: Bubble
    answered: bool = False  # by the carrier itself


class Carrier:
    """The phones and all between them and the gateway, in memory."""

    def __init__(
        self,
        settings: PhoneSettings,
        client: httpx.AsyncClient,
        clock: TrainingClock,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self.account = settings.account
        self.clock = clock
        self.books = Books()
        self.outage = Outage()
        self.phones = [Phone(number, tuple(settings.wards)) for number in NUMBERS]
        self.shown = SHOWN_AT_FIRST
        self.version = 0
        self._gateway = settings.gateway
        self._client = client
        self._sleep = sleep
        self._held: list[Passing] = []
        self._under_way: set[asyncio.Task[None]] = set()

    def changed(self) -> None:
        self.version += 1

    def later(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        """Done while others go on; ended when the program ends."""
        task = asyncio.get_running_loop().create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return task

    async def close(self) -> None:
        under_way = list(self._under_way)
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)

    def thread(self, number: str, line: str) -> Thread | None:
        """This phone's thread with this line; None when one of them is not ours."""
        phone = next((one for one in self.phones if one.number == number), None)
        return phone.threads.get(line) if phone else None

    # ── from a phone ─────────────────────────────────────────────────────────

    def send(self, thread: Thread, words: str) -> asyncio.Task[None]:
        """One text leaves the phone; what becomes of it joins the thread."""
        now = self.clock()
        message = self.books.enter(
            thread.number, thread.line, words, INBOUND, "received", now
        )
        bubble = thread.add(MINE, words, now)
        bubble.message, bubble.tick = message.sid, Tick.SENT
        self.changed()
        own = twilio.own_answer(words, thread.stopped)
        if own is None:
            return self.later(self._pass_on(Passing(thread, bubble)))
        order, answer = own
        self._show(thread, THEIRS, answer)
        self._note(thread, "The phone company's own answer")
        if order == HELP:
            self._tick(bubble, Tick.KEPT)
            return self.later(_nothing())
        thread.stopped = order == STOP
        return self.later(self._pass_on(Passing(thread, bubble, answered=True)))

    async def _pass_on(self, text: Passing) -> None:
        if self.outage.webhooks == Webhooks.LOST:
            self._tick(text.bubble, Tick.LOST)
            self._note(text.thread, "Lost: the gateway was not told of this text")
        elif self.outage.webhooks == Webhooks.LATE:
            await self._hold(text)
        else:
            await self._tell(text)

    async def _hold(self, text: Passing) -> None:
        """The first one that waits decides how long; all that wait go together."""
        self._tick(text.bubble, Tick.WAITING)
        self._held.append(text)
        if len(self._held) > 1:
            return
        await self._sleep(self.outage.late_s)
        held, self._held = self._held, []
        for one in reversed(held):
            await self._tell(one)

    async def _tell(self, text: Passing) -> None:
        messages: Replies | None
        try:
            messages = await self._tell_first(text)
        except Unheard as trouble:
            self._note(text.thread, str(trouble))
            messages = await self._tell_fallback(text, trouble.code)
        if messages is None:
            return
        self._tick(text.bubble, Tick.DELIVERED)
        if not messages and not text.answered:
            self._note(text.thread, "No reply")
        for words, callback in messages:
            self._bring(text, words, callback)

    async def _tell_first(self, text: Passing) -> Replies:
        if self.outage.webhooks == Webhooks.UNREACHABLE:
            raise Unheard(NO_ANSWER, "The gateway's first address did not answer")
        if self.outage.webhooks == Webhooks.DOUBLED:
            # A webhook is repeated when its answer was not heard: so it is not.
            await self._call(text)
            self._note(text.thread, "The gateway was told of this text twice")
        return await self._call(text)

    async def _tell_fallback(self, text: Passing, code: int) -> Replies | None:
        try:
            extra = twilio.fallback(self.account, code)
            messages = await self._call(text, extra)
        except Unheard as trouble:
            self._tick(text.bubble, Tick.LOST)
            self._note(text.thread, f"Lost. {trouble}, nor at its second address")
            return None
        self._note(text.thread, "It was told at its second address, the fallback")
        return messages

    async def _call(
        self, text: Passing, extra: Mapping[str, str] | None = None
    ) -> Replies:
        thread, bubble = text.thread, text.bubble
        webhook = twilio.signed_webhook(
            self.account,
            thread.number,
            thread.line,
            bubble.words,
            bubble.message,
            extra,
        )
        try:
            answer = await self._client.post(
                self._gateway, content=webhook.content, headers=dict(webhook.headers)
            )
        except httpx.HTTPError as error:
            why = f"The gateway did not answer ({type(error).__name__})"
            raise Unheard(NO_ANSWER, why) from error
        if answer.status_code != 200:
            said = answer.text[:ERROR_CHARS]
            why = f"The gateway answered {answer.status_code}: {said}"
            raise Unheard(BAD_STATUS, why)
        try:
            return twilio.replies_in(answer.content)
        except ParseError as error:
            raise Unheard(BAD_XML, "The gateway's answer is not TwiML") from error

    def _bring(self, text: Passing, words: str, callback: str) -> None:
        thread = text.thread
        if thread.stopped:
            self._note(thread, "A reply was held back: this phone has said STOP")
            return
        now = self.clock()
        message = self.books.enter(
            thread.line, thread.number, words, REPLY, "delivered", now
        )
        if callback:
            self.later(self._report(message, callback))
        self._tick(text.bubble, Tick.ANSWERED)
        self._show(thread, THEIRS, words)

    # ── from the gateway, by REST ────────────────────────────────────────────

    def post(self, line: str, to: str, words: str, callback: str) -> Message:
        """A text that the gateway sends; whoever calls has looked whether it may."""
        now = self.clock()
        message = self.books.enter(line, to, words, BY_API, "queued", now)
        self.later(self._carry(message, callback))
        return message

    async def _carry(self, message: Message, callback: str) -> None:
        status, error = FATES.get(message.to, ("delivered", None))
        # What fails never leaves the carrier; what is not delivered has left it.
        for step in (status,) if status == "failed" else ("sent", status):
            await self._sleep(STATUS_S)
            message.status, message.updated = step, self.clock()
            if step == "sent":
                message.sent = message.updated
            if step == status:
                message.error = error
                self._arrive(message)
            if callback:
                await self._report(message, callback)

    def _arrive(self, message: Message) -> None:
        thread = self.thread(message.to, message.sender)
        if message.status == "delivered" and thread is not None:
            self._show(thread, THEIRS, message.body)

    async def _report(self, message: Message, callback: str) -> None:
        """A status callback goes the way of all webhooks, but has no second address."""
        times = {
            Webhooks.LOST: 0,
            Webhooks.UNREACHABLE: 0,
            Webhooks.DOUBLED: 2,
        }.get(self.outage.webhooks, 1)
        if self.outage.webhooks == Webhooks.LATE:
            await self._sleep(self.outage.late_s)
        said = {
            "MessageSid": message.sid,
            "MessageStatus": message.status,
            "From": message.sender,
            "To": message.to,
            **({"ErrorCode": str(message.error)} if message.error else {}),
        }
        webhook = twilio.signed_status(self.account, callback, said)
        # The gateway's public address is not one of this machine's; its own is.
        own = self.account.url
        address = callback
        if callback.startswith(own):
            address = f"{self._gateway}{callback.removeprefix(own)}"
        for _ in range(times):
            try:
                await self._client.post(
                    address, content=webhook.content, headers=dict(webhook.headers)
                )
            except (httpx.HTTPError, httpx.InvalidURL):
                return  # Twilio's fate too: it is not told again

    def found(self, message: Message) -> None:
        """The gateway has read this message in the carrier's list."""
        thread = self.thread(message.sender, message.to)
        if thread is None:
            return
        for bubble in thread.bubbles:
            if bubble.message == message.sid and bubble.tick == Tick.LOST:
                self._tick(bubble, Tick.LISTED)

    # ── what is on the screen ────────────────────────────────────────────────

    def _show(self, thread: Thread, kind: str, words: str) -> None:
        thread.add(kind, words, self.clock())
        phone = next(one for one in self.phones if one.number == thread.number)
        if phone.open is not thread:
            thread.unread += 1
        self.changed()

    def _note(self, thread: Thread, words: str) -> None:
        thread.add(NOTE, words, self.clock())
        self.changed()

    def _tick(self, bubble: Bubble, tick: Tick) -> None:
        bubble.tick = tick
        self.changed()


async def _nothing() -> None:
    """What is left to do for a text that is answered already."""
