"""Every change to accounts, one function a verb."""

from __future__ import annotations

import secrets

from django.contrib.auth.models import Group, Permission
from django.db import transaction

from accounts.models import Role, User

CATALOGUE_APPS = ("services", "shopfronts")
ADMIN_ROLES = frozenset({Role.CURATOR})  # whom the admin lets in; the others get pages of their own


@transaction.atomic
def prepare_roles() -> dict[str, Group]:
    """Make one group for each role, with what it may do in the admin; safe to run again."""
    groups = {role.value: Group.objects.get_or_create(name=role.value)[0] for role in Role}
    groups[Role.CURATOR].permissions.set(
        Permission.objects.filter(content_type__app_label__in=CATALOGUE_APPS)
    )
    return groups


@transaction.atomic
def make_demo_users(*, passwords: dict[str, str]) -> dict[str, str]:
    """Make someone for every role, and an administrator; e-mail to password.

    `passwords` holds what an earlier run made; only those without one get a new, random one.
    """
    groups = prepare_roles()
    people = {f"{role.value}@demo.example": role for role in Role} | {"admin@demo.example": None}
    made: dict[str, str] = {}
    for email, role in people.items():
        user = User.objects.filter(email=email).first()
        if user is None:
            user = User(email=email, handle=email.split("@", 1)[0])
        made[email] = passwords.get(email) or secrets.token_urlsafe(12)
        if not user.check_password(made[email]):
            user.set_password(made[email])
        user.is_staff = role in ADMIN_ROLES or role is None
        user.is_superuser = role is None
        user.save()
        user.groups.set([groups[role.value]] if role else [])
    return made
