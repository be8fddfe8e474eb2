"""Where does an administrator enrol, label and remove tablets and text lines?"""

from __future__ import annotations

from typing import Any

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from markupsafe import Markup

from central.devices.enrolment import LASTS, EnrolmentError
from central.devices.models import LOST, NOTHING, PERHAPS, Device
from central.places.models import Ward
from central.setup.device_acts import accept, change, code_for, remove
from central.setup.device_forms import CodeForm, StillHoldsForm, form_of
from central.setup.door import (
    address,
    administrators_only,
    is_sure,
    show,
    tell,
    who,
)
from central.setup.stale import Stale, is_good, look_again, seen
from central.web.devices import heard_of
from central.web.page import ZONE
from feedback.short_words import short_words

QR_SCALE = 5
HOLDS = {NOTHING: "nothing is left on it", PERHAPS: "it may come back",
         LOST: "what it had not sent is lost"}  # fmt: skip
MINUTES = int(LASTS.total_seconds()) // 60


@administrators_only
def devices(request: HttpRequest) -> HttpResponse:
    several = Device.objects.prefetch_related("wards").order_by("kind", "name", "id")
    told = [_about(one) for one in several]
    page = {
        "here": [one for one in told if one["device"].removed_at is None],
        "gone": [one for one in told if one["device"].removed_at is not None],
        "wards": Ward.objects.filter(closed_on=None).exists(),
    }
    return show(request, "devices", page)


@administrators_only
def code(request: HttpRequest) -> HttpResponse:
    """A POST makes a code, and shows it this once, in letters and to be scanned."""
    asked = request.GET.getlist("ward")
    form = CodeForm(request.POST or None, initial={"wards": asked})
    page: dict[str, Any] = {"form": form, "wards": Ward.objects.filter(closed_on=None)}
    if form.is_valid():
        wards, kind = form.cleaned_data["wards"], form.cleaned_data["kind"]
        try:
            made = code_for(wards, kind, who(request), timezone.now())
        except EnrolmentError as error:
            form.add_error(None, f"No code was made: {error}")
        else:
            url = address(request, "")
            command = f"wardvoice-sync enrol {made} --central {url}"
            page |= {"code": made, "command": command, "qr": qr(command),
                     "minutes": MINUTES, "kind": kind,
                     "names": Ward.objects.filter(code__in=wards)}  # fmt: skip
            return show(request, "device_code_made", page)
    return show(request, "device_code", page)


def qr(text: str) -> Markup:
    """A picture of the text for a scanner: an SVG without a style of its own."""
    drawn = segno.make(text, error="m", micro=False)
    title = "The command, to be scanned"
    svg = drawn.svg_inline(
        scale=QR_SCALE, border=4, light="#fff", title=title,
        svgclass="wv-qr", lineclass=None,
    )  # fmt: skip
    return Markup(svg)  # noqa: S704, drawn by segno, which escapes the title


@administrators_only
def device(request: HttpRequest, device: str) -> HttpResponse:
    one = get_object_or_404(Device, id=device)
    form = form_of(one, request.POST or None)
    page = {"form": form, "seen": seen(request, form), **_about(one)}
    try:
        if is_good(form, page["seen"]):
            said, now = form.cleaned_data, timezone.now()
            change(one.id, said, page["seen"], who(request), now)
            tell(request, _changed(one))
            return redirect("setup_devices")
    except Stale:
        page |= look_again(form, form_of(one))
    return show(request, "device", page)


def _changed(device: Device) -> str:
    if device.removed_at is not None:
        return "The device is changed. Its wards' days say what is still on it."
    return "The device is changed. It hears of it within a minute."


@administrators_only
def label(request: HttpRequest, device: str) -> HttpResponse:
    """A sticker for its back: print it, cut it out."""
    return show(request, "device_label", _about(get_object_or_404(Device, id=device)))


@administrators_only
def remove_device(request: HttpRequest, device: str) -> HttpResponse:
    one = get_object_or_404(Device, id=device)
    if one.removed_at is not None:  # its page says so, after a double click too
        return redirect("setup_device", one.id)
    sent = request.POST if is_sure(request) else None
    form = StillHoldsForm(sent, waiting=one.waiting)
    if not form.is_valid():
        return show(request, "device_remove", {"form": form, **_about(one)})
    said = form.cleaned_data["still_holds"]
    remove(one, said, who(request), timezone.now())
    tell(request, "The device is removed. To undo it, enrol it again with a new code.")
    return redirect("setup_devices")


@administrators_only
def accept_device(request: HttpRequest, device: str) -> HttpResponse:
    one = get_object_or_404(Device, id=device, removed_at__isnull=False)
    if not is_sure(request):
        return show(request, "device_accept", _about(one))
    accept(one, who(request), timezone.now())
    tell(request, "What it holds is taken in once, if it comes within a day.")
    return redirect("setup_devices")


def _about(device: Device) -> dict[str, Any]:
    return {
        "device": device,
        "heard": heard_of(device, timezone.now(), ZONE),
        "wards": sorted(device.wards.all(), key=lambda ward: ward.code),
        "unsent": device.waiting,
        "holds": HOLDS.get(device.still_holds, "") if device.removed_at else "",
        "words": short_words(bytes.fromhex(device.public_key)),
    }
