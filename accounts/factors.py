"""Second factors in a session: who has just set one up has just shown it."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from accounts.models import User

SHOWN_BY_MAKING = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def note_new_factor(request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    """Count a factor that was just added as shown: its code or key was part of adding it (django-allauth's signal)."""
    if authenticator.type in SHOWN_BY_MAKING:
        record_authentication(
            request, user, "mfa", id=authenticator.pk, type=str(authenticator.type), reauthenticated=True
        )
