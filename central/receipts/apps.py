"""How does a patient come back to what they said?"""

from django.apps import AppConfig


class ReceiptsConfig(AppConfig):
    name = "central.receipts"
