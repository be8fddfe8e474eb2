"""Who reads, and which wards?"""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "central.people"
