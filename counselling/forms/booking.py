"""What a visitor says when booking: who comes, how to reach them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.phones import shown, to_e164
from common.forms import TextArea
from common.typed import check_mailbox, lines, one_line
from counselling.actions import Client
from counselling.forms.safety import SAFETY_FIELDS, SafetyForm
from counselling.identity import clean_reference
from counselling.models import Appointment, Mode, SafeContact
from counselling.reaching import has_way
from counselling.safety import Safety
from notifications.outlook import sms_problem

NAME_LENGTH, NOTE_LENGTH = 80, 500
NUMBER_NEEDED = _("Tell us the number on which we may call you.")
# In a talk by telephone we do call: at its time, and at no other.
CALL_AT_ITS_TIME = _("Only a neutral SMS, please call only at the time of the talk")


def read_contact(text: str) -> tuple[str, str]:
    """An e-mail and a number in E.164, one of them empty. Raises ValidationError for what is neither."""
    text = one_line(text)
    if "@" in text:
        try:
            validate_email(text)
        except ValidationError as error:
            raise ValidationError(
                _("This e-mail address is not complete. Example: nina@example.com")
            ) from error
        check_mailbox(text)
        return text.lower(), ""
    try:
        return "", to_e164(text)
    except ValueError as error:
        raise ValidationError(
            _(
                "This is neither an e-mail address nor a telephone number. Abroad, begin with + and the country."
            )
        ) from error


def read_number(text: str) -> str:
    """A number in E.164. Raises ValidationError, which speaks of numbers alone: nothing else was asked for."""
    try:
        return to_e164(one_line(text))
    except ValueError as error:
        raise ValidationError(
            NUMBER_NEEDED
            if "@" in text
            else _("This is not a telephone number. Abroad, begin with + and the country.")
        ) from error


class TrapInput(forms.TextInput):
    """A field that people do not see; what a machine wrote into it is not given back."""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Always empty."""
        return super().get_context(name, None, attrs)


