"""Sessions, second factors and shutting an account off."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import F

from accounts import role_changes
from accounts.actions.audit import record
from accounts.models import AuditEntry, User


@transaction.atomic
def close_sessions(*, user: User) -> None:
    """End the person's sessions on all devices, those too that no list names."""
    user.session_epoch += 1
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    sessions = UserSession.objects.filter(user=user)
    Session.objects.filter(session_key__in=sessions.values("session_key")).delete()
    sessions.delete()


@transaction.atomic
def shut_account(*, user: User, by: User, reason: str) -> None:
    """Let nobody in any more; nothing is erased."""
    user.is_active = False
    user.save(update_fields=["is_active"])
    close_sessions(user=user)
    record(deed=AuditEntry.Deed.ACCOUNT_SHUT, by=by, subject=user, reason=reason)
    role_changes.announce(user=user, by=by)


@transaction.atomic
def open_account(*, user: User, by: User, reason: str) -> None:
    """Let the person in again. Raises IntegrityError when the account was erased."""
    user.is_active = True
    user.save(update_fields=["is_active"])
    record(deed=AuditEntry.Deed.ACCOUNT_OPENED, by=by, subject=user, reason=reason)
    role_changes.announce(user=user, by=by)


@transaction.atomic
def take_away_second_factor(*, user: User, by: User | None, reason: str) -> int:
    """For someone who lost device and recovery codes; how many factors went. Sessions end, so that staff enrol anew."""
    count, _models = Authenticator.objects.filter(user=user).delete()
    close_sessions(user=user)
    record(
        deed=AuditEntry.Deed.SECOND_FACTOR_RESET,
        by=by,
        subject=user,
        reason=reason,
        detail={"factors": count},
    )
    return int(count)
