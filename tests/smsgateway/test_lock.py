"""One gateway a log: the second says so and does not start."""

import asyncio

import pytest

from smsgateway.app import build
from smsgateway.lock import AnotherGateway
from tests.smsgateway.asgi import Running
from tests.smsgateway.process import Gateway


def test_a_second_gateway_on_the_log_is_refused(settings, clock):
    first = Running(build(settings, clock))
    second = build(settings, clock)

    async def start():
        async with second.router.lifespan_context(second):
            pass

    with pytest.raises(AnotherGateway, match="another wardvoice-sms already works on"):
        asyncio.run(start())
    assert first.get("/health").status_code == 200
    first.close()
    Running(build(settings, clock)).close()


def test_the_program_says_so_and_ends(tmp_path):
    with Gateway(tmp_path) as first:
        first.start()
        second = Gateway(tmp_path)
        assert second.port != first.port
        with second, pytest.raises(AssertionError, match="already works on"):
            second.start()
        assert second.process.wait(timeout=10) == 1
        assert first.stop() == 0
