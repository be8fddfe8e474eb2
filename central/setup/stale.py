"""Has somebody changed this since the form was opened?

A form says all of a thing again. One that is sent from an old page would undo what
another administrator did meanwhile: give a ward back that was taken away. So a form
carries a digest of what it showed, and the act compares it under the row's lock.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest

from central.setup.errors import Refused

SEEN = "seen"
CHANGED = "Somebody has changed this since you opened it. Look at it again."
SO_ALREADY = "It is as you sent it already: nothing more was changed."


class Stale(Refused):
    """It is no longer as the form showed it. Nothing was done."""


def seen(request: HttpRequest, form: forms.BaseForm) -> str:
    """For the hidden field. A form that comes back with an error keeps what it came
    with: it is still about what was shown at first."""
    if request.method == "POST":
        return request.POST.get(SEEN, "")
    return digest_of(form.initial)


def is_good(form: forms.BaseForm, seen: str) -> bool:
    """Whether a form was sent, and without an error. Stale before that: who chose what
    is no longer there is told that it has changed, not that they were wrong. The act
    asks again, under the lock."""
    if form.is_bound:
        must_be_as_seen(seen, form.initial)
    return form.is_valid()


def must_be_as_seen(seen: str, now: Mapping[str, Any]) -> None:
    """`now` is what the form would show first, read under the lock. Stale, if it would
    show something else; what came without a digest showed nobody anything."""
    if seen != digest_of(now):
        raise Stale(CHANGED)


def digest_of(shown: Mapping[str, Any]) -> str:
    text = json.dumps(dict(shown), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def look_again(sent: forms.BaseForm, anew: forms.BaseForm) -> dict[str, Any]:
    """For the page: the form as it is now, and in words what was sent otherwise. With
    nothing of it, as after a double click, nobody is told of somebody else."""
    several = [(anew[name].label, _words(sent[name])) for name in _others(sent, anew)]
    return {
        "form": anew,
        "seen": digest_of(anew.initial),
        "problem": CHANGED if several else "",
        "already": "" if several else SO_ALREADY,
        "sent": several,
    }


def _others(sent: forms.BaseForm, anew: forms.BaseForm) -> list[str]:
    """The fields in which they differ."""
    return [name for name in sent.fields if _words(sent[name]) != _words(anew[name])]


def _words(field: forms.BoundField) -> str:
    """What stands in a field, as a person reads it there."""
    value = field.value()
    if isinstance(value, bool):
        return "ticked" if value else "not ticked"
    several = value if isinstance(value, list) else [value or ""]
    choices: Any = getattr(field.field, "choices", ())
    names = {str(key): str(words) for key, words in choices}
    words = (names.get(str(one), str(one)) for one in sorted(several, key=str))
    return ", ".join(words) or "none"
