"""How is it with the keys? To look at only: the command line changes them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from central.custody.due import notices
from central.custody.models import Document, Proof, Rehearsal
from central.looked_at import OnlyLookedAt


class WithNotices(OnlyLookedAt):
    """What is wrong stands above each list."""

    notices = staticmethod(notices)

    def changelist_view(
        self, request: HttpRequest, extra_context: Any = None
    ) -> HttpResponse:
        for words in self.notices(timezone.now()):
            messages.warning(request, words)
        return super().changelist_view(request, extra_context)


@admin.register(Document)
class DocumentAdmin(WithNotices):
    list_display = ("version", "comment_key", "bundle", "told_at")


@admin.register(Proof)
class ProofAdmin(WithNotices):
    list_display = ("host", "tested_at", "opened_at", "trouble")


@admin.register(Rehearsal)
class RehearsalAdmin(WithNotices):
    list_display = ("copy", "at", "version", "keys", "missing")
