"""Erasing a person: in place, in one transaction, through the registry that each app fills."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts import handles, personal_data, role_changes
from accounts.actions.audit import record
from accounts.actions.safety import close_sessions
from accounts.models import AuditEntry, User
from accounts.telling import tell

NOWHERE = "erased.invalid"  # RFC 2606: no mail ever gets there


@dataclass(frozen=True, slots=True)
class Kept:
    """Something that stays after an erasure, and why."""

    title: str
    reason: str


def kept_of(user: User) -> list[Kept]:
    """What would stay of this person, named for them; only what there is."""
    return [
        Kept(str(part.title), str(part.kept_because))
        for part in personal_data.parts()
        if part.kept_because and (part.rows is None or any(True for _row in part.rows(user)))
    ]


@transaction.atomic
def send_erase_code(*, user: User, code: str) -> None:
    """Send the code without which nothing is erased."""
    tell(
        kind="accounts.erase_code",
        user=user,
        context={"code": code, "minutes": 10},
        dedupe_key=f"accounts.erase_code:{uuid.uuid4()}",
    )


@transaction.atomic
def erase_user(*, user: User, reason: str) -> User:
    """Take the person out of every table; the account is unusable at once and the row stays, without a person.

    A last message goes to the address that was the account's.
    """
    held: User = User.objects.select_for_update().get(pk=user.pk)
    address, language = held.email, held.language
    close_sessions(user=held)
    for part in personal_data.parts():
        if part.erase is not None:
            part.erase(held)
    held.email = f"{uuid.uuid4().hex}@{NOWHERE}"
    held.handle = handles.erased()
    held.legal_name = held.phone = held.country = held.phase = ""
    held.phone_verified_at = held.last_login = None
    held.time_zone = "Europe/Chisinau"
    held.is_active = held.is_staff = held.is_superuser = False
    held.erased_at = timezone.now()
    held.set_unusable_password()
    held.save()
    held.groups.clear()
    held.user_permissions.clear()
    role_changes.announce(user=held, by=None)
    record(deed=AuditEntry.Deed.ACCOUNT_ERASED, by=None, subject=held, reason=reason)
    tell(
        kind="accounts.account_erased",
        email=address,
        language=language,
        dedupe_key=f"accounts.account_erased:{held.pk}",
    )
    return held
