"""What people change of their own account."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.utils import timezone

from accounts import handles
from accounts.models import Consent, User
from accounts.telling import tell

SMS_WORDING = "2026-11"  # the version of the sentence beside the box
PROFILE = ("handle", "legal_name", "language", "time_zone", "country", "phase")
TRIES = 20


def free_handle(language: str) -> str:
    """A made-up handle that nobody's looks like."""
    for _number in range(TRIES):
        handle = handles.suggested(language)
        if not User.objects.looking_like(handle).exists():
            return handle
    return f"nexus-{uuid.uuid4().hex[:12]}"


def fill_new_user(*, user: User, email: str, language: str, save: bool) -> User:
    """Give a new account its address, language and a made-up handle; it has no password."""
    user.email = email.strip().lower()
    user.language = language
    user.handle = user.handle or free_handle(language)
    user.set_unusable_password()
    if save:
        user.save()
    return user


@transaction.atomic
def change_profile(*, user: User) -> User:
    """Keep what the form put on `user`. Raises IntegrityError when the handle was taken meanwhile."""
    user.save(update_fields=PROFILE)
    return user


@transaction.atomic
def send_phone_code(*, user: User, phone: str, code: str) -> None:
    """Send a code to a number that is not yet the person's."""
    tell(
        kind="accounts.phone_code",
        phone=phone,
        language=user.language,
        context={"code": code, "minutes": 10},
        dedupe_key=f"accounts.phone_code:{uuid.uuid4()}",
    )


@transaction.atomic
def set_phone(*, user: User, phone: str) -> User:
    """Keep a number whose code came back, and that its owner agreed to messages there."""
    user.phone, user.phone_verified_at = phone, timezone.now()
    user.save(update_fields=["phone", "phone_verified_at"])
    give_sms_consent(user=user)
    return user


@transaction.atomic
def remove_phone(*, user: User) -> User:
    """Forget the number; without it no consent to use it holds."""
    user.phone, user.phone_verified_at = "", None
    user.save(update_fields=["phone", "phone_verified_at"])
    withdraw_sms_consent(user=user)
    return user


@transaction.atomic
def give_sms_consent(*, user: User) -> Consent:
    """Note that the person agreed to SMS; twice is once."""
    consent, _created = Consent.objects.in_force().get_or_create(
        user=user, purpose=Consent.Purpose.SMS, defaults={"wording": SMS_WORDING}
    )
    return consent


@transaction.atomic
def withdraw_sms_consent(*, user: User) -> int:
    """Note that the person no longer agrees; how many consents ended."""
    return (
        Consent.objects.in_force()
        .filter(user=user, purpose=Consent.Purpose.SMS)
        .update(withdrawn_at=timezone.now())
    )
