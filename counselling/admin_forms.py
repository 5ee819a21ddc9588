"""What the administration asks of reasons and counsellors beyond what one column can tell."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.postgres.forms import SimpleArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import get_language, gettext, gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from accounts.models import User
from counselling.forms.roster import AccountField
from counselling.loading import LONGEST_REMINDER, NUMBERS
from counselling.models import DESK_ROLES
from services.admin_forms import CodesField
from services.labels import language_name
from services.models.fields import LANGUAGES
from shopfronts.models import ShopFront

ALWAYS_OFFERED = ("ro", "ru", "en", "uk", "bg", "gag")  # beside what the shop-fronts name


class ReasonForm(forms.ModelForm):  # type: ignore[type-arg]  # no subscript at run time
    """A reason; the same limits as for the file of the shipped ones."""

    reminder_hours = SimpleArrayField(
        forms.IntegerField(min_value=1, max_value=LONGEST_REMINDER),
        required=False,
        label=gettext_lazy("reminders, hours before"),
        help_text=gettext_lazy("Whole hours, separated by commas: 168, 48, 3. Leave empty for no reminder."),
        widget=UnfoldAdminTextInputWidget,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (lowest, highest) in NUMBERS.items():
            if name in self.fields:
                self.fields[name].validators += [MinValueValidator(lowest), MaxValueValidator(highest)]
                self.fields[name].widget.attrs |= {"min": lowest, "max": highest}

    def clean_reminder_hours(self) -> list[int]:
        """From the longest to the shortest, each once."""
        return sorted(set(self.cleaned_data["reminder_hours"]), reverse=True)

    def clean(self) -> dict[str, Any]:
        """Refuse what visitors could not book, could not read, or would read differently in each language."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        notice, horizon = data.get("notice_hours"), data.get("horizon_days")
        if notice is not None and horizon is not None and notice >= horizon * 24:
            self.add_error(
                "notice_hours", gettext("Nothing could be booked: this is longer than the days ahead.")
            )
        for language in LANGUAGES:  # browsers send lines with a carriage return
            data[f"bring_{language}"] = "\n".join((data.get(f"bring_{language}") or "").split("\r\n")).strip()
        if len({len(data[f"bring_{language}"].splitlines()) for language in LANGUAGES}) > 1:
            text = gettext("“What to bring” must have the same number of lines in every language.")
            self.add_error(f"bring_{LANGUAGES[0]}", text)
        for name in ("name", "summary"):
            for language in LANGUAGES:
                if data.get("is_bookable") and not data.get(f"{name}_{language}"):
                    text = gettext(
                        "Visitors read this in every language: write it before the reason may be booked."
                    )
                    self.add_error(f"{name}_{language}", text)
        return data


def known_languages() -> list[tuple[str, str]]:
    """Languages that a counsellor may speak, with their names in the language in force."""
    codes = dict.fromkeys(ALWAYS_OFFERED)
    for spoken in ShopFront.objects.values_list("languages", flat=True):
        codes |= dict.fromkeys(spoken)
    return [(code, language_name(code, get_language() or "ro")) for code in codes]


class CounsellorForm(forms.ModelForm):  # type: ignore[type-arg]  # as above
    """Someone who takes people."""

    user = AccountField(
        label=gettext_lazy("account"),
        queryset=User.objects.alive().filter(grants__role__in=DESK_ROLES, counsellor=None).distinct(),
        empty_label=gettext_lazy("Select value"),
        widget=UnfoldAdminSelectWidget,
    )
    languages = CodesField(choices=known_languages, label=gettext_lazy("languages spoken"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            del self.fields["user"]  # shown, never another one's
