"""What went wrong, said to the person."""

from __future__ import annotations

from django.utils.translation import gettext as _

from counselling.errors import (
    BookingError,
    NotOfferedError,
    PersonBusyError,
    ProofNeededError,
    SlotTakenError,
    TooManyOpenError,
)


def problem_of(error: BookingError) -> str:
    """One or two sentences: what happened and what to do now."""
    if isinstance(error, SlotTakenError):
        return _("This time has just been taken. Please choose another one; here is what is free now.")
    if isinstance(error, PersonBusyError):
        return _("You already have an appointment at that time. Please choose another time.")
    if isinstance(error, TooManyOpenError):
        return _(
            "You already have an upcoming appointment about this. You can move or cancel it with the link in our message."
        )
    if isinstance(error, ProofNeededError):
        return _(
            "Many times of that day are held by people whom we cannot reach yet. Please choose another day."
        )
    if isinstance(error, NotOfferedError):
        return _("This time is not offered, or it is now too soon. Here is what is free.")
    return _("We could not read which time you chose. Please choose it once more.")
