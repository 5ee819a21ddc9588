"""Why a booking or a step cannot be; forms and views say it in the person's language."""

from __future__ import annotations

from counselling.states import IllegalStepError

__all__ = [
    "BookingError",
    "IllegalStepError",
    "LimitError",
    "NotOfferedError",
    "PersonBusyError",
    "SlotTakenError",
    "TooManyOpenError",
]


class BookingError(Exception):
    """A place cannot be given."""


class SlotTakenError(BookingError):
    """Someone else was faster, or the counsellor is no longer free."""


class NotOfferedError(BookingError):
    """The time is not one that is offered: past, closed, too near, too far, or nobody works."""


class PersonBusyError(BookingError):
    """The same person has another appointment at that time."""


class TooManyOpenError(BookingError):
    """The person has as many bookings ahead as the reason allows."""


class LimitError(BookingError):
    """Too many tries from one place or under one address."""
