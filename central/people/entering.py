"""Who comes in with a name and a password, and what are they told who may not?"""

from __future__ import annotations

import math
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from central.people.brake import WINDOW, failed, succeeded, take_a_try
from central.people.first import nobody_yet
from central.people.models import User

BRAKED = "braked"


class LoginForm(AuthenticationForm):
    """Django's, with the brake before the password is looked at."""

    def clean(self) -> dict[str, Any]:
        said, now = self.cleaned_data, timezone.now()
        name = said.get("username")
        if not name or not said.get("password") or self.request is None:
            return super().clean()
        mine = take_a_try(name, self.request, now)
        if mine is None:
            raise ValidationError("too many tries", code=BRAKED)
        try:
            cleaned: dict[str, Any] = super().clean()
        except ValidationError:
            failed(mine, name, now)
            raise
        succeeded(mine)
        return cleaned

    @property
    def is_braked(self) -> bool:
        return self.has_error("__all__", BRAKED)


class Login(LoginView):
    template_name = "login.html"
    authentication_form = LoginForm
    redirect_authenticated_user = True

    def get_success_url(self) -> str:
        """Whoever reads one ward, and sets nothing up, has no list to choose from."""
        where = super().get_success_url()
        user = self.request.user
        if where != reverse("wards") or not isinstance(user, User) or user.is_staff:
            return where
        wards = list(user.open_wards()[:2])
        return reverse("today", args=[wards[0].code]) if len(wards) == 1 else where

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        minutes = math.ceil(WINDOW.total_seconds() / 60)
        return super().get_context_data(nobody=nobody_yet(), minutes=minutes, **more)

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_invalid(form)
        if isinstance(form, LoginForm) and form.is_braked:
            response.status_code = 429
            response["Retry-After"] = str(int(WINDOW.total_seconds()))
        return response


@login_not_required
def admin_login(request: HttpRequest) -> HttpResponse:
    """The admin has no log-in of its own: it would be a door without the brake."""
    if request.user.is_authenticated:
        return redirect("wards")
    after = request.GET.get("next", reverse("admin:index"))
    return redirect(f"{reverse('login')}?{urlencode({'next': after})}")
