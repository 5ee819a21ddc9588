"""From which day to which a sheet of the desk reaches."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Self
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from counselling.forms.desk import date_field

AHEAD = dt.timedelta(days=42)


class PeriodForm(forms.Form):
    """Two days, both inclusive; always bound, at first from today to what is usually bookable."""

    first = date_field(_("From day"))
    last = date_field(_("To day"))

    @classmethod
    def of(cls, data: Mapping[str, str], *, zone: ZoneInfo) -> Self:
        """What was asked for; what is missing is the usual."""
        today = timezone.localdate(timezone=zone)
        usual = {"first": today, "last": today + AHEAD}
        form = cls({name: data.get(name) or day.isoformat() for name, day in usual.items()})
        form.usual = usual
        return form

    usual: dict[str, dt.date]

    def clean(self) -> dict[str, Any]:
        """The last day is not before the first."""
        data: dict[str, Any] = self.cleaned_data
        if "first" in data and "last" in data and data["last"] < data["first"]:
            raise ValidationError(_("The last day is before the first."))
        return data

    def days(self) -> tuple[dt.date, dt.date]:
        """First and last; the usual ones for what cannot be read."""
        found = self.cleaned_data if self.is_valid() else self.usual
        return found["first"], found["last"]

    def query(self) -> dict[str, str]:
        """The same as the end of an address."""
        return {name: day.isoformat() for name, day in zip(("first", "last"), self.days(), strict=True)}
