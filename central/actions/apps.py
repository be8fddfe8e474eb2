"""What did the ward do about it?"""

from django.apps import AppConfig


class ActionsConfig(AppConfig):
    name = "central.actions"
