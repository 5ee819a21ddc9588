"""What the admin asks of the facts about a counter beyond what one row can tell."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from services.loading.record import time_zones


class ShopFrontForm(forms.ModelForm):  # type: ignore[type-arg]  # no subscript at run time
    """A counter; its zone must be one that clocks know, for every page about it reads the zone."""

    def clean_time_zone(self) -> str:
        """A name of the IANA time zone database."""
        zone = str(self.cleaned_data["time_zone"])
        if zone not in time_zones():
            raise ValidationError(_("Write a time zone as the IANA database names it: Europe/Chisinau."))
        return zone


class OpeningHoursFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]  # as above
    """The week of a counter."""

    def clean(self) -> None:
        """Refuse the same beginning twice: Django leaves rows without a date to the database."""
        super().clean()
        seen = set()
        for form in self.forms:
            data = form.cleaned_data if form.is_valid() else {}
            if not data or data.get("DELETE"):
                continue
            start = (data.get("weekday"), data.get("opens"), data.get("valid_from"))
            if start in seen:
                raise ValidationError(_("Two rows begin on the same weekday at the same time."))
            seen.add(start)
