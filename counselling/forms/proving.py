"""What is typed where a contact is proved: an address, then the code that came to it."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from counselling.forms.booking import read_contact

CODE_LENGTH = 20  # with the spaces that people type


class AddressForm(forms.Form):
    """Where a code can be sent: an e-mail or a mobile number."""

    contact = forms.CharField(
        label=_("E-mail or mobile number"),
        help_text=_("We send a code of eight digits there. Abroad, begin the number with + and the country."),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "email", "inputmode": "email"}),
        error_messages={"required": _("Tell us where we may send the code.")},
    )

    def clean_contact(self) -> tuple[str, str]:
        """E-mail and number (E.164), one of them empty."""
        return read_contact(self.cleaned_data["contact"])


class CodeForm(forms.Form):
    """The code from the message."""

    code = forms.CharField(
        label=_("Code from the message"),
        max_length=CODE_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "size": 8}),
        error_messages={"required": _("Type the eight digits from the message.")},
    )
