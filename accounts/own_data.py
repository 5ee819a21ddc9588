"""What accounts, and the apps that it leans on, hold about a person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import AuditEntry, Consent, DataExport, RoleGrant, RoleInvitation, User
from accounts.personal_data import PersonalData, register, register_columns


def rows_of(model: type[models.Model], *fields: str, owner: str = "user") -> Callable[[User], Any]:
    """Fields of the rows that point to a person by `owner`."""
    return lambda user: model._default_manager.filter(**{owner: user}).values(*fields)


def delete_of(model: type[models.Model], owner: str = "user") -> Callable[[User], object]:
    """Deletes the rows that point to a person by `owner`."""
    return lambda user: model._default_manager.filter(**{owner: user}).delete()


def _profile(user: User) -> list[dict[str, Any]]:
    fields = (
        "email", "handle", "legal_name", "phone", "phone_verified_at", "language", "time_zone", "country", "phase",
        "joined_at", "last_login",
    )  # fmt: skip
    return [{field: getattr(user, field) for field in fields}]


def _forget_invitations(user: User) -> None:
    RoleInvitation.objects.filter(email=user.email).delete()


def register_models() -> None:
    """Name every model here that points to a person, in the order of reading."""
    register(*_ways_in(), *_own(), *_kept())
    _judge_columns()


def _ways_in() -> list[PersonalData]:
    return [
        PersonalData(User, _("Your account"), _profile, erase=_profile_is_emptied),
        PersonalData(
            EmailAddress,
            _("Your e-mail"),
            rows_of(EmailAddress, "email", "verified"),
            delete_of(EmailAddress),
        ),
        PersonalData(
            Authenticator,
            _("Your second factors"),
            rows_of(Authenticator, "type", "created_at", "last_used_at"),
            delete_of(Authenticator),
        ),
        PersonalData(
            SocialAccount,
            _("Your accounts on other sites"),
            rows_of(SocialAccount, "provider", "uid", "date_joined", "last_login"),
            delete_of(SocialAccount),
        ),
        PersonalData(
            SocialToken,
            _("Keys to your accounts elsewhere"),
            no_export="never stored",
            erase=delete_of(SocialToken, "account__user"),
        ),
        PersonalData(
            UserSession,
            _("Where you are signed in"),
            rows_of(UserSession, "created_at", "ip", "last_seen_at", "user_agent"),
            delete_of(UserSession),
        ),
    ]


def _own() -> list[PersonalData]:
    return [
        PersonalData(
            Consent,
            _("What you agreed to"),
            rows_of(Consent, "purpose", "wording", "given_at", "withdrawn_at"),
            delete_of(Consent),
        ),
        PersonalData(
            RoleGrant,
            _("Your roles"),
            rows_of(RoleGrant, "role", "scopes", "granted_at"),
            delete_of(RoleGrant),
        ),
        PersonalData(
            RoleInvitation,
            _("Invitations that you accepted"),
            rows_of(RoleInvitation, "role", "scopes", "invited_at", "accepted_at", owner="accepted_by"),
            _forget_invitations,
        ),
        PersonalData(
            DataExport,
            _("Copies of your data"),
            rows_of(DataExport, "status", "requested_at", "made_at"),
            delete_of(DataExport),
        ),
    ]


def _kept() -> list[PersonalData]:
    return [
        PersonalData(
            AuditEntry,
            _("The log of roles and accounts"),
            rows_of(AuditEntry, "at", "deed", "detail", "reason", owner="subject"),
            kept_because=_(
                "Who had which power, and when, must stay provable. The entries point to an account without a name."
            ),
        ),
        PersonalData(
            LogEntry,
            _("Your edits in the administration"),
            rows_of(LogEntry, "action_time", "object_repr", "action_flag"),
            kept_because=_("What was changed in public information stays traceable, without your name."),
        ),
    ]


def _profile_is_emptied(user: User) -> None:
    """`actions.erase_user` itself empties the account's own row, last of all."""


def _judge_columns() -> None:
    """What the texts here say of people."""
    register_columns(
        User,
        personal=("email", "handle", "legal_name", "phone", "country", "password"),
        plain=("time_zone",),
    )
    register_columns(Consent, plain=("wording",))
    register_columns(DataExport, personal=("archive",))
    register_columns(RoleGrant, plain=("scopes",))
    register_columns(RoleInvitation, personal=("email", "reason"), plain=("scopes", "token_hash"))
    register_columns(AuditEntry, personal=("detail", "reason"))  # kept, see `_kept`: it must stay provable
    register_columns(LogEntry, personal=("object_repr", "change_message"), plain=("object_id",))
    register_columns(EmailAddress, personal=("email",))
    register_columns(EmailConfirmation, plain=("key",))
    register_columns(Authenticator, personal=("data",))
    register_columns(SocialAccount, personal=("uid", "extra_data"), plain=("provider",))
    register_columns(SocialToken, personal=("token", "token_secret"))
    register_columns(
        SocialApp,
        plain=("client_id", "key", "name", "provider", "provider_id", "secret", "settings"),
    )
    register_columns(UserSession, personal=("ip", "user_agent", "data"), plain=("session_key",))
    register_columns(Session, personal=("session_data",), plain=("session_key",))
