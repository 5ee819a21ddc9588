"""Forms of the administration of people: each deed asks for its reason."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.widgets import (
    UnfoldAdminSelectMultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from accounts import scopes
from accounts.actions.roles import check_scopes
from accounts.models import AuditEntry, Role, RoleGrant, RoleInvitation, ScopeKind, User
from common.forms import OneLine
from common.typed import check_mailbox


class Reason(OneLine):
    """Why; kept in the log, which must say what was meant."""

    def __init__(self, *, required: bool = True) -> None:
        super().__init__(
            label=_("Why"),
            required=required,
            max_length=200,
            help_text=_("Kept in the log permanently."),
            widget=UnfoldAdminTextInputWidget,
        )


class PersonForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """One deed upon an account."""

    deed = forms.ChoiceField(
        label=pgettext_lazy("a choice of the administration", "What to do"),
        required=False,
        widget=UnfoldAdminSelectWidget,
        choices=[
            ("", _("nothing")),
            (AuditEntry.Deed.ACCOUNT_SHUT, _("close the account")),
            (AuditEntry.Deed.ACCOUNT_OPENED, _("reopen the account")),
            (
                AuditEntry.Deed.SECOND_FACTOR_RESET,
                _("reset the second factor (device and codes were lost)"),
            ),
        ],
    )
    reason = Reason(required=False)

    class Meta:
        model = User
        fields = ()

    def clean(self) -> dict[str, Any]:
        """A deed needs its reason; an erased account stays shut. Raises ValidationError."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("deed") and not data.get("reason"):
            self.add_error("reason", _("Say why."))
        if data.get("deed") == AuditEntry.Deed.ACCOUNT_OPENED and self.instance.erased_at:
            self.add_error("deed", _("This account was erased; it cannot be opened again."))
        return data


def _keys(kind: ScopeKind) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=kind.label, required=False, widget=UnfoldAdminSelectMultipleWidget)


class ScopedForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """A box of keys for each kind to which a role may be bound."""

    to_shopfront = _keys(ScopeKind.SHOPFRONT)
    to_language = _keys(ScopeKind.LANGUAGE)
    to_board = _keys(ScopeKind.BOARD)
    to_provider = _keys(ScopeKind.PROVIDER)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = getattr(self.instance, "scopes", None) or {}
        for kind in ScopeKind:
            field = cast("forms.MultipleChoiceField", self.fields[f"to_{kind.value}"])
            field.choices = scopes.choices_of(kind)
            field.initial = held.get(kind.value, [])

    def scopes(self) -> dict[str, list[str]]:
        """Kinds to keys, without empty ones."""
        chosen = {kind.value: self.cleaned_data.get(f"to_{kind.value}") or [] for kind in ScopeKind}
        return {kind: keys for kind, keys in chosen.items() if keys}

    def check(self, role: str) -> None:
        """Put what is wrong with the binding at the top of the form."""
        try:
            check_scopes(Role(role), self.scopes())
        except ValidationError as error:
            self.add_error(None, error)


class GrantForm(ScopedForm):
    """Bind a role anew or take it away."""

    remove = forms.BooleanField(label=_("Take this role away"), required=False, widget=UnfoldBooleanWidget)
    reason = Reason()

    class Meta:
        model = RoleGrant
        fields = ()

    def clean(self) -> dict[str, Any]:
        """A role that stays must be bound rightly."""
        data: dict[str, Any] = super().clean() or {}
        if not data.get("remove"):
            self.check(self.instance.role)
        return data


class InvitationForm(ScopedForm):
    """Offer a role to an address."""

    role = forms.ChoiceField(
        label=_("role"),
        choices=[(role.value, role.label) for role in Role if role != Role.MEMBER],
        widget=UnfoldAdminSelectWidget,
    )
    language = forms.ChoiceField(
        label=_("Language of the message"), choices=settings.LANGUAGES, widget=UnfoldAdminSelectWidget
    )
    reason = Reason()

    class Meta:
        model = RoleInvitation
        fields = ("email",)
        widgets = {"email": UnfoldAdminTextInputWidget}

    def clean_email(self) -> str:
        """An address to which a mail can go. Raises ValidationError."""
        check_mailbox(self.cleaned_data["email"])
        return str(self.cleaned_data["email"])

    def clean(self) -> dict[str, Any]:
        """The role must be bound rightly."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("role"):
            self.check(data["role"])
        return data
