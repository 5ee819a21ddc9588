"""Asking someone who may be in danger how they may be reached."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.typed import lines, one_line
from counselling.models import SafeContact
from counselling.safety import Safety

SAY_LENGTH, HOUR_LENGTH = 200, 80


class SafetyForm(forms.Form):
    """The three questions; forms about people have them beside their own."""

    safe_contact = forms.ChoiceField(
        label=_("Is it safe for us to write to you and to call you?"),
        choices=[
            (SafeContact.YES, _("Yes, you may write and call")),
            (SafeContact.SMS, _("Only a neutral SMS, please do not call")),
            (SafeContact.NO, _("No, I will come back myself")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what is safe for you.")},
    )
    if_another_answers = forms.CharField(
        label=_("What should we say if somebody else answers? (optional)"),
        help_text=_("For example: that we have dialled a wrong number."),
        required=False,
        max_length=SAY_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off", "maxlength": SAY_LENGTH}),
    )
    best_hour = forms.CharField(
        label=_("When can you talk best? (optional)"),
        help_text=_("For example: on working days from 9 to 11."),
        required=False,
        max_length=HOUR_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off", "maxlength": HOUR_LENGTH}),
    )

    def safety(self) -> Safety:
        """The answers of a valid form; of one that does not ask, that nobody asked."""
        data: dict[str, Any] = self.cleaned_data
        return Safety(
            contact=data.get("safe_contact", ""),
            if_another=lines(data.get("if_another_answers", "")),
            best_hour=one_line(data.get("best_hour", "")),
        )


SAFETY_FIELDS = tuple(SafetyForm.base_fields)
