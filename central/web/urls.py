"""Which pages are there?"""

from __future__ import annotations

from datetime import date

from django.urls import include, path, register_converter
from django.urls.converters import IntConverter

from central.actions import changes, marking
from central.actions import views as actions
from central.morning import away
from central.morning import views as morning
from central.people import entering
from central.receipts import views as receipts
from central.web import over_time, views


class DayConverter:
    """2026-11-22, and nothing that only looks like it: a ValueError is a 404."""

    regex = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        return value.isoformat()


class WardConverter:
    """What could be a ward's code: whether there is such a ward, the view says.

    Anything else goes no further. PostgreSQL, for one, refuses a NUL in a query.
    """

    regex = "[A-Za-z0-9-]{1,20}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class DeviceConverter(WardConverter):
    """What could be a device's name."""

    regex = "[0-9a-f]{32}"


class WordConverter(WardConverter):
    """A word of our own in an address: a kind, a key, a token."""

    regex = "[A-Za-z0-9_-]{1,100}"


class SurveyConverter(WardConverter):
    """What could be the name of a published survey."""

    regex = "[a-z0-9_-]{1,60}@[0-9]{1,7}"


class KeyConverter(WardConverter):
    """What could be the key of a question: never one of our own."""

    regex = "[a-z][a-z0-9_]{0,63}"


class NumberConverter(IntConverter):
    """A row's number that any database can look for."""

    regex = "[0-9]{1,18}"


PERIOD = "wards/<ward:code>/<day:first>/<day:last>/"

register_converter(DayConverter, "day")
register_converter(DeviceConverter, "device")
register_converter(KeyConverter, "key")
register_converter(NumberConverter, "number")
register_converter(SurveyConverter, "survey")
register_converter(WardConverter, "ward")
register_converter(WordConverter, "word")

urlpatterns = [
    path("", views.wards, name="wards"),
    path("login/", entering.Login.as_view(), name="login"),
    path("receipt/", receipts.receipt, name="receipt"),
    path("logout/", views.Logout.as_view(), name="logout"),
    path("away/", away.away, name="away"),
    path("devices/", views.devices, name="devices"),
    path("devices/<day:day>/", views.devices, name="devices_on"),
    path("devices/<device:device>/", views.devices, name="device"),
    path("devices/<device:device>/<day:day>/", views.devices, name="device_on"),
    path("wards/<ward:code>/", views.today, name="today"),
    path("wards/<ward:code>/cards/", actions.cards, name="cards"),
    path("wards/<ward:code>/<day:day>/", views.day, name="day"),
    path("wards/<ward:code>/<day:day>/board.pdf", morning.board, name="board"),
    path("wards/<ward:code>/changes/", changes.changes, name="changes"),
    path("wards/<ward:code>/seen/", marking.seen_or_not, name="seen"),
    path("wards/<ward:code>/periods/", over_time.choose, name="periods"),
    path(PERIOD, over_time.period, name="period"),
    path(f"{PERIOD}charts/", over_time.charts, name="charts"),
    path(f"{PERIOD}search/", over_time.find, name="search"),
    path(f"{PERIOD}steps/<key:key>/", over_time.step, name="step"),
    path(f"{PERIOD}questions/<key:key>/", over_time.question, name="question"),
    path("sites/<number:site>/<day:first>/<day:last>/", over_time.site, name="site"),
    path("", include("central.setup.urls")),
]
