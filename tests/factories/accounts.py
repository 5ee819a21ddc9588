"""People."""

from __future__ import annotations

import time
from typing import Any

import factory
from allauth.account.internal.userkit import user_id_to_str
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client

from accounts.actions.roles import grant_role, prepare_roles
from accounts.models import NEEDS_SCOPE, SCOPES_OF_ROLE, Role, User


class UserFactory(factory.django.DjangoModelFactory[User]):
    """A person without a password."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    handle = factory.Sequence(lambda n: f"person_{n}")
    email = factory.LazyAttribute(lambda person: f"{person.handle}@example.com")


class CuratorFactory(UserFactory):
    """Someone with the curator's role; what it carries, and a second factor to show."""

    @factory.post_generation
    def role(self: User, create: bool, extracted: Any, **kwargs: Any) -> None:
        """Give it."""
        prepare_roles()
        grant_role(user=self, role=Role.CURATOR, by=None, reason="test")


class RoleFactory(UserFactory):
    """Someone with a role, bound to the first counter, provider or language where it must be bound."""

    @factory.post_generation
    def role(self: User, create: bool, extracted: Role, **kwargs: Any) -> None:
        """Give it."""
        keys = {"shopfront": ["cahul"], "provider": ["cnas"], "language": ["ro"]}
        kinds = SCOPES_OF_ROLE.get(extracted, frozenset()) if extracted in NEEDS_SCOPE else frozenset()
        bound = {kind.value: keys[kind.value] for kind in kinds if kind.value in keys}
        grant_role(user=self, role=extracted, scopes=bound, by=None, reason="test")


class AdministratorFactory(UserFactory):
    """Someone who may do everything in the administration."""

    is_staff = True
    is_superuser = True


def sign_in(browser: Client, user: User, *, second_factor: bool = True) -> None:
    """Sign a person in as django-allauth does; staff have shown a second factor unless told otherwise."""
    browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    EmailAddress.objects.get_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )
    if user.is_office and second_factor:
        factor = (
            Authenticator.objects.filter(user=user).first()
            or TOTP.activate(user, generate_totp_secret()).instance
        )
        session = browser.session
        session["account_authentication_methods_user"] = user_id_to_str(user)
        session["account_authentication_methods"] = [
            {"method": "mfa", "at": time.time(), "id": factor.pk, "type": "totp", "reauthenticated": True}
        ]
        session.save()
