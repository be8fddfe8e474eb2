"""Which addresses does central answer?"""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest, JsonResponse
from django.urls import include, path
from django.utils import timezone
from django.views.decorators.http import require_safe

from central.api import api, openapi
from central.custody import proof
from central.custody.due import drill
from central.people.entering import admin_login


@require_safe
def health(_request: HttpRequest) -> JsonResponse:
    """200: alive, and the database answers. `ok` is false, still with 200, when answers
    come in and their comments cannot be opened: a proxy must not turn devices away."""
    now = timezone.now()
    opener, keys = proof.said(now), drill(now)
    rehearsed = {"last": keys.last, "due": keys.is_due}
    return JsonResponse({"ok": opener["ok"], "opener": opener, "rehearsed": rehearsed})


urlpatterns = [
    path("api/v1/openapi.json", openapi),
    path("api/v1/", api.urls),
    path("health", health),
    path("admin/login/", admin_login),  # before the admin's own
    path("admin/", admin.site.urls),
    path("", include("central.web.urls")),
]
