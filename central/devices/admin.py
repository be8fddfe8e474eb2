"""How are the devices, as a list? What is done to one is done in set-up."""

from __future__ import annotations

from django.contrib import admin

from central.devices.models import Device
from central.looked_at import OnlyLookedAt
from feedback.short_words import short_words


@admin.register(Device)
class DeviceAdmin(OnlyLookedAt):
    list_display = ("__str__", "words", "kind", "last_heard", "have", "last", "unsent",
                    "forked_at", "removed_at")  # fmt: skip
    fields = ("name", "kind", "wards", "last_heard", "have", "last", "forked_at",
              "status", "removed_at")  # fmt: skip

    @admin.display(description="Words to compare with the device's screen")
    def words(self, device: Device) -> str:
        return short_words(bytes.fromhex(device.public_key))

    @admin.display(description="Unsent, it says")
    def unsent(self, device: Device) -> int | None:
        """None, shown as a dash: no data is never 0."""
        said = device.status.get("unsent")
        return said if type(said) is int else None
