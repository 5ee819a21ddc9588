"""Typing a code that came by mail: when a guess is compared, and what is said when it is not."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import (
    ConfirmEmailVerificationCodeForm,
    ConfirmLoginCodeForm,
    ConfirmPasswordResetCodeForm,
)
from allauth.core import context
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import mailed_codes
from accounts.adapter import asked_for, asking, tell_of_guesses
from accounts.forms import Worked
from common import work
from common.typed import typed_code

MANY_GUESSES = _(
    "Too many wrong codes. Press the button again; your device then does a small calculation, for which it needs JavaScript."
)
SHUT = _(
    "Too many wrong codes came from your network. For up to an hour we check no codes from here. Sign in with your password or passkey, use another connection, or come back later."
)
LONGER = _(
    "Many wrong codes were typed for this address. To keep the account safe, codes for it are now longer: ask for a new one."
)


class MailedCode(Worked):
    """What the forms for a mailed code share; above django-allauth's form, which compares."""

    fields: dict[str, forms.Field]
    cleaned_data: dict[str, Any]
    expected_code: str
    can_be_longer = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["code"]
        field.label = _("Code from the message")
        field.help_text = _("All digits of the newest message. It says how long the code is valid.")
        field.widget.attrs |= {"inputmode": "numeric", "autocomplete": "one-time-code", "placeholder": ""}
        email = asked_for(context.request)
        self.is_used_up = bool(email) and mailed_codes.is_used_up(email)
        self.shut = SHUT if mailed_codes.is_shut(context.request) else ""
        if not self.shut and mailed_codes.needs_work(context.request):
            self.challenge = work.challenge()

    def clean_code(self) -> str:
        """The code, its digits made plain first. Raises ValidationError; guesses are counted over all accounts."""
        request, email = context.request, asked_for(context.request)
        self._check_that_it_is_looked_at(request, email)
        self.cleaned_data["code"] = typed_code(self.cleaned_data["code"])
        try:
            return str(super().clean_code())  # type: ignore[misc]  # django-allauth's
        except ValidationError:
            if mailed_codes.note_wrong(request, email):
                tell_of_guesses(email)
            raise

    def _check_that_it_is_looked_at(self, request: HttpRequest, email: str) -> None:
        """Raises ValidationError for a guess that is not compared, right or wrong."""
        if mailed_codes.is_shut(request):
            raise ValidationError(SHUT, code="shut")
        if self.can_be_longer and mailed_codes.is_too_short(
            email, self.expected_code, asked_at=asking(request).get("at", 0)
        ):
            raise ValidationError(LONGER, code="longer")
        if mailed_codes.needs_work(request):
            self.ask_for_work(MANY_GUESSES)


class SignInCodeForm(MailedCode, ConfirmLoginCodeForm):  # type: ignore[misc]  # untyped
    """The code that came by mail, on the way in."""


class EmailCodeForm(MailedCode, ConfirmEmailVerificationCodeForm):  # type: ignore[misc]  # untyped
    """The code that shows that an address is the person's; each browser has one of its own, for three tries."""

    can_be_longer = False


class ResetCodeForm(MailedCode, ConfirmPasswordResetCodeForm):  # type: ignore[misc]  # untyped
    """The code before a new password."""
