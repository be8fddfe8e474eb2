"""Who hears of the ward's day in the morning?"""

from django.apps import AppConfig


class MorningConfig(AppConfig):
    name = "central.morning"
    verbose_name = "Morning mail"
