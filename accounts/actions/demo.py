"""People for the demo: one for every role, so that a newcomer can look at everything."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.mfa.utils import decrypt
from django.db import transaction

from accounts.actions.roles import Scopes, grant_role, prepare_roles
from accounts.models import STAFF_ROLES, Role, ScopeKind, User

DOMAIN = "demo.example"
WHERE: dict[Role, Scopes] = {
    Role.COUNSELLOR: {ScopeKind.SHOPFRONT: ["cahul"]},
    Role.MANAGER: {ScopeKind.SHOPFRONT: ["cahul"]},
    Role.MODERATOR: {ScopeKind.LANGUAGE: ["ro", "ru", "en"]},
    Role.PROVIDER_EDITOR: {ScopeKind.PROVIDER: ["cnas"]},
}


@dataclass(frozen=True, slots=True)
class SignIn:
    """How one of them signs in."""

    email: str
    password: str
    seed: str = ""  # of the second factor (RFC 6238, base32); staff only


@transaction.atomic
def make_demo_users(*, passwords: dict[str, str]) -> list[SignIn]:
    """Make someone for every role, and an administrator; staff have a second factor already.

    `passwords` holds what an earlier run made, by e-mail; only those without one get a new, random one.
    """
    prepare_roles()
    people = {f"{role.value}@{DOMAIN}": role for role in Role} | {f"admin@{DOMAIN}": None}
    return [
        _make(email, role, passwords.get(email) or secrets.token_urlsafe(12))
        for email, role in people.items()
    ]


def _make(email: str, role: Role | None, password: str) -> SignIn:
    user = User.objects.filter(email=email).first() or User(email=email, handle=email.split("@", 1)[0])
    if not user.check_password(password):
        user.set_password(password)
    user.is_superuser = role is None
    user.is_staff = user.is_staff or role is None
    user.save()
    EmailAddress.objects.update_or_create(
        user=user, email=email, defaults={"verified": True, "primary": True}
    )
    if role not in (None, Role.MEMBER) and not user.has_role(role):
        grant_role(user=user, role=role, scopes=WHERE.get(role), by=None, reason="demo")
    is_office = role is None or role in STAFF_ROLES
    return SignIn(email, password, _second_factor(user) if is_office else "")


def _second_factor(user: User) -> str:
    """The seed of the person's authenticator; made once."""
    factor = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    if factor is None:
        factor = TOTP.activate(user, generate_totp_secret()).instance
        RecoveryCodes.activate(user)
    return str(decrypt(factor.data["secret"]))
