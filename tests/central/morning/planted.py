"""Central's settings, with one fault in how mails go out: WARDVOICE_PLANTED's."""

import os
import secrets

from django.apps import AppConfig

from central.settings import *  # noqa: F403
from central.settings import INSTALLED_APPS as REAL_APPS


class Planted(AppConfig):
    name = "tests.central.morning"
    label = "planted"

    def ready(self):
        from central.morning import post

        FAULTS[os.environ["WARDVOICE_PLANTED"]](post)


def marked_before(post):
    real = post.carry

    def carry(way, mail):
        from central.morning.models import Mail

        row = Mail.objects.filter(message_id=mail.extra_headers["Message-ID"])
        row.update(state="sent")
        real(way, mail)

    post.carry = carry


def taken_by_all(post):
    from central.morning.models import Mail

    def take(now, only=None):
        mail = Mail.objects.select_related("ward", "reader")
        mail = mail.filter(state="waiting").order_by("id").first()
        if mail:
            mail.holder = "everybody"
            mail.save()
        return mail

    post.take = take


def another_id(post):
    real = post.carry

    def carry(way, mail):
        mail.extra_headers["Message-ID"] = f"<{secrets.token_hex(8)}@example.org>"
        real(way, mail)

    post.carry = carry


FAULTS = {
    "marked before": marked_before,
    "taken by all": taken_by_all,
    "another id": another_id,
}
INSTALLED_APPS = [*REAL_APPS, "tests.central.morning.planted.Planted"]
