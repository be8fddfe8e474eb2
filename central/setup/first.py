"""Where is the first administrator made, and where does a person set their password?

Both pages are open to who has not logged in: the one-time code and the one-time link
are their keys. Of a server on which somebody has an account the first page is gone.
"""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib.auth import login, password_validation
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.tokens import default_token_generator
from django.contrib.auth.views import PasswordResetConfirmView
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods

from central.audit.writing import note
from central.people.brake import let_in
from central.people.first import is_first_code, make_first, nobody_yet
from central.people.models import User
from central.setup.door import show, tell
from central.setup.person_forms import NewPersonForm

BAD_CODE = (
    "This is not the code that the server printed last. On the server, "
    "wardvoice-central first-code prints another"
)
PASSWORD_BYTES = 1_024


class FirstForm(forms.Form):
    code = forms.CharField(
        max_length=60,
        error_messages=dict.fromkeys(("required", "max_length"), BAD_CODE),
    )
    username = NewPersonForm.base_fields["username"]
    password = forms.CharField(
        strip=False, error_messages={"required": "Write a password"}
    )

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if not is_first_code(code):
            raise ValidationError(BAD_CODE)
        return code

    def clean_username(self) -> str:
        name: str = self.cleaned_data["username"]
        return name

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if len(password.encode(errors="replace")) > PASSWORD_BYTES:
            raise ValidationError(f"Write {PASSWORD_BYTES:,} letters or fewer")
        # The code first: a stranger learns nothing of what passwords are taken here.
        if "code" in self.cleaned_data:
            password_validation.validate_password(password)
        return password


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def first(request: HttpRequest) -> HttpResponse:
    if not nobody_yet():
        return _gone(request)
    form = FirstForm(request.POST or None)
    if form.is_valid():
        said = form.cleaned_data
        user = make_first(
            said["code"], said["username"], said["password"], timezone.now()
        )
        if user is not None:
            login(request, user, "django.contrib.auth.backends.ModelBackend")
            tell(request, "You are the first administrator.")
            return redirect("setup")
        form.add_error("code", BAD_CODE)
    if form.errors and not nobody_yet():
        return _gone(request)
    return show(request, "first", {"form": form})


def _gone(request: HttpRequest) -> HttpResponse:
    """Who has sent the form twice, as a double click does, is no stranger to what they
    typed: they can log in with it."""
    if request.method != "POST":
        raise Http404
    return redirect("login")


class PasswordForm(SetPasswordForm):  # type: ignore[type-arg]  # no generic
    def clean_new_password1(self) -> str:
        password: str = self.cleaned_data["new_password1"]
        if len(password.encode(errors="replace")) > PASSWORD_BYTES:
            raise ValidationError(f"Write {PASSWORD_BYTES:,} letters or fewer")
        return password

    @transaction.atomic
    def save(self, commit: bool = True) -> User:
        user: User = super().save(commit)
        now = timezone.now()
        note(user.username, "set a password", f"person {user.username}", now)
        return user


@method_decorator(require_http_methods(["GET", "HEAD", "POST"]), name="dispatch")
class SetPassword(PasswordResetConfirmView):
    """The link works once: its token is made of the password that it replaces."""

    template_name = "setup/set_password.html"
    form_class = PasswordForm
    success_url = reverse_lazy("login")
    token_generator = default_token_generator

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        let_in(cast(User, form.user), self.request)
        return response

    def get_user(self, uidb64: str) -> Any:
        user = super().get_user(uidb64)
        return user if user is not None and user.is_active else None
