"""Which devices may speak?"""

from django.apps import AppConfig


class DevicesConfig(AppConfig):
    name = "central.devices"

    def ready(self) -> None:
        from central.devices.stints import watch

        watch()
