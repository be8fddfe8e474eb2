"""Which wards are there?"""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "central.places"
