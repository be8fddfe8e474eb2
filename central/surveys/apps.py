"""What is asked?"""

from django.apps import AppConfig


class SurveysConfig(AppConfig):
    name = "central.surveys"
