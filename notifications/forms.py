"""What people choose about their messages."""

from __future__ import annotations

import datetime as dt
import re
from base64 import urlsafe_b64decode
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Consent, User
from common.message_kinds import Category, Channel
from notifications.models import Preference, Schedule
from notifications.preferences import FIXED, can_choose, frequency

KEY = re.compile(r"^[A-Za-z0-9_-]+={0,2}$")
# A name of the public net: its last part has letters alone, so no way of writing a number is one.
PUBLIC_HOST = re.compile(r"^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}\Z")
PRIVATE_ENDS = (".local", ".localhost", ".internal", ".lan", ".home.arpa", ".test", ".invalid", ".onion")
NO_END = dt.datetime(2999, 12, 31, tzinfo=dt.UTC)  # of a pause that its owner ends
WEEKDAYS = [
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
]


class PlaceForm(forms.Form):
    """Where in the list of messages a person is; what cannot be read counts as not said."""

    category = forms.ChoiceField(choices=Category.choices, required=False)
    page = forms.IntegerField(min_value=1, max_value=100_000, required=False)

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data)
        self.full_clean()
        self.about: str = self.cleaned_data.get("category") or ""
        self.number: int = self.cleaned_data.get("page") or 1

    def query(self) -> str:
        """The place as the query of an address; empty for the beginning."""
        said = {"category": self.about, "page": self.number if self.number > 1 else ""}
        query = urlencode({name: value for name, value in said.items() if value})
        return f"?{query}" if query else ""


class PreferencesForm(forms.Form):
    """The matrix category x channel; a field is called `community-email` and so on.

    It has the channels that are set up and lead to the person; what was said of others stays as it was.
    """

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        said = Preference.objects.filter(user=user).values_list("category", "channel", "frequency")
        self.wishes = {(category, channel): wish for category, channel, wish in said}
        self.categories = [category for category in Category if category != Category.WORK or user.is_office]
        self.has_sms = bool(settings.SMS_GATEWAY_URL)
        self.needs_phone = self.has_sms and not (user.phone and user.phone_verified_at and _agreed(user))
        absent = {
            Channel.SMS: not self.has_sms or self.needs_phone,
            Channel.PUSH: not settings.VAPID_PUBLIC_KEY,
        }
        self.channels = [channel for channel in Channel if not absent.get(channel)]
        for category in self.categories:
            for channel in self.channels:
                if (category, channel) not in FIXED:
                    self.fields[f"{category}-{channel}"] = self._field(category, channel)

    def _field(self, category: Category, channel: Channel) -> forms.ChoiceField:
        choices = [(choice.value, choice.label) for choice in can_choose(category, channel)]
        return forms.ChoiceField(
            label=channel.label, choices=choices, initial=frequency(category, channel, self.wishes).value
        )

    def rows(self) -> Iterator[dict[str, Any]]:
        """For each category its fields; None where a channel is always on."""
        for category in self.categories:
            cells = [
                {
                    "field": self[f"{category}-{channel}"] if (category, channel) not in FIXED else None,
                    "channel": channel.label,
                }
                for channel in self.channels
            ]
            yield {"label": category.label, "cells": cells}

    def chosen(self) -> dict[tuple[str, str], str]:
        """What was changed, by cell; the rest goes on following our defaults."""
        cells = {name: tuple(name.split("-", 1)) for name in self.changed_data}
        return {(cell[0], cell[1]): self.cleaned_data[name] for name, cell in cells.items()}


def _agreed(user: User) -> bool:
    return Consent.objects.in_force().filter(user=user, purpose=Consent.Purpose.SMS).exists()


def _clock(label: Any, *, required: bool = False) -> forms.TimeField:
    return forms.TimeField(
        label=label, required=required, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )


class ScheduleForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """Quiet hours and digests, on the clock of the person's zone."""

    quiet_from = _clock(_("Quiet from"))
    quiet_until = _clock(_("Quiet until"))
    digest_at = _clock(_("Hour of the digest"), required=True)
    digest_weekday = forms.TypedChoiceField(label=_("Day of the weekly digest"), choices=WEEKDAYS, coerce=int)

    class Meta:
        model = Schedule
        fields = ("quiet_from", "quiet_until", "digest_at", "digest_weekday")

    def clean(self) -> dict[str, Any]:
        """Both ends of the quiet hours or none, and not the whole day."""
        data: dict[str, Any] = super().clean() or {}
        start, end = data.get("quiet_from"), data.get("quiet_until")
        if bool(start is None) != bool(end is None) and not self.errors:
            self.add_error("quiet_until" if end is None else "quiet_from", _("Fill in both, or neither."))
        elif start is not None and start == end:
            self.add_error("quiet_until", _("The two hours must differ."))
        return data


class PauseForm(forms.Form):
    """One pause for everything."""

    LENGTHS = {"day": dt.timedelta(days=1), "week": dt.timedelta(days=7), "month": dt.timedelta(days=30)}
    length = forms.ChoiceField(
        label=_("Pause everything"),
        help_text=_("You will still get messages about the safety of your account."),
        choices=[
            ("day", _("for a day")),
            ("week", _("for a week")),
            ("month", _("for a month")),
            ("ever", _("until I end the pause")),
        ],
    )

    def until(self) -> dt.datetime:
        """When the pause ends (UTC)."""
        length = self.LENGTHS.get(self.cleaned_data["length"])
        return timezone.now() + length if length else NO_END


class PushForm(forms.Form):
    """What a browser hands out when its owner agrees to messages (W3C Push API)."""

    endpoint = forms.CharField(max_length=1000, validators=[RegexValidator(r"^[!-~]+$")])
    p256dh = forms.CharField(max_length=120)
    auth = forms.CharField(max_length=40)

    def clean_endpoint(self) -> str:
        """An https address of a named host in the public net: we will call it. Raises ValidationError."""
        address = str(self.cleaned_data["endpoint"])
        try:
            parts = urlsplit(address)
            port = parts.port
        except ValueError:  # brackets or a port that are none
            raise ValidationError("no address", code="form") from None
        host = parts.hostname or ""
        is_public = PUBLIC_HOST.match(host) and not host.endswith(PRIVATE_ENDS)
        plain = port in (None, 443) and "@" not in parts.netloc and "\\" not in address
        if parts.scheme != "https" or not is_public or not plain:
            raise ValidationError("no public push service", code="host")
        return address

    def clean_p256dh(self) -> str:
        """A point of P-256, not compressed: 65 bytes. Raises ValidationError."""
        return self._key("p256dh", 65, b"\x04")

    def clean_auth(self) -> str:
        """A secret of 16 bytes (RFC 8291, 3.2). Raises ValidationError."""
        return self._key("auth", 16, b"")

    def _key(self, name: str, length: int, begins: bytes) -> str:
        text = str(self.cleaned_data[name])
        try:
            raw = urlsafe_b64decode(text.encode("ascii") + b"==") if KEY.match(text) else b""
        except ValueError:
            raw = b""
        if len(raw) != length or not raw.startswith(begins):
            raise ValidationError("no key", code="form")
        return text


class SmsReportForm(forms.Form):
    """The gateway's report of the fate of one SMS."""

    TEXT = RegexValidator(r"^[!-~]+$")  # visible ASCII: numbers of messages need no more
    event_id = forms.CharField(max_length=190, validators=[TEXT])
    id = forms.CharField(max_length=200, validators=[TEXT])
    status = forms.CharField(max_length=40, validators=[TEXT])
    to = forms.RegexField(r"^\+[1-9][0-9]{6,14}$", required=False)
