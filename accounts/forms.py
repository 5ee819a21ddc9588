"""What people type about their accounts."""

from __future__ import annotations

import uuid
from typing import Any

from allauth.account.forms import (
    LoginForm,
    RequestLoginCodeForm,
    ResetPasswordForm,
    SignupForm,
)
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from babel import Locale
from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts import factors, handles, mailed_codes, phones
from accounts.adapter import goes_to
from accounts.models import User
from common import work
from common.client_address import client_address
from common.counting import DAY, is_over
from common.lanes import BusyError
from common.middleware import come_back
from common.text import fold, sort_key
from common.typed import OTHER_ROMANIAN, check_mailbox, typed_code
from common.zones import city_of, zones_by_country

HANDLE_FORM = _(
    "Use 3 to 24 letters of one alphabet, the Romanian or the Russian one, digits, and . _ - ; begin with a letter."
)
ENOUGH_MAILS = _(
    "Many codes were sent to this address. The newest one is still valid: use it, or your password or passkey. To go on, press the button again; your device then does a small calculation, for which it needs JavaScript."
)
TOO_MANY_AT_ONCE = _("Many people are signing in at this moment. Please try again in a few seconds.")
MANY_SIGN_UPS = _("Many accounts were made from your network today. Try again tomorrow, or call us.")
SIGN_UPS_A_DAY = 60  # from one address
HANDLE_TAKEN = _("This name is taken, or one that looks like it. Choose another one.")


class SignUpForm(SignupForm):  # type: ignore[misc]  # untyped
    """Making an account: the e-mail alone; everything else can wait."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("Your e-mail")
        self.fields["email"].widget.attrs["placeholder"] = ""

    def clean(self) -> Any:
        """What was typed. Raises ValidationError when many came from one network, for each may write a mail to anybody."""
        address = client_address(context.request)
        if self.cleaned_data.get("email") and is_over("sign-ups", address, most=SIGN_UPS_A_DAY, seconds=DAY):
            raise ValidationError(MANY_SIGN_UPS, code="network")
        return super().clean()

    def try_save(self, request: HttpRequest) -> Any:
        """The new account. Somebody faster under this address means what an account there always means: the same page."""
        if self.account_already_exists:
            self._make_and_take_back(request)
        try:
            with transaction.atomic():
                return super().try_save(request)
        except IntegrityError:
            self.validate_unique_email(self.cleaned_data["email"])
            return super().try_save(request)

    def _make_and_take_back(self, request: HttpRequest) -> None:
        """An account that never was: else the quicker answer tells that there is one under the address."""
        typed = self.cleaned_data["email"]
        self.account_already_exists, self.cleaned_data["email"] = False, f"{uuid.uuid4().hex}@nobody.invalid"
        try:
            with transaction.atomic():
                self.save(request)
                transaction.set_rollback(True)
        finally:
            self.account_already_exists, self.cleaned_data["email"] = True, typed


class Worked:
    """A form that may ask for work of the device; `challenge` is the riddle that its page hands out, or empty."""

    data: dict[str, Any]
    challenge = ""

    def ask_for_work(self, why: Promise) -> None:
        """Go on if the device has worked. Raises ValidationError otherwise, with the riddle for the next try."""
        if not work.is_worked(str(self.data.get("proof", ""))):
            self.challenge = work.challenge()
            raise ValidationError(str(why), code="work")

    def check_mails(self, email: str) -> None:
        """The code is for this address. Raises ValidationError when so many went there that only work lets one go on."""
        goes_to(context.request, email)
        if email and mailed_codes.is_used_up(email):
            self.ask_for_work(ENOUGH_MAILS)


class SignInForm(Worked, LoginForm):  # type: ignore[misc]  # untyped
    """One form for both ways: with a password it signs in by that, without one a code is sent."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("Your e-mail")
        self.fields["login"].validators.append(check_mailbox)
        self.fields["login"].widget.attrs |= {"placeholder": "", "autocomplete": "username webauthn"}
        self.fields["password"].label = _("Your password")
        self.fields["password"].widget.attrs["placeholder"] = ""

    def _setup_password_field(self) -> None:
        self.fields["password"].required = False
        self.fields["password"].help_text = ""

    def clean(self) -> Any:
        """What was typed. Raises ValidationError."""
        if not self.cleaned_data.get("password"):
            self.check_mails(self.cleaned_data.get("login", ""))
        try:
            return super().clean()
        except BusyError:
            come_back(context.request)
            raise ValidationError(str(TOO_MANY_AT_ONCE)) from None


class CodeRequestForm(Worked, RequestLoginCodeForm):  # type: ignore[misc]  # untyped
    """Asking for a code to sign in by."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].validators.append(check_mailbox)

    def clean(self) -> Any:
        """What was typed. Raises ValidationError."""
        self.check_mails(self.cleaned_data.get("email", ""))
        return super().clean()


class ResetRequestForm(Worked, ResetPasswordForm):  # type: ignore[misc]  # untyped
    """Asking for a code before a new password."""

    def clean(self) -> Any:
        """What was typed. Raises ValidationError."""
        self.check_mails(self.cleaned_data.get("email", ""))
        return super().clean()


class FactorCode:
    """What the forms for a second factor's code share."""

    fields: dict[str, forms.Field]
    cleaned_data: dict[str, Any]
    user: User

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _as_code(self.fields["code"])

    def clean_code(self) -> str:
        """The code, if a factor fits. Raises ValidationError, also when a seed can no longer be opened."""
        self.cleaned_data["code"] = typed_code(self.cleaned_data["code"])
        try:
            return str(super().clean_code())  # type: ignore[misc]  # django-allauth's
        except factors.LostSeedError:
            self.authenticator = factors.factor_that_fits(self.user, self.cleaned_data["code"])
            return str(self.cleaned_data["code"])


