"""What managers and counsellors write into the roster."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.careful_forms import CarefulForm
from common.forms import OneLine
from common.typed import one_line
from counselling import slots
from counselling.forms.desk import date_field, language_choices, time_field
from counselling.models import Counsellor, Reason, Shift
from shopfronts.models import OpeningHours

LONGEST_OFF = dt.timedelta(days=366)


class ShiftForm(CarefulForm):
    """A counsellor's shift at one shop-front."""

    starts = time_field(_("From"))
    ends = time_field(_("Until"))
    valid_from = date_field(_("First day"), help_text=_("Weeks are counted from the week of this day."))
    valid_until = date_field(_("Last day"), required=False, help_text=_("Empty: until further notice."))

    class Meta:
        model = Shift
        fields = ("counsellor", "weekday", "starts", "ends", "valid_from", "valid_until", "every_weeks")
        labels = {"every_weeks": _("Repeat every (weeks)")}

    def __init__(self, *args: Any, counsellors: QuerySet[Counsellor], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["counsellor"].queryset = counsellors  # type: ignore[attr-defined]
        self.fields["counsellor"].empty_label = None  # type: ignore[attr-defined]
        self.fields["weekday"].choices = [("", _("choose")), *OpeningHours.Weekday.choices]  # type: ignore[attr-defined]
        self.fields["every_weeks"].widget.attrs |= {"min": 1, "max": 12}

    def clean_every_weeks(self) -> int:
        """One to twelve. Raises ValidationError."""
        weeks = int(self.cleaned_data["every_weeks"])
        if not 1 <= weeks <= 12:
            raise ValidationError(_("Write a number from 1 to 12."))
        return weeks

    def clean(self) -> dict[str, Any]:
        """Begins and ends in order. Raises nothing; errors stand at their field."""
        data = self.cleaned_data
        if data.get("starts") and data.get("ends") and data["starts"] >= data["ends"]:
            self.add_error("ends", _("The shift ends before it begins."))
        if data.get("valid_from") and data.get("valid_until") and data["valid_until"] < data["valid_from"]:
            self.add_error("valid_until", _("The last day is before the first."))
        return data


class EndShiftForm(forms.Form):
    """The last day of a shift."""

    last_day = date_field(
        _("Last day"), help_text=_("Bookings after it stay; you find them under “Conflicts”.")
    )


class TimeOffForm(forms.Form):
    """When someone is away: whole days, or from one time to another."""

    counsellor = forms.ModelChoiceField(
        label=_("Counsellor"), queryset=Counsellor.objects.none(), empty_label=None
    )
    from_on = date_field(_("From day"))
    from_at = time_field(_("From time"), required=False, help_text=_("Empty: the whole day."))
    until_on = date_field(_("Until day"), help_text=_("This day is included."))
    until_at = time_field(_("Until time"), required=False, help_text=_("Empty: the whole day."))
    note = OneLine(
        label=_("Note for colleagues (optional)"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "maxlength": 120}),
    )

    def __init__(
        self,
        *args: Any,
        counsellors: QuerySet[Counsellor],
        own: Counsellor | None,
        zone: ZoneInfo,
        **kwargs: Any,
    ) -> None:
        """`own`: the one who writes only for themselves; else one of `counsellors` is chosen."""
        super().__init__(*args, **kwargs)
        self.own, self.zone = own, zone
        if own is not None:
            del self.fields["counsellor"]
        else:
            self.fields["counsellor"].queryset = counsellors  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Two instants in order, no more than a year apart. Raises nothing; errors stand at their field."""
        data = self.cleaned_data
        first, last = data.get("from_on"), data.get("until_on")
        if first is None or last is None or self.errors:
            return data
        start = slots.instant(first, data.get("from_at") or dt.time(), self.zone)
        at = data.get("until_at")
        end = (
            slots.instant(last, at, self.zone)
            if at
            else slots.instant(last + slots.DAY, dt.time(), self.zone)
        )
        if start >= end:
            self.add_error("until_on", _("The time off ends before it begins."))
        elif end - start > LONGEST_OFF:
            self.add_error("until_on", _("Time off lasts at most a year. Is the year right?"))
        data["starts_at"], data["ends_at"] = start, end
        return data

    @property
    def who(self) -> Counsellor:
        """Whose time off it is; only of a valid form."""
        chosen: Counsellor = self.own or self.cleaned_data["counsellor"]
        return chosen


class CounsellorForm(CarefulForm):
    """What a counsellor does."""

    languages = forms.MultipleChoiceField(
        label=_("Languages spoken"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one language.")},
    )

    class Meta:
        model = Counsellor
        fields = ("name", "languages", "reasons", "video_room", "is_active")
        labels = {
            "name": _("Name that clients read"),
            "reasons": _("Takes only these reasons"),
            "video_room": _("Address of the video room (optional)"),
            "is_active": _("Sees clients"),
        }
        widgets = {
            "reasons": forms.CheckboxSelectMultiple,
            "video_room": forms.TextInput(attrs={"type": "url", "inputmode": "url", "autocomplete": "off"}),
        }

    def __init__(self, *args: Any, spoken: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = [*spoken, *(self.instance.languages or ())]
        self.fields["languages"].choices = language_choices(codes)  # type: ignore[attr-defined]
        self.fields["reasons"].queryset = Reason.objects.all()  # type: ignore[attr-defined]
        self.fields["name"].widget.attrs["autocomplete"] = "off"

    def clean_name(self) -> str:
        """Visible signs on one line. Raises ValidationError."""
        name = one_line(self.cleaned_data["name"])
        if not name:
            raise ValidationError(_("Write the name that clients read."))
        return name


class AccountField(forms.ModelChoiceField):  # type: ignore[type-arg]  # as above
    """An account by its address: a handle never stands beside a name."""

    def label_from_instance(self, obj: User) -> str:
        """The address."""
        return obj.email


class NewCounsellorForm(CounsellorForm):
    """Someone of the shop-front who begins to take people."""

    user = AccountField(
        label=_("Account"),
        queryset=User.objects.none(),
        empty_label=None,
        help_text=_("Accounts with a role at this shop-front that do not see clients yet."),
    )
    field_order = ["user", "name", "languages", "reasons", "video_room", "is_active"]

    def __init__(self, *args: Any, users: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = users  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Bind the account before the model is checked."""
        data = super().clean() or self.cleaned_data
        if data.get("user") is not None:
            self.instance.user = data["user"]
        return data
