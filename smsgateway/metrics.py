"""How does Prometheus read the figures?

Made anew for each scrape from what we know, in a registry of its own: nothing of it is
shared by two gateways in one process, and a figure that is not known has no line.
A label is one of a closed list of words; never a number, a person's word or an id.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from prometheus_client import CONTENT_TYPE_LATEST as CONTENT_TYPE
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from feedback.answer import utc_moment
from smsgateway.figures import WHYS, Figures, Traffic

__all__ = ["CONTENT_TYPE", "render"]

_PREFIX = "wardvoice_sms"


def render(
    traffic: Traffic, figures: Figures | None, waiting: int, is_reconciling: bool
) -> bytes:
    """The page. `figures` is None when the log could not be read."""
    families = [
        _texts(traffic),
        _gauge("queue_length", "Texts and other work waiting for the disk", waiting),
        _gauge("reconciling", "1: texts are compared with Twilio's", is_reconciling),
        _gauge("log_readable", "1: the log answers", figures is not None),
        _when("last_inbound", "When a text last came in", traffic.last_inbound),
        _when("last_reply", "When a text was last replied to", traffic.last_reply),
        CounterMetricFamily(
            f"{_PREFIX}_deadline_misses",
            "Texts answered 503 because the disk took too long",
            traffic.deadline_misses,
        ),
        *(_of_the_log(figures) if figures is not None else ()),
    ]
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Made([family for family in families if family.samples]))
    return generate_latest(registry)


class _Made(Collector):
    def __init__(self, families: list[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterator[Metric]:
        return iter(self._families)


def _texts(traffic: Traffic) -> Metric:
    family = CounterMetricFamily(
        f"{_PREFIX}_texts",
        "Webhooks by what became of them; status: how far a reply of ours is",
        labels=["why"],
    )
    for why in sorted(WHYS):
        family.add_metric([why], traffic.texts[why])
    return family


def _of_the_log(figures: Figures) -> Iterator[Metric]:
    state = figures.reconciled
    yield _gauge(
        "open_conversations", "Conversations in which a question stands open",
        figures.open_conversations,
    )  # fmt: skip
    yield _gauge("opt_outs", "People who want no texts", figures.opt_outs)
    yield _gauge(
        "reviews_waiting", "Texts that may be opt-outs, which nobody has looked at",
        figures.reviews_waiting,
    )  # fmt: skip
    yield _caps(figures)
    yield _unsent(figures)
    if figures.lost or state.succeeded_at:
        yield _gauge("lost_texts", "Texts that could not be taken", figures.lost)
    yield _when("lost_latest", "When the last lost one was sent", figures.lost_latest)
    yield _when(
        "reconciled", "When all that Twilio received was last compared",
        utc_moment(state.succeeded_at) if state.succeeded_at else None,
    )  # fmt: skip
    yield _when(
        "reconciliation_failing_since", "When that began to fail",
        utc_moment(state.failing_since) if state.failing_since else None,
    )  # fmt: skip


def _caps(figures: Figures) -> Metric:
    caps = GaugeMetricFamily(
        f"{_PREFIX}_cap_used_ratio",
        "Of what may be sent by text, on this day and in this month: 1 is all",
        labels=["cap"],
    )
    for cap in figures.caps:
        caps.add_metric([cap.name], cap.share)
    return caps


def _unsent(figures: Figures) -> Metric:
    unsent = GaugeMetricFamily(
        f"{_PREFIX}_alerts_unsent",
        "Alerts of which staff were not told today, by the reason",
        labels=["why"],
    )
    for why, count in sorted(figures.alerts_unsent.items()):
        unsent.add_metric([why], count)
    return unsent


def _gauge(name: str, words: str, value: float | None) -> Metric:
    family = GaugeMetricFamily(f"{_PREFIX}_{name}", words)
    if value is not None:
        family.add_metric([], value)
    return family


def _when(name: str, words: str, moment: datetime | None) -> Metric:
    seconds = moment.timestamp() if moment else None
    return _gauge(f"{name}_timestamp_seconds", words, seconds)
