"""What went wrong, said to the person."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from counselling.errors import (
    BookingError,
    NotOfferedError,
    PersonBusyError,
    ProofNeededError,
    SlotTakenError,
    TooManyOpenError,
    UnreachableError,
)

PROBLEMS: dict[type[BookingError], Promise] = {
    SlotTakenError: _("This time has just been taken. Please choose another one; here is what is free now."),
    PersonBusyError: _("You already have an appointment at that time. Please choose another time."),
    TooManyOpenError: _(
        "You already have an upcoming appointment about this. You can move or cancel it with the link in our message."
    ),
    ProofNeededError: _(
        "Many times of that day are held by people whom we cannot reach yet. Please choose another day."
    ),
    UnreachableError: _(
        "For this way we need your telephone number or an address. Please choose another way or add it."
    ),
    NotOfferedError: _("This time is not offered, or it is now too soon. Here is what is free."),
}


def problem_of(error: BookingError) -> str:
    """One or two sentences: what happened and what to do now."""
    otherwise = _("We could not read which time you chose. Please choose it once more.")
    return str(PROBLEMS.get(type(error), otherwise))
