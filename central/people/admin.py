"""Where does an administrator say who reads which wards?"""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from central.people.models import Membership, User


class Wards(admin.TabularInline):  # type: ignore[type-arg]  # Django's is no generic
    model = Membership
    extra = 1


@admin.register(User)
class PersonAdmin(UserAdmin):  # type: ignore[type-arg]  # as above
    inlines = (Wards,)
