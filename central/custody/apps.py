"""Can the sealed words still be opened, tomorrow and next year?"""

from django.apps import AppConfig


class CustodyConfig(AppConfig):
    name = "central.custody"
    verbose_name = "keys"
