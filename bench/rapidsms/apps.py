"""What does Django call this folder? RapidSMS has taken the name of `rapidsms`."""

from __future__ import annotations

from django.apps import AppConfig


class Bench(AppConfig):
    name = "bench.rapidsms"
    label = "bench_rapidsms"
