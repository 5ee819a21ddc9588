"""Free times as buttons by day, for a colleague who speaks with someone on the telephone."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from common.dates import weekday_in_words
from counselling import availability
from counselling.errors import (
    BookingError,
    NotOfferedError,
    PersonBusyError,
    SlotTakenError,
    TooManyOpenError,
    UnreachableError,
)
from counselling.forms.desk import WishForm
from counselling.models import Mode, Reason
from counselling.views.desk.place import Desk
from counselling.wording import clock
from shopfronts.models import ShopFront

DAYS = 6  # as many as are read out in one breath

PROBLEMS: dict[type[BookingError], Promise] = {
    SlotTakenError: _("This time has just been taken. Choose another one: the form is as you filled it."),
    NotOfferedError: _("This time is not offered. Choose another one: the form is as you filled it."),
    PersonBusyError: _("This person already has an appointment at that time."),
    UnreachableError: _("There is no number or address for this way: choose another way."),
    TooManyOpenError: _("This person already has as many upcoming bookings as this reason allows."),
}


def problem_of(error: BookingError) -> str:
    """Why a booking could not be, for a colleague."""
    return str(PROBLEMS.get(type(error), PROBLEMS[NotOfferedError]))


@dataclass(frozen=True, slots=True)
class Day:
    """A day with free times, each as what its button sends and what it shows."""

    label: str
    times: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Times:
    """What is free, and whether there is more after it."""

    days: list[Day]
    next_on: dt.date | None


def free_times(form: WishForm) -> Times:
    """The first days with free times for a wish; none while the wish is not valid."""
    if not form.is_valid():
        return Times([], None)
    zone = form.cleaned_data["shopfront"].zone
    found = availability.find(form.wish(), start=form.start)
    by_day = [
        (day, list(slots))
        for day, slots in groupby(found, lambda slot: timezone.localdate(slot.starts_at, zone))
    ]
    days = [
        Day(
            weekday_in_words(day),
            [(slot.starts_at.isoformat(), clock(slot.starts_at, zone)) for slot in slots],
        )
        for day, slots in by_day[:DAYS]
    ]
    return Times(days, by_day[DAYS][0] if len(by_day) > DAYS else None)


def wished(data: QueryDict, **otherwise: Any) -> dict[str, Any]:
    """What was chosen, or the defaults; `later` is a button that names the next day."""
    chosen = {name: data.get(name) or default for name, default in otherwise.items()}
    return chosen | ({"start_on": data["later"]} if data.get("later") else {})


def is_sent(request: HttpRequest) -> bool:
    """Whether something is to be booked, and not only other times to be shown."""
    return request.method == "POST" and not {"show", "later"} & request.POST.keys()


def wish_form(request: HttpRequest, desk: Desk) -> WishForm:
    """The wish of a caller, at first the one that is most likely here."""
    data = request.POST if request.method == "POST" else request.GET
    reason = Reason.objects.bookable().first()
    modes = reason.modes if reason and not data.get("reason") else [Mode.IN_PERSON]
    return WishForm(
        wished(
            data,
            reason=reason.key if reason else "",
            shopfront=desk.shopfront.slug,
            language=get_language() or "ro",
            mode=Mode.IN_PERSON if Mode.IN_PERSON in modes else modes[0],
            start_on="",
        ),
        shopfronts=desk.choices,
    )


def chosen_shopfront(form: WishForm, desk: Desk) -> ShopFront:
    """The one in the form, while it is a valid one; else that of the desk."""
    form.is_valid()
    found: ShopFront | None = form.cleaned_data.get("shopfront")
    return found or desk.shopfront
