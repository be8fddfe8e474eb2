"""What do the sealed words say?"""

from django.apps import AppConfig


class CommentsConfig(AppConfig):
    name = "central.comments"
