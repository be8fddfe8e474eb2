"""What is one mail, whole?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from central.audit.reading import note_reading
from central.morning.administrators import FOOTER as OURS
from central.morning.administrators import told_of
from central.morning.letter import FOOTER, letter_of, text_of
from central.morning.models import Mail
from central.morning.picture import picture_of


def write(mail: Mail, now: datetime) -> EmailMultiAlternatives | None:
    """The mail of this row, as it stands `now`; None when there is nothing to tell.
    Patients' words in it count as read by whom it goes to."""
    site = settings.CENTRAL.mail.public_url
    if mail.ward is None:
        if (told := told_of(now, site)) is None:
            return None
        words = {"letter": told, "footer": OURS}
        return _message(mail, told.subject, told.text, "administrators", words)
    letter = letter_of(
        picture_of(mail.ward, mail.day, now),
        page=site + reverse("day", args=[mail.ward.code, mail.day]),
        today=site + reverse("today", args=[mail.ward.code]),
    )
    if read := sum(len(said.words) for said in letter.said):
        who, days = mail.reader.get_username(), (mail.day, mail.day)
        note_reading(who, mail.ward.code, "mail", days, read, now)
    words = {"letter": letter, "footer": FOOTER}
    return _message(mail, letter.subject, text_of(letter), "morning", words)


def _message(
    mail: Mail, subject: str, text: str, template: str, words: Mapping[str, object]
) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(
        subject=subject,
        body=text,
        from_email=settings.CENTRAL.mail.sender,
        to=[mail.address],
        headers={
            "Message-ID": mail.message_id,
            # So that nobody's "I am on leave" is sent back, once a day.
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
        },
    )
    page_of_mail = render_to_string(f"mail/{template}.html", words)
    message.attach_alternative(page_of_mail, "text/html")
    return message
