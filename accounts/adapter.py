"""What django-allauth asks of us: mails go through the outbox, seeds are encrypted, limits lock nobody out."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.password_reset_by_code import PASSWORD_RESET_VERIFICATION_SESSION_KEY
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from accounts import actions, devices, factors, mailed_codes
from accounts.models import User
from accounts.telling import tell
from common.client_address import client_address, household_of
from common.lanes import BusyError
from common.typed import check_mailbox

CODE_MINUTES = 10
# django-allauth's name of a mail -> our kind of message
CODE_MAILS = {
    "account/email/login_code": "accounts.sign_in_code",
    "account/email/email_confirmation_signup": "accounts.confirm_email_code",
    "account/email/email_confirmation": "accounts.confirm_email_code",
    "account/email/password_reset_code": "accounts.password_reset_code",
}
SIGN_IN, RESET = "account/email/login_code", "account/email/password_reset_code"
COUNTED = {SIGN_IN, RESET, "account/email/unknown_account"}  # known addresses and others alike
STRANGER_MAILS = {
    "account/email/unknown_account": "accounts.unknown_account",
    "account/email/account_already_exists": "accounts.account_exists",
}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # untyped
    """Accounts: by e-mail, with a handle that is made up at first."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "incorrect_code": _("This code is not correct. Look at the newest message and type all its digits."),
        "email_password_mismatch": _("The e-mail or the password is not correct."),
        "too_many_login_attempts": _("Too many attempts. Wait five minutes, or ask for a code by e-mail."),
        "rate_limited": _("Too many attempts in a short time. Wait a minute and try again."),
    }

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write the message into the outbox; known and unknown addresses take the same way.

        Raises KeyError for a mail that we have no words for.
        """
        user: User | None = None  # codes and words to strangers go to an address, in the same way for both
        details: dict[str, Any] = {"minutes": CODE_MINUTES}
        if template_prefix in COUNTED and not mailed_codes.take_mail(email, template_prefix):
            return  # the page has said so, and why the code that was mailed before still counts
        if template_prefix in STRANGER_MAILS:
            kind = STRANGER_MAILS[template_prefix]
        elif template_prefix in CODE_MAILS:
            kind = CODE_MAILS[template_prefix]
            details = {"minutes": _minutes_left(template_prefix, email, context), "code": context["code"]}
        else:
            user = User.objects.alive().filter(email=email.lower()).first()
            kind, details = "accounts.security_notice", _notice(template_prefix, context)
        tell(
            kind=kind,
            user=user,
            email=email,
            language=user.language if user else get_language() or "ro",
            context=details,
            dedupe_key=f"{kind}:{uuid.uuid4()}",  # each code is another message
        )

    def generate_login_code(self) -> str:
        """The account's open code; see `accounts.mailed_codes`."""
        return self._open_code(SIGN_IN)

    def generate_password_reset_code(self) -> str:
        """The account's open code before a new password."""
        return self._open_code(RESET)

    def _open_code(self, flow: str) -> str:
        email = asked_for(self.request)
        length = mailed_codes.length_for(email)
        fresh = f"{secrets.randbelow(10**length):0{length}d}"
        return mailed_codes.code_for(email, flow, fresh=fresh).code

    def clean_email(self, email: str) -> str:
        """An address for a new account, a change or a reset. Raises ValidationError for one of another alphabet."""
        check_mailbox(email)
        return email

    def get_client_ip(self, request: HttpRequest) -> str:
        """The same address that the rest of the product counts by; an odd header shuts nobody out."""
        return client_address(request)

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """Fill in what nobody was asked: language of the page, a handle; passwords come later or never."""
        email = form.cleaned_data["email"]
        actions.fill_new_user(user=user, email=email, language=get_language() or "ro", save=commit)
        return user

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count wrong passwords by account and address together, and widely by account.

        A stranger elsewhere, or a neighbour at the same counter, locks no one out; guessing is still bounded.
        Raises ValidationError when one is used up.
        """
        login = str(credentials.get("email", "")).lower()
        usages = []
        for action, key in (
            ("login_failed", f"{login}|{household_of(self.get_client_ip(request))}"),
            ("login_failed_anywhere", login),
        ):
            usage = ratelimit.consume(request, app="allauth.account", action=action, key=key)
            if not usage:
                raise self.validation_error("too_many_login_attempts")
            usages.append(usage)
        self._login_failed_usages = usages

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Who it is; one whose password found no turn to be compared has tried nothing. Raises BusyError."""
        try:
            return super().authenticate(request, **credentials)
        except BusyError:
            self._rollback_login_failed_rl_usage()
            raise

    def _rollback_login_failed_rl_usage(self) -> None:
        for usage in getattr(self, "_login_failed_usages", ()):
            usage.rollback()

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """To the person's own page."""
        return reverse("accounts:my_account")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to the overview."""
        return reverse("accounts:my_account")


def goes_to(request: HttpRequest, email: str) -> None:
    """Note for what address a form has asked for a code in this request."""
    request._code_goes_to = email  # type: ignore[attr-defined]  # read below


def asked_for(request: HttpRequest) -> str:
    """The address for which a code is asked or typed; empty when there is none.

    As a form has read it, or a session keeps it: whatever else is posted would bring the code of another account.
    """
    return str(getattr(request, "_code_goes_to", "") or asking(request).get("email") or "")


def asking(request: HttpRequest) -> dict[str, Any]:
    """What a session keeps of the code that was asked for: for whom (`email`), when (`at`, Unix time); else empty."""
    stage = getattr(request, "_login_stage", None)
    if stage and stage.state.get("email"):
        return cast("dict[str, Any]", stage.state)
    return request.session.get(PASSWORD_RESET_VERIFICATION_SESSION_KEY) or {}


def tell_of_guesses(email: str) -> None:
    """Tell an account's owner that somebody guesses at its codes; nothing for an address without an account."""
    user = User.objects.alive().filter(email=email.lower()).first()
    if user is not None:
        tell(
            kind="accounts.security_notice",
            user=user,
            context={"what": "many_wrong_codes", "at": timezone.now().isoformat(), "device": ""},
            dedupe_key=f"accounts.many_wrong_codes:{user.pk}:{timezone.localdate()}",
        )


