"""What did the ward hear?"""

from django.apps import AppConfig


class SummariesConfig(AppConfig):
    name = "central.summaries"
