"""One gateway a log: the second says so and does not start."""

import pytest

from smsgateway.lock import AnotherGateway, OnlyGateway
from tests.smsgateway.asking.asking_line import POLICY
from tests.smsgateway.process import Gateway


def test_a_log_has_one_gateway_and_another_when_that_has_ended(tmp_path):
    log = tmp_path / "sms.db"
    with OnlyGateway(log):
        with pytest.raises(AnotherGateway, match="another wardvoice-sms already works"):
            OnlyGateway(log).__enter__()
        with OnlyGateway(tmp_path / "other.db"):
            pass
    with OnlyGateway(log):
        pass


def test_the_program_says_so_and_ends(tmp_path):
    with Gateway(tmp_path) as first:
        first.environ["WARDVOICE_SMS_ASKING"] = str(POLICY)
        first.start()
        second = Gateway(tmp_path)
        second.environ["WARDVOICE_SMS_ASKING"] = str(POLICY)
        assert second.port != first.port
        with second, pytest.raises(AssertionError, match="already works on"):
            second.start()
        assert second.process.wait(timeout=10) == 1
        first.kill()
        with second:
            second.start()
