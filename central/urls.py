"""Which addresses does central answer?"""

from __future__ import annotations

from django.contrib import admin
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.urls import include, path
from django.views.decorators.http import require_safe

from central.api import api, openapi


@require_safe
def health(_request: HttpRequest) -> JsonResponse:
    """Alive, and the database answers. A proxy may ask; nothing is told."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"ok": True})


urlpatterns = [
    path("api/v1/openapi.json", openapi),
    path("api/v1/", api.urls),
    path("health", health),
    path("admin/", admin.site.urls),
    path("", include("central.web.urls")),
]
