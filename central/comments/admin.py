"""Which comments could not be opened, and why? Never what any of them says."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from central.comments.models import OPENED, Comment
from central.looked_at import OnlyLookedAt

WHY = {
    "key": "sealed with a key that is not here, or is not in order",
    "damaged": "damaged, or sealed with another key than it says",
    "swapped": "sealed for another response or question: not shown under this one",
}


class Unopened(Comment):
    """The same rows, under a name that says which of them are listed."""

    class Meta:
        proxy = True
        verbose_name = "comment that could not be opened"
        verbose_name_plural = "comments that could not be opened"

    def __str__(self) -> str:
        return f"row {self.seq} of {self.device}"


@admin.register(Unopened)
class UnopenedAdmin(OnlyLookedAt):
    list_display = fields = ("why", "key_id", "device", "seq", "response", "question")
    list_filter = ("trouble", "key_id")
    show_facets = admin.ShowFacets.ALWAYS
    ordering = ("-id",)

    @admin.display(description="Why")
    def why(self, comment: Comment) -> str:
        return WHY.get(comment.trouble, comment.trouble)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Unopened]:
        closed = super().get_queryset(request).exclude(trouble=OPENED)
        return closed.defer("text", "concerns")
