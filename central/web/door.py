"""Who may come in?

Nobody, unless they have logged in: a view that says nothing is closed. Devices are let
past, because each of their requests is signed and checked where it is read.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import add_never_cache_headers

DEVICES = "/api/v1/"
HEALTH = "/health"


class Door(LoginRequiredMiddleware):
    """Closes what is not marked open, and lets no browser keep what lies behind."""

    def process_response(
        self, request: HttpRequest, response: HttpResponse
    ) -> HttpResponse:
        # A shared computer on a ward: Back after logging out must show nothing.
        path = request.path_info
        if not _needs_no_login(path) and not path.startswith("/static/"):
            add_never_cache_headers(response)
        return response

    def process_view(
        self,
        request: HttpRequest,
        view_func: Any,
        view_args: Any,
        view_kwargs: Any,
    ) -> HttpResponseBase | None:
        if _needs_no_login(request.path_info):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)


def _needs_no_login(path: str) -> bool:
    return path == HEALTH or path.startswith(DEVICES)
