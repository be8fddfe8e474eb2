"""What if two add the same at once, as a double click does?

The form of each has found the name free. The database lets one in; the other's form
looks again, and says what it would have said a moment later.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django import forms
from django.db import IntegrityError, transaction

Made = TypeVar("Made")


def added(form: forms.BaseForm, act: Callable[[], Made]) -> Made | None:
    """What the act of a valid form makes, in a transaction of its own. None when the
    form has an error, or somebody was quicker: then it has one now."""
    if not form.is_valid():
        return None
    try:
        with transaction.atomic():
            return act()
    except IntegrityError:
        form.full_clean()
        if form.is_valid():
            raise  # it was something else, which is our own fault
        return None
