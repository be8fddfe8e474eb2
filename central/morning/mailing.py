"""What is one mail, whole?"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from central.audit.reading import note_reading
from central.morning.letter import FOOTER, letter_of, text_of
from central.morning.models import Mail
from central.morning.picture import picture_of


def write(mail: Mail, now: datetime) -> EmailMultiAlternatives:
    """The mail of this row, as the day stands `now`. Patients' words in it count as
    read by whom it goes to."""
    site = settings.CENTRAL.mail.public_url
    letter = letter_of(
        picture_of(mail.ward, mail.day, now),
        page=site + reverse("day", args=[mail.ward.code, mail.day]),
        today=site + reverse("today", args=[mail.ward.code]),
    )
    if words := sum(len(said.words) for said in letter.said):
        who, days = mail.reader.get_username(), (mail.day, mail.day)
        note_reading(who, mail.ward_id, "mail", days, words, now)
    message = EmailMultiAlternatives(
        subject=letter.subject,
        body=text_of(letter),
        from_email=settings.CENTRAL.mail.sender,
        to=[mail.address],
        headers={
            "Message-ID": mail.message_id,
            # So that nobody's "I am on leave" is sent back, once a day.
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
        },
    )
    page_of_mail = render_to_string(
        "mail/morning.html", {"letter": letter, "footer": FOOTER}
    )
    message.attach_alternative(page_of_mail, "text/html")
    return message
