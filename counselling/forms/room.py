"""What is tapped on the waiting room's tablet: a reason, a time, the signs of a reference. Nobody types a name."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from django import forms

from counselling.identity import REFERENCE_LENGTH, clean_reference
from counselling.models import REFERENCE_LETTERS, Reason

FIRST_SIGNS = 3  # of the reference; enough to tell people of the same time apart
BACK, DONE = "back", "done"


class TicketForm(forms.Form):
    """A reason out of those that are taken today, and the key that makes two taps one ticket."""

    ticket_id = forms.UUIDField()
    reason = forms.ChoiceField()
    language = forms.CharField(required=False, max_length=3)  # asked only where the page's own is not spoken

    def __init__(self, *args: Any, reasons: Sequence[Reason], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_key = {reason.key: reason for reason in reasons}
        choices = self.fields["reason"]
        assert isinstance(choices, forms.ChoiceField)  # noqa: S101  # as declared above
        choices.choices = [(key, key) for key in self.by_key]

    @property
    def chosen(self) -> Reason:
        """The reason of a valid form."""
        return self.by_key[self.cleaned_data["reason"]]

    @property
    def key(self) -> uuid.UUID:
        """The key of a valid form."""
        found: uuid.UUID = self.cleaned_data["ticket_id"]
        return found


class TimeForm(forms.Form):
    """The time of someone's appointment, on the shop-front's clock: 10:15."""

    at = forms.TimeField(input_formats=["%H:%M"])

    @property
    def time(self) -> dt.time:
        """The time of a valid form."""
        found: dt.time = self.cleaned_data["at"]
        return found


class KeysForm(forms.Form):
    """What has been typed, and the key that was pressed last: a sign, "back" or "done".

    Without JavaScript each key is a request of its own; with it only the last one is. Signs that no reference has are
    dropped, so that nothing typed is ever an error.
    """

    typed = forms.CharField(required=False, max_length=40)
    key = forms.ChoiceField(required=False, choices=[(key, key) for key in (*REFERENCE_LETTERS, BACK, DONE)])
    at = forms.TimeField(
        required=False, input_formats=["%H:%M"]
    )  # with it only the first signs are asked for

    @property
    def time(self) -> dt.time | None:
        """The time for which the first signs are asked; None where the whole reference is."""
        found: dt.time | None = self.cleaned_data.get("at")
        return found

    @property
    def length(self) -> int:
        """How many signs are wanted."""
        return FIRST_SIGNS if self.time else REFERENCE_LENGTH

    @property
    def signs(self) -> str:
        """What stands on the screen now."""
        typed = clean_reference(self.cleaned_data.get("typed", ""))
        key = self.cleaned_data.get("key", "")
        if key == BACK:
            return typed[:-1]
        return (typed + (key if key in REFERENCE_LETTERS else ""))[: self.length]

    @property
    def is_done(self) -> bool:
        """Whether to look for it now: the person said so, or pressed Enter."""
        return self.cleaned_data.get("key", "") in ("", DONE)

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing."""
        return len(self.signs) == self.length
