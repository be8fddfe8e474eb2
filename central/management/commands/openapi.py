"""wardvoice-central openapi > central/openapi.json"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from central.api import openapi_text


class Command(BaseCommand):
    help = "Print the OpenAPI document of the devices' addresses."

    def handle(self, *_args: Any, **_options: Any) -> None:
        self.stdout.write(openapi_text(), ending="")
