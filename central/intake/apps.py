"""What did each device say?"""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "central.intake"
