"""Where does an administrator see the devices? Codes come from the command line."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from central.devices.backlog import accept_backlog
from central.devices.models import Device
from central.devices.removal import remove_device
from central.intake.held import try_again
from central.lines import central_lines
from central.surveys.asking import something_changed
from feedback.short_words import short_words


@admin.register(Device)
class DeviceAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # Django's is no generic
    list_display = (
        "__str__",
        "words",
        "kind",
        "last_heard",
        "have",
        "last",
        "unsent",
        "forked_at",
        "removed_at",
    )
    fields = ("name", "kind", "wards", "last_heard", "have", "last", "forked_at",
              "status", "removed_at")  # fmt: skip
    readonly_fields = ("kind", "last_heard", "have", "last", "forked_at", "status",
                       "removed_at")  # fmt: skip
    actions = ("remove", "accept_backlog")

    @admin.display(description="Words to compare with the device's screen")
    def words(self, device: Device) -> str:
        return short_words(bytes.fromhex(device.public_key))

    @admin.display(description="Unsent, it says")
    def unsent(self, device: Device) -> int | None:
        """None, shown as a dash: no data is never 0."""
        said = device.status.get("unsent")
        return said if type(said) is int else None

    @admin.action(description="Remove (refuse from the next request on)")
    def remove(self, request: HttpRequest, devices: QuerySet[Device]) -> None:
        for device in devices:
            remove_device(device.id, timezone.now())
        messages.success(request, "Removed. What they said stays.")

    @admin.action(description="Accept once what it still has (removed, and back here)")
    def accept_backlog(self, request: HttpRequest, devices: QuerySet[Device]) -> None:
        accepted = [one for one in devices if accept_backlog(one.id, timezone.now())]
        for device in accepted:
            central_lines().info("backlog accepted", device=device.id)
        messages.success(
            request, f"{len(accepted)} removed devices may send once, for a day."
        )

    def save_related(
        self, request: HttpRequest, form: Any, formsets: Any, change: bool
    ) -> None:
        """Its wards may have changed: what is held for a ward may stand now."""
        with transaction.atomic():
            super().save_related(request, form, formsets, change)
            something_changed()
        # Not inside this change, which holds the rows of a device already.
        transaction.on_commit(try_again)

    def has_add_permission(self, *_: object) -> bool:
        return False

    def has_delete_permission(self, *_: object) -> bool:
        return False
