"""The texts leave by the real REST calls, before a carrier that a test writes."""

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta
from urllib.parse import parse_qs

import httpx
import pytest

from feedback.log import Log
from smsgateway.asking.alerts import Alert
from smsgateway.asking.request import Request
from smsgateway.asking.sender import BUSY_S, IDLE_S, Sender
from smsgateway.opening import open_desk
from smsgateway.twilio.rest import Rest, RestError
from smsgateway.writer import Writer
from tests.smsgateway.asking.asking_line import TUESDAY, settings_for
from tests.smsgateway.conftest import ANN, BOB, LINE, Clock
from tests.smsgateway.trust import Trust

SID = "SM" + "a" * 32


class Carrier:
    """Answers each POST as `script` says, one after another, the last for ever."""

    def __init__(self, clock, *script) -> None:
        self.clock, self.script = clock, list(script)
        self.posted, self.listed = [], []
        self.messages, self.lists, self.skew = [], True, timedelta()
        self.by_number, self.heard = {}, []

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            self.listed.append(request.url.params.get("To"))
            if not self.lists:
                return httpx.Response(500)
            return httpx.Response(200, json={"messages": self.messages})
        form = {k: v[0] for k, v in parse_qs(request.content.decode()).items()}
        self.posted.append(form)
        self.heard.append((self.clock(), form["To"]))
        answer = self.by_number.get(form["To"]) or self.next_answer()
        if answer == "lost":  # it has it, and nobody hears that
            self.keep(form)
            raise httpx.ReadTimeout("no answer")
        if answer == "away":
            raise httpx.ConnectError("nobody there")
        if isinstance(answer, httpx.Response):
            return answer
        sid = f"SM{len(self.posted):032x}"
        return httpx.Response(201, json={"sid": sid, "status": "queued"})

    def next_answer(self):
        return self.script.pop(0) if len(self.script) > 1 else self.script[0]

    def keep(self, form) -> None:
        made = self.clock() + self.skew
        self.messages.append(
            {
                "sid": SID,
                "to": form["To"],
                "from": form["From"],
                "direction": "outbound-api",
                "status": "sent",
                "date_created": f"{made:%a, %d %b %Y %H:%M:%S +0000}",
            }
        )


class House:
    def __init__(self, folder, *script, **policy) -> None:
        policy = {"right_time": None, "remind_after": None, **policy}
        self.settings = settings_for(folder, **policy)
        self.clock = Clock()
        self.clock.moment = TUESDAY
        with Log.open(self.settings.log) as log:
            Trust().send_bundle(log)
        self.carrier = Carrier(self.clock, *script)
        self.slept = []

    async def sleep(self, seconds) -> None:
        self.slept.append(seconds)
        self.clock.moment += timedelta(seconds=seconds)

    @asynccontextmanager
    async def running(self):
        writer = Writer(lambda: open_desk(self.settings, self.clock))
        writer.start()
        client = httpx.AsyncClient(transport=httpx.MockTransport(self.carrier))
        rest = Rest(self.settings.account, "https://api.example", client)
        rate = self.settings.asking.segments_per_s
        account = self.settings.account
        steady = lambda: self.clock.moment.timestamp()  # noqa: E731
        sender = Sender(rest, writer, account, rate, self.clock, self.sleep, steady)
        yield writer, sender
        await sender.close()
        await asyncio.to_thread(writer.close)

    def ask(self, *numbers):
        def work(desk):
            asker = desk.asking.asker
            batch = asker.book.begin(self.clock())
            ago = self.clock() - timedelta(hours=30)
            requests = [Request(one, "ROWAN", ago) for one in numbers]
            asker.take(batch, requests, self.clock())
            asker.release(batch)

        return work

    def tell(self, alert):
        return lambda desk: desk.asking.asker.alerts.add(alert, self.clock())

    def run(self, steps, *numbers, alerts=()):
        """`steps` times one thing; each rest is slept by the clock of the test."""

        async def go():
            async with self.running() as (writer, sender):
                await writer.do(self.ask(*numbers))
                for alert in alerts:
                    await writer.do(self.tell(alert))
                await sender._written(lambda outcomes: outcomes.begin())
                for _ in range(steps):
                    try:
                        if alerts:
                            await sender.alert()
                        wait_s = await sender.step()
                    except RestError:  # as keep_on does
                        wait_s = BUSY_S
                    if wait_s:
                        await self.sleep(wait_s)
                return await writer.do(_states)

        return asyncio.run(go())


def _states(desk):
    sql = "SELECT state FROM sms_invitations ORDER BY state"
    return [state for (state,) in desk.log.db.conn.execute(sql)]


