"""What people choose about their messages."""

from __future__ import annotations

import datetime as dt
import ipaddress
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.message_kinds import Category, Channel
from notifications.models import Preference, Schedule
from notifications.preferences import FIXED, can_choose, frequency

KEY = re.compile(r"^[A-Za-z0-9_-]+={0,2}$")
WEEKDAYS = [
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
]


class PreferencesForm(forms.Form):
    """The matrix category x channel; a field is called `security-email` and so on."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        said = Preference.objects.filter(user=user).values_list("category", "channel", "frequency")
        self.wishes = {(category, channel): wish for category, channel, wish in said}
        self.categories = [category for category in Category if category != Category.WORK or user.is_office]
        for category in self.categories:
            for channel in Channel:
                if (category, channel) not in FIXED:
                    self.fields[f"{category}-{channel}"] = self._field(category, channel)

    def _field(self, category: Category, channel: Channel) -> forms.ChoiceField:
        choices = [(choice.value, choice.label) for choice in can_choose(category, channel)]
        return forms.ChoiceField(
            label=capfirst(channel.label),
            choices=choices,
            initial=frequency(category, channel, self.wishes).value,
        )

    def rows(self) -> Iterator[dict[str, Any]]:
        """For each category its fields, and channels that are always on."""
        for category in self.categories:
            cells = [
                {
                    "field": self[f"{category}-{channel}"] if (category, channel) not in FIXED else None,
                    "channel": channel.label,
                }
                for channel in Channel
            ]
            yield {"category": category, "label": category.label, "cells": cells}

    def chosen(self) -> dict[tuple[str, str], str]:
        """What was chosen, by cell."""
        return {
            (name.split("-", 1)[0], name.split("-", 1)[1]): wish for name, wish in self.cleaned_data.items()
        }


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
            self.add_error("quiet_until" if end is None else "quiet_from", _("Fill in both, or none."))
        elif start is not None and start == end:
            self.add_error("quiet_until", _("The two hours must differ."))
        return data


class PauseForm(forms.Form):
    """One pause for everything."""

    LENGTHS = {"day": dt.timedelta(days=1), "week": dt.timedelta(days=7), "month": dt.timedelta(days=30)}
    length = forms.ChoiceField(
        label=_("Pause everything"),
        choices=[("day", _("for a day")), ("week", _("for a week")), ("month", _("for a month"))],
    )

    def until(self) -> dt.datetime:
        """When the pause ends (UTC)."""
        return timezone.now() + self.LENGTHS[self.cleaned_data["length"]]


class PushForm(forms.Form):
    """What a browser hands out when its owner agrees to messages."""

    endpoint = forms.URLField(max_length=1000, assume_scheme="https")
    p256dh = forms.CharField(min_length=80, max_length=120)
    auth = forms.CharField(min_length=16, max_length=40)

    def clean_endpoint(self) -> str:
        """An https address of a named host in the public net: we will call it. Raises ValidationError."""
        address = str(self.cleaned_data["endpoint"])
        parts = urlsplit(address)
        host = parts.hostname or ""
        try:
            ipaddress.ip_address(host)
            is_number = True
        except ValueError:
            is_number = False
        local = "." not in host or host.endswith((".local", ".localhost", ".internal", ".lan", ".home.arpa"))
        if parts.scheme != "https" or is_number or local or parts.port not in (None, 443) or parts.username:
            raise ValidationError("no public push service", code="host")
        return address

    def clean(self) -> dict[str, Any]:
        """Keys are base64url."""
        data: dict[str, Any] = super().clean() or {}
        for name in ("p256dh", "auth"):
            if name in data and not KEY.match(data[name]):
                self.add_error(name, ValidationError("not base64url", code="form"))
        return data
