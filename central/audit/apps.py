"""Who did what of consequence?"""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "central.audit"