def test_a_text_leaves_with_all_that_twilio_needs_and_our_own_id(tmp_path):
    house = House(tmp_path, "ok")
    assert house.run(1, ANN) == ["sent"]
    (form,) = house.carrier.posted

    assert (form["From"], form["To"]) == (LINE, ANN)
    assert "1 Very good" in form["Body"]
    status, _, own = form["StatusCallback"].partition("?id=")
    assert status == "https://sms.example.org/sms/status"
    assert len(own) == 32


def test_a_timeout_is_asked_after_and_never_repeated(tmp_path):
    house = House(tmp_path, "lost", "ok")
    assert house.run(200, ANN) == ["sent"]

    assert len(house.carrier.posted) == 1
    assert house.carrier.listed[0] == ANN


def test_who_was_not_reached_has_done_nothing_and_is_tried_again(tmp_path):
    house = House(tmp_path, "away", "ok")
    assert house.run(3, ANN) == ["sent"]
    assert len(house.carrier.posted) == 2


@pytest.mark.parametrize("skew_s", [-4_000, -70, 400, 4_000])
def test_a_wrong_clock_repeats_nothing(tmp_path, skew_s):
    house = House(tmp_path, "lost")
    house.carrier.skew = timedelta(seconds=skew_s)
    assert house.run(700, ANN) == ["sent"]
    assert len(house.carrier.posted) == 1


def test_a_carrier_that_lists_nothing_gets_no_text_more_than_twice(tmp_path):
    house = House(tmp_path, httpx.Response(500))
    assert house.run(3_000, ANN) == ["ended"]
    assert len(house.carrier.posted) == 2


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, text="null"),
        httpx.Response(201, text="[]"),
        httpx.Response(201, text="{}"),
        httpx.Response(302, headers={"Location": "https://elsewhere.example"}),
        httpx.Response(404),
        httpx.Response(400, text="<html>"),
        httpx.Response(200, text="x" * 4_100_000),
    ],
    ids=["null", "list", "empty", "redirect", "404", "html", "huge"],
)
def test_a_strange_answer_says_nothing_about_whether_it_went(tmp_path, answer):
    house = House(tmp_path, answer)
    assert house.run(100, ANN) == ["unknown"]
    assert len(house.carrier.posted) == 1


@pytest.mark.parametrize("answer", [httpx.Response(503), httpx.Response(500)])
def test_one_that_the_carrier_has_not_goes_again_when_it_had_time_to_list_it(
    tmp_path, answer
):
    house = House(tmp_path, answer, "ok")
    began = house.clock()
    assert house.run(700, ANN) == ["sent"]

    assert len(house.carrier.posted) == 2
    assert house.clock() - began >= timedelta(minutes=15)
    assert len({form["StatusCallback"] for form in house.carrier.posted}) == 2


def test_a_list_that_cannot_be_read_proves_nothing(tmp_path):
    house = House(tmp_path, "lost")
    house.carrier.lists = False

    assert house.run(700, ANN) == ["unknown"]
    assert len(house.carrier.posted) == 1


def test_busy_waits_as_long_as_twilio_says(tmp_path):
    busy = httpx.Response(429, headers={"Retry-After": "77"}, json={"code": 20429})
    house = House(tmp_path, busy, "ok")
    assert house.run(3, ANN) == ["sent"]

    assert 77.0 in house.slept
    assert len(house.carrier.posted) == 2


def test_a_refusal_for_good_is_remembered(tmp_path):
    refusal = httpx.Response(400, json={"code": 21614, "message": f"not {ANN}"})
    house = House(tmp_path, refusal)
    assert house.run(5, ANN) == ["ended"]
    assert len(house.carrier.posted) == 1


def test_what_is_wrong_with_us_is_held_against_nobody(tmp_path):
    house = House(tmp_path, httpx.Response(401, json={"code": 20003}), "ok")
    assert house.run(3, ANN) == ["waiting"]
    assert len(house.carrier.posted) == 1  # the next try is in an hour


def test_no_number_of_ours_goes_faster_than_its_rate(tmp_path):
    house = House(tmp_path, "ok", segments_per_s=0.5)
    house.run(60, *(f"+4477009003{n:02d}" for n in range(5)))
    began, ended = TUESDAY, house.clock()

    assert len(house.carrier.posted) == 5
    assert ended - began >= timedelta(seconds=4 * 2 / 0.5)  # of two segments and more


def test_an_alert_goes_before_any_invitation_and_at_night(tmp_path):
    house = House(tmp_path, "ok")
    house.clock.moment = TUESDAY.replace(hour=23)
    alert = Alert("a1", "ROWAN", BOB, "Rowan: somebody may need help. Look now.")
    house.run(6, ANN, alerts=[alert, alert])

    assert [form["To"] for form in house.carrier.posted] == [BOB]
    assert house.carrier.posted[0]["Body"] == alert.words


