"""Who may set Wardvoice up? Administrators; to anyone else there is no such page.

An administrator of set-up reads no ward by being one. What they see here are names,
counts and settings, and each act of theirs is written down (central/audit).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from central.people.models import User
from central.settings import CENTRAL

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

SURE = "sure"  # what the form of a destructive act sends besides


def administrators_only(view: View[P]) -> View[P]:
    """GET, HEAD and POST, for administrators; 404 for everybody else."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def guarded(request: HttpRequest, *words: P.args, **more: P.kwargs) -> HttpResponse:
        if not user_of(request).administers:
            raise Http404
        return view(request, *words, **more)

    return cast(View[P], guarded)


def user_of(request: HttpRequest) -> User:
    return cast(User, request.user)


def who(request: HttpRequest) -> str:
    """The name under which an act is written down."""
    return user_of(request).get_username()


def address(request: HttpRequest, path: str) -> str:
    """The address as it is outside: a proxy ends TLS, so Django sees plain HTTP."""
    scheme = "https" if CENTRAL.behind_tls else "http"
    return f"{scheme}://{request.get_host()}{path}"


def is_sure(request: HttpRequest) -> bool:
    """Whether they have read what will happen, and asked for it."""
    return request.method == "POST" and request.POST.get(SURE) == "yes"


def show(
    request: HttpRequest, name: str, page: Mapping[str, Any] | None = None
) -> HttpResponse:
    """A page of set-up, with what the last act has to say."""
    told = [str(one) for one in messages.get_messages(request)]
    return render(request, f"setup/{name}.html", {**(page or {}), "told": told})


def tell(request: HttpRequest, words: str) -> None:
    """Say it on the next page."""
    messages.success(request, words)
