"""Which of Django's own forms for people are there? None (central/looked_at.py)."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.models import Group

admin.site.unregister(Group)