class ClientForm(SafetyForm):
    """Name or alias, one way to reach the person (or none), a note, consent to messages; whether that is safe, if asked.

    For a member without the contact: messages go to the account. `nx_blank` is a trap for machines: people do not see it,
    and no browser or keeper of passwords knows such a name, so that none fills it in.
    """

    must_write = False  # whether it makes sense without messages

    name = forms.CharField(
        label=_("Your name, or what we should call you"),
        max_length=NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "name", "maxlength": NAME_LENGTH}),
        error_messages={"required": _("Tell us what to call you. It does not have to be your real name.")},
    )
    contact = forms.CharField(
        label=_("E-mail or telephone (one is enough)"),
        help_text=_("You may leave it empty: then write down the reference that you will see next."),
        required=False,
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "email", "inputmode": "email"}),
    )
    note = forms.CharField(
        label=_("Anything we should know beforehand? (optional)"),
        help_text=_("For example: you come with a child, or you need a place without stairs."),
        required=False,
        max_length=NOTE_LENGTH,
        widget=TextArea(attrs={"rows": 3, "maxlength": NOTE_LENGTH}),
    )
    wants_messages = forms.BooleanField(
        label=_("Write to me about this appointment: confirmation, changes, reminders."), required=False
    )
    nx_blank = forms.CharField(
        required=False, widget=TrapInput(attrs={"tabindex": "-1", "autocomplete": "off"})
    )
    proof = forms.CharField(required=False, widget=forms.HiddenInput)
    field_order = ["name", "contact", *SAFETY_FIELDS, "note"]

    def __init__(
        self,
        *args: Any,
        member: User | None,
        site_language: str,
        zone: str,
        mode: str = Mode.IN_PERSON,
        is_sensitive: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.member, self.site_language, self.zone, self.mode = member, site_language, zone, mode
        self.is_sensitive = is_sensitive
        if not is_sensitive:
            for name in SAFETY_FIELDS:
                del self.fields[name]
        if mode != Mode.IN_PERSON:  # nobody comes, so nobody comes with a child
            self.fields["note"].help_text = _(
                "For example: what has happened, or what you would like to ask."
            )
            self._must_be_reached()
        if mode == Mode.PHONE:
            self._ask_for_number()
        elif mode == Mode.VIDEO:
            self.fields["contact"].required = True
            self.fields["contact"].help_text = _("So that we can reach you if the video talk fails.")
        if member is not None:
            del self.fields["wants_messages"]
            if mode != Mode.PHONE:
                del self.fields["contact"]
        if is_sensitive:
            for field in self.fields.values():
                field.widget.attrs["autocomplete"] = "off"

    def _must_be_reached(self) -> None:
        """Whoever may not be reached comes to a counter; there is nothing to choose where nobody asks."""
        answer: Any = self.fields.get("safe_contact")
        if answer is not None:
            answer.choices = [choice for choice in answer.choices if choice[0] != SafeContact.NO]

    def _ask_for_number(self) -> None:
        field = self.fields["contact"]
        field.label, field.help_text = (
            _("Telephone"),
            _("We call you there. Abroad, begin with + and the country."),
        )
        field.required, field.error_messages["required"] = True, NUMBER_NEEDED
        if "safe_contact" in self.fields:
            answer: Any = self.fields["safe_contact"]
            answer.choices = [
                (SafeContact.SMS, CALL_AT_ITS_TIME) if choice[0] == SafeContact.SMS else choice
                for choice in answer.choices
            ]
        field.widget.attrs |= {"autocomplete": "tel", "inputmode": "tel"}
        if self.member is not None and self.member.phone:
            self.initial.setdefault("contact", self.member.phone)

    def clean_name(self) -> str:
        """Visible signs on one line."""
        name = one_line(self.cleaned_data["name"])
        if not name:
            raise ValidationError(self.fields["name"].error_messages["required"], code="required")
        return name

    def clean_contact(self) -> tuple[str, str]:
        """E-mail and number, one of them or both empty; a number where somebody will call."""
        text = self.cleaned_data["contact"]
        if self.mode == Mode.PHONE:
            return "", read_number(text)
        return read_contact(text) if one_line(text) else ("", "")

    def clean_note(self) -> str:
        """Visible signs."""
        return lines(self.cleaned_data["note"])

    def clean_nx_blank(self) -> str:
        """Nothing. Raises ValidationError, once: the field comes back empty."""
        if self.cleaned_data["nx_blank"]:
            raise ValidationError(
                _(
                    "A field that people do not see was filled in, perhaps by your browser. It is empty again: "
                    "please press the button once more."
                )
            )
        return ""

    def clean(self) -> dict[str, Any]:
        """What is safe must also be possible. Raises nothing; errors stand at their fields."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        safe = data.get("safe_contact")
        if safe == SafeContact.SMS and not self._has_number():
            name = "contact" if "contact" in self.fields else "safe_contact"
            self.add_error(name, _("For an SMS we need a telephone number."))
        self._check_sms(data)
        return data

    def _check_sms(self, data: dict[str, Any]) -> None:
        """Messages go where they can come; in a talk by telephone the number is for the talk."""
        _email, phone = data.get("contact") or ("", "")
        is_called = self.mode == Mode.PHONE and not self.must_write
        writes = phone and not is_called and data.get("wants_messages")
        if writes and (problem := sms_problem(phone, is_needed=self.must_write)):
            self.add_error("contact", problem)

    def _has_number(self) -> bool:
        """Whether an SMS can go somewhere; what is wrong with the contact is told already."""
        if self.has_error("contact"):
            return True
        _email, phone = self.cleaned_data.get("contact") or ("", "")
        return bool(phone or (self.member is not None and self.member.phone_verified_at))

    def client(self) -> Client:
        """Who comes."""
        email, phone = self.cleaned_data.get("contact") or ("", "")
        return Client(
            name=self.cleaned_data["name"],
            email=email,
            phone=phone,
            member=self.member,
            note=self.cleaned_data["note"],
            safety=self.safety(),
            wants_messages=bool(self.cleaned_data.get("wants_messages")),
            site_language=self.site_language,
            zone=self.zone,
        )


class FindForm(forms.Form):
    """The reference of a booking and whatever was left with it: e-mail, telephone, or the name alone."""

    reference = forms.CharField(
        label=_("Reference"),
        help_text=_("Eight letters and digits, for example K7M2PX4D."),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    contact = forms.CharField(
        label=_("The e-mail or telephone that you gave"),
        help_text=_(
            "If you gave none, leave this empty: in the browser in which you booked, the reference is enough."
        ),
        max_length=254,
        required=False,
    )

    def clean_reference(self) -> str:
        """As it is kept."""
        return clean_reference(self.cleaned_data["reference"])

    def address(self) -> tuple[str, str]:
        """E-mail and number of what was typed; both empty when it is neither."""
        try:
            return read_contact(self.cleaned_data["contact"])
        except ValidationError:
            return "", ""


class WaitingForm(ClientForm):
    """A wish for the waiting list: on which days, until when, and how to reach the person, which is needed here."""

    weekdays = forms.TypedMultipleChoiceField(
        label=_("Days that suit you"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    until_on = forms.DateField(
        label=_("Not later than"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    must_write = True
    field_order = ["weekdays", "until_on", "name", "contact", *SAFETY_FIELDS]

    def __init__(
        self,
        *args: Any,
        weekday_choices: list[tuple[int, str]],
        latest: tuple[dt.date, dt.date],
        own: Appointment | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["note"]
        self.fields["weekdays"].choices = weekday_choices  # type: ignore[attr-defined]
        self.latest = latest
        self.own = own if own is not None and own.recipient is not None and has_way(own, self.mode) else None
        if self.own is not None:  # who it is and how to reach them is known already
            for name in ("name", "contact", "wants_messages", *SAFETY_FIELDS):
                self.fields.pop(name, None)
            return
        if self.is_sensitive:  # whom nobody may write to cannot wait for a message
            self._must_be_reached()
        if self.member is None:
            self.fields["contact"].required = True
            self.fields["contact"].help_text = _(
                "We write here as soon as a place is free. You then have two hours."
            )
            self.fields["wants_messages"].required = True
            self.fields["wants_messages"].label = _("Write to me about a place that becomes free.")
            self.fields["wants_messages"].error_messages = {
                "required": _("Without this we cannot tell you of a free place.")
            }

    def clean_until_on(self) -> dt.date:
        """From today to the end of what may be booked."""
        day: dt.date = self.cleaned_data["until_on"]
        first, last = self.latest
        if not first <= day <= last:
            raise ValidationError(_("Choose a day between today and the last that can be booked."))
        return day

    def client(self) -> Client:
        """Who waits."""
        if self.own is None:
            self.cleaned_data.setdefault("note", "")
            return super().client()
        contact = self.own.contact
        return Client(
            name=self.own.name,
            email=contact.email if contact else "",
            phone=contact.phone if contact else "",
            member=self.own.member,
            safety=Safety.of(self.own),
            wants_messages=True,
            site_language=self.site_language,
            zone=self.zone,
        )


def contact_shown(email: str, phone: str) -> str:
    """A contact as people read it."""
    return email or (shown(phone) if phone else "")