def test_alerts_have_a_cap_and_an_end(tmp_path):
    house = House(tmp_path, "ok", alerts_daily=2)
    alerts = [Alert(f"a{n}", "ROWAN", BOB, "Look now.") for n in range(4)]
    house.run(30, alerts=alerts)
    assert len(house.carrier.posted) == 2
    house = House(tmp_path, "ok", alerts_daily=2)
    house.clock.moment = TUESDAY + timedelta(days=1)
    house.run(5)

    assert house.carrier.posted == []  # an hour later they are worth nothing


# ── alerts have a queue of their own ─────────────────────────────────────────

ALERT = Alert("a1", "ROWAN", BOB, "Rowan: somebody may need help. Look now.")
BUSY = httpx.Response(429, headers={"Retry-After": "110"}, json={"code": 20429})


class Queues(House):
    """Both queues, as the gateway runs them. Time passes only while both rest."""

    def __init__(self, folder, *script, **policy) -> None:
        super().__init__(folder, *script, **policy)
        self.began, self.resting = self.clock(), []
        self.later = ()  # when, and an alert that comes then

    async def sleep(self, seconds) -> None:
        until = self.clock() + timedelta(seconds=seconds)
        woken = asyncio.Event()
        self.resting.append((until, woken))
        await woken.wait()

    def told(self, number):
        """When this number was posted to."""
        return [at - self.began for at, to in self.carrier.heard if to == number]

    def keep_on(self, minutes, *numbers, alerts=()):
        ends = self.began + timedelta(minutes=minutes)

        async def go():
            async with self.running() as (writer, sender):
                await writer.do(self.ask(*numbers))
                for alert in alerts:
                    await writer.do(self.tell(alert))
                task = asyncio.create_task(sender.keep_on())
                async with asyncio.timeout(60):  # a queue that waits for the other
                    while self.clock() < ends:
                        if len(self.resting) == 2:
                            await self.pass_on(writer)
                        await asyncio.sleep(0)
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

        asyncio.run(go())

    async def pass_on(self, writer):
        first = min(self.resting, key=lambda one: one[0])
        if self.later and self.later[0] <= first[0]:
            self.clock.moment = self.later[0]
            await writer.do(self.tell(self.later[1]))
            self.later = ()
            return
        self.resting.remove(first)
        self.clock.moment = max(first[0], self.clock())
        first[-1].set()


def test_staff_are_told_while_an_invitation_waits_for_a_busy_carrier(tmp_path):
    house = Queues(tmp_path, "ok")
    house.carrier.by_number = {ANN: BUSY}
    house.later = (house.began + timedelta(seconds=10), ALERT)
    house.keep_on(3, ANN)

    (waited,) = house.told(BOB)
    assert timedelta(seconds=10) <= waited < timedelta(seconds=20)
    assert house.told(ANN)[1] >= timedelta(seconds=110)


def test_an_invitation_leaves_its_number_to_an_alert_that_waits(tmp_path):
    house = House(tmp_path, "ok")

    async def go():
        async with house.running() as (writer, sender):
            await writer.do(house.ask(ANN))
            await writer.do(house.tell(ALERT))
            assert await sender.step() == IDLE_S
            assert house.carrier.posted == []
            await sender.alert()
            await house.sleep(2)
            await sender.step()

    asyncio.run(go())
    assert [form["To"] for form in house.carrier.posted] == [BOB, ANN]


def test_an_alert_in_doubt_is_sent_again_in_minutes_where_it_is_not_listed(tmp_path):
    house = Queues(tmp_path, httpx.Response(503), "ok")
    house.keep_on(20, alerts=[ALERT])

    _, again = house.told(BOB)
    assert timedelta(minutes=2) <= again < timedelta(minutes=3)


def test_an_alert_in_doubt_that_is_listed_is_not_sent_again(tmp_path):
    house = Queues(tmp_path, "lost")
    house.keep_on(20, alerts=[ALERT])

    assert len(house.carrier.posted) == 1
    assert house.carrier.listed == [BOB]


def test_a_carrier_that_lists_nothing_gets_no_alert_more_than_twice(tmp_path):
    house = Queues(tmp_path, httpx.Response(500))
    house.keep_on(59, alerts=[ALERT])

    assert len(house.carrier.posted) == 2


def test_an_invitation_in_doubt_still_has_its_quarter_of_an_hour(tmp_path):
    house = Queues(tmp_path, httpx.Response(503), "ok")
    house.keep_on(30, ANN)

    _, again = house.told(ANN)
    assert again >= timedelta(minutes=15)


def test_neither_number_nor_words_are_in_what_is_said(tmp_path, capsys):
    refusal = httpx.Response(400, json={"code": 21614, "message": f"not {ANN}"})
    House(tmp_path, refusal).run(3, ANN)
    said = "".join(capsys.readouterr())

    assert ANN[3:] not in said
    assert "Very good" not in said
