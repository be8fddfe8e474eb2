"""Which opened comments may call for help?

By feedback/concern.py, the same that the gateway asks. The kinds stand beside the text,
joined by spaces as in `_concern`; they follow from it, and are written anew at will.
"""

from __future__ import annotations

from functools import cache

from django.db.models import QuerySet

from central.comments.models import Comment
from central.summaries.calls import call_again
from feedback.assets import assets_folder
from feedback.concern import Concerns, read_concerns

ROWS_AT_ONCE = 500
_HEARD = ("id", "text", "concerns", "response")


@cache
def _concerns() -> Concerns:
    return read_concerns(assets_folder() / "concern")


def concerns_in(text: str) -> str:
    """The kinds that this text may be: "" for none."""
    return " ".join(_concerns().kinds_in(text))


def listen_to_new() -> int:
    """Listen to what was opened before there was anyone to listen; how many."""
    return _listen(Comment.objects.filter(concerns=None))


def listen_to_all() -> int:
    """Listen anew, for when the phrases have changed; how many comments."""
    return _listen(Comment.objects.all())


def _listen(comments: QuerySet[Comment]) -> int:
    ids = list(comments.order_by("id").values_list("id", flat=True))
    for start in range(0, len(ids), ROWS_AT_ONCE):
        part = Comment.objects.filter(id__in=ids[start : start + ROWS_AT_ONCE])
        anew = set()
        for one, text, before, who in part.values_list(*_HEARD):
            if (now := concerns_in(text)) != before:
                # With the text: what is opened or erased meanwhile is not touched.
                Comment.objects.filter(id=one, text=text).update(concerns=now)
                anew.add(who)
        call_again(anew)
    return len(ids)