def _minutes_left(flow: str, email: str, context: dict[str, Any]) -> int:
    if flow not in (SIGN_IN, RESET):
        return CODE_MINUTES
    return mailed_codes.code_for(email, flow, fresh=context["code"]).minutes_left


def _notice(template_prefix: str, details: dict[str, Any]) -> dict[str, Any]:
    at: dt.datetime = details["timestamp"]
    return {
        "what": template_prefix.rsplit("/", 1)[-1],
        "at": at.isoformat(),
        "device": devices.in_words(str(details.get("user_agent", ""))),
    }


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # untyped
    """Second factors: seeds and recovery codes are encrypted at rest; staff may not go without."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This code is not correct. Wait for the next one and type it straight away."),
    }

    def encrypt(self, text: str) -> str:
        """Encrypt a seed."""
        return factors.seal_seed(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Read a seed back. Raises accounts.factors.LostSeedError when no key opens it."""
        return factors.open_seed(encrypted_text)

    def generate_authenticator_name(self, user: User, type: str) -> str:  # noqa: A002  # the library's name
        """What a new passkey is called until its owner says otherwise: the device that it is on."""
        return devices.in_words(self.request.META.get("HTTP_USER_AGENT", "")) or gettext("Passkey")

    def get_totp_label(self, user: User) -> str:
        """What the authenticator app shows; the handle, for others may look at the screen."""
        return user.handle

    def get_public_key_credential_user_entity(self, user: User) -> dict[str, Any]:
        """What the device shows and keeps with a passkey."""
        entity: dict[str, Any] = super().get_public_key_credential_user_entity(user)
        return entity | {"name": user.handle, "display_name": user.handle}


class OutsideAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # untyped
    """Accounts made by way of a provider from outside: its name for the person is not kept."""

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> User:
        """Take the address alone."""
        user = cast("User", sociallogin.user)
        email = str(data.get("email") or "").lower()
        actions.fill_new_user(user=user, email=email, language=get_language() or "ro", save=False)
        return user
