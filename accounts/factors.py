"""Second factors: who has just set one up has just shown it; seeds that we can no longer open are said, not thrown."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common import crypto

SEED_PURPOSE = "accounts.second_factor"
SHOWN_BY_MAKING = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
LOST = _(
    "We cannot check this code: an encryption key is missing on our side, the code is not to blame. Use a passkey or a recovery code. "
    "If that does not work either, an administrator can reset your second factor; then you set up a new one."
)


class LostSeedError(crypto.InvalidToken, ImmediateHttpResponse):  # type: ignore[misc]  # untyped
    """No key opens a seed. Where nobody catches it, django-allauth's middleware answers with the page that says so."""

    def __init__(self) -> None:
        """Without an answer yet: it is only drawn where it is needed."""

    @property
    def response(self) -> HttpResponse:
        """The page with the ways on."""
        return render(context.request, "accounts/second_factor_lost.html", status=409)


def seal_seed(seed: str) -> str:
    """Encrypted."""
    return crypto.encrypt(seed.encode(), purpose=SEED_PURPOSE).decode()


def open_seed(sealed: str) -> str:
    """The seed. Raises LostSeedError when no key opens it."""
    try:
        return crypto.decrypt(sealed.encode(), purpose=SEED_PURPOSE).decode()
    except crypto.InvalidToken:
        raise LostSeedError from None


def recovery_codes_left(factor: Authenticator) -> int:
    """How many were not used; none when their seed cannot be opened."""
    try:
        return len(factor.wrap().get_unused_codes())
    except LostSeedError:
        return 0


def factor_that_fits(user: User, code: str) -> Authenticator:
    """The factor that a code shows, among those that can be opened. Raises ValidationError when there is none.

    For django-allauth's form stops at the first that cannot.
    """
    lost = False
    for factor in Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.WEBAUTHN):
        try:
            if factor.wrap().validate_code(code):
                return factor
        except LostSeedError:
            lost |= factor.type == Authenticator.Type.TOTP
    if lost:
        raise ValidationError(LOST, code="lost_seed")
    raise get_adapter().validation_error("incorrect_code")


def note_new_factor(request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    """Count a factor that was just added as shown: its code or key was part of adding it (django-allauth's signal)."""
    if authenticator.type in SHOWN_BY_MAKING:
        record_authentication(
            request, user, "mfa", id=authenticator.pk, type=str(authenticator.type), reauthenticated=True
        )