class FactorCodeForm(FactorCode, AuthenticateForm):  # type: ignore[misc]  # untyped
    """A code of the authenticator app, or a recovery code, on the way in."""


class FactorCodeAgainForm(FactorCode, ReauthenticateForm):  # type: ignore[misc]  # untyped
    """The same, before something important."""


class AppForm(ActivateTOTPForm):  # type: ignore[misc]  # untyped
    """The first code of a new authenticator app."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _as_code(self.fields["code"])

    def clean_code(self) -> str:
        """The code, its digits made plain first. Raises ValidationError."""
        self.cleaned_data["code"] = typed_code(self.cleaned_data["code"])
        return str(super().clean_code())


class PasskeyForm(AddWebAuthnForm):  # type: ignore[misc]  # untyped
    """A new passkey; it opens the account by itself unless its owner says otherwise."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("What you call this device")
        passwordless = self.fields["passwordless"]
        passwordless.initial = True
        passwordless.label = _("I want to sign in with it alone, without a code")
        passwordless.help_text = ""


def _as_code(field: forms.Field) -> None:
    field.label = _("Code")
    field.widget.attrs |= {"inputmode": "text", "autocomplete": "one-time-code", "placeholder": ""}


def country_choices() -> list[tuple[str, str]]:
    """Every country in the language in force, in the order of its alphabet; code to name."""
    names: dict[str, str] = dict(Locale.parse(get_language() or "ro").territories)
    codes = [
        (code, name)
        for code, name in names.items()
        if len(code) == 2 and code.isalpha() and code not in NO_COUNTRY
    ]
    return sorted(codes, key=lambda pair: sort_key(pair[1]))


NO_COUNTRY = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"})  # CLDR's unions and test regions


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """What others see, and what helps to show the right things first."""

    class Meta:
        model = User
        fields = ("handle", "legal_name", "language", "time_zone", "country", "phase")
        labels = {
            "handle": _("Name that others see"),
            "legal_name": _("Your real name"),
            "language": _("Language of our messages"),
            "time_zone": _("Time zone"),
            "country": _("Country where you live now"),
            "phase": _("Your stage"),
        }
        help_texts = {
            "handle": HANDLE_FORM,
            "legal_name": _("Optional. It is never shown next to the name above."),
            "time_zone": _("So that messages arrive at a convenient time."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        nothing = [("", _("I would rather not say"))]
        self.fields["country"] = forms.ChoiceField(
            label=self.fields["country"].label, choices=[*nothing, *country_choices()], required=False
        )
        self.fields["phase"] = forms.ChoiceField(
            label=self.fields["phase"].label, choices=[*nothing, *User.Phase.choices], required=False
        )
        self.fields["time_zone"] = forms.ChoiceField(
            label=self.fields["time_zone"].label,
            help_text=self.fields["time_zone"].help_text,
            choices=self._zones(),
        )
        self.fields["legal_name"].widget.attrs["autocomplete"] = "name"
        self.fields["handle"].widget.attrs |= {
            "autocomplete": "nickname",
            "autocapitalize": "off",
            "spellcheck": "false",
        }

    def _zones(self) -> list[tuple[str, Any]]:
        """By country, the person's own first; an older name of a zone stands above, for it is theirs."""
        groups: list[tuple[str, Any]] = list(zones_by_country(self.instance.country))
        own = self.instance.time_zone
        is_listed = any(own == key for _country, zones in groups for key, _city in zones)
        return groups if is_listed else [(own, city_of(own)), *groups]

    def clean_handle(self) -> str:
        """A handle of the right form that no one else's looks like. Raises ValidationError."""
        handle = str(self.cleaned_data["handle"]).strip().translate(OTHER_ROMANIAN)
        if handle == self.initial.get("handle"):
            return handle
        if not handles.has_form(handle):
            raise ValidationError(HANDLE_FORM, code="form")
        folded = fold(handle).replace(".", "").replace("_", "").replace("-", "")
        taken = User.objects.looking_like(handle).exclude(pk=self.instance.pk).exists()
        if taken or folded in handles.RESERVED:
            raise ValidationError(HANDLE_TAKEN, code="taken")
        return handle


class PhoneForm(forms.Form):
    """A number for SMS."""

    phone = forms.CharField(
        label=_("Mobile number"),
        max_length=40,
        help_text=_("With the country code, for example +373 60 123 456."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    consent = forms.BooleanField(
        label=_(
            "I agree that NEXUS sends me SMS about what I choose under “Messages”. I can take this back at any time."
        ),
        error_messages={"required": _("Without your agreement we may not send SMS.")},
    )

    def __init__(self, *args: Any, country: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country = country

    def clean_phone(self) -> str:
        """The number in E.164. Raises ValidationError for what is no mobile number."""
        try:
            number = phones.to_e164(self.cleaned_data["phone"], country=self.country)
        except ValueError:
            raise ValidationError(
                _("This is not a telephone number. Write it with the country code."), code="form"
            ) from None
        if not phones.can_get_sms(number):
            raise ValidationError(
                _("This number cannot receive SMS. Write a mobile number."), code="not_mobile"
            )
        if not phones.is_served(number):
            raise ValidationError(
                _("We send no SMS to this country. Write a number of another one, or use e-mail."),
                code="country",
            )
        return number


class CodeForm(forms.Form):
    """Eight digits from a message."""

    code = forms.CharField(
        label=_("Code from the message"),
        max_length=20,
        help_text=_("Eight digits. The code is valid for 10 minutes."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


class EraseForm(CodeForm):
    """The last word before an account is erased."""

    understood = forms.BooleanField(
        label=_("I understand that this cannot be undone."),
        error_messages={"required": _("Tick the box if you want to go on.")},
    )
