"""What does Twilio say, and how?

All of Twilio's words are in this folder: its parameters, its signature, its keywords,
its XML (`webhook`), and its REST API (`rest`). Take the carrier away and only this
folder changes.
"""

from __future__ import annotations

from smsgateway.twilio.webhook import (
    ACCOUNT_SID,
    FORM_TYPE,
    HELPED_BY_TWILIO,
    NUMBER,
    REPLY_TYPE,
    SIGNATURE_HEADER,
    STARTED_BY_TWILIO,
    STOPPED_BY_TWILIO,
    Account,
    Refused,
    SignedWebhook,
    check_head,
    fallback,
    is_signed,
    messages_in,
    own_answer,
    read_status,
    read_text,
    replies_in,
    reply,
    signed_status,
    signed_webhook,
    status_url,
)

__all__ = [
    "ACCOUNT_SID",
    "FORM_TYPE",
    "HELPED_BY_TWILIO",
    "NUMBER",
    "REPLY_TYPE",
    "SIGNATURE_HEADER",
    "STARTED_BY_TWILIO",
    "STOPPED_BY_TWILIO",
    "Account",
    "Refused",
    "SignedWebhook",
    "check_head",
    "fallback",
    "is_signed",
    "messages_in",
    "own_answer",
    "read_status",
    "read_text",
    "replies_in",
    "reply",
    "signed_status",
    "signed_webhook",
    "status_url",
]
