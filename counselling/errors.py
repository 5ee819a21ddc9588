"""Why a booking or a step cannot be; forms and views say it in the person's language."""

from __future__ import annotations

import datetime as dt

from counselling.states import IllegalStepError

__all__ = [
    "BookingError",
    "ClashError",
    "IllegalStepError",
    "NotOfferedError",
    "PersonBusyError",
    "ProofNeededError",
    "SlotTakenError",
    "TooManyOpenError",
    "UnreachableError",
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


class UnreachableError(BookingError):
    """A talk by telephone without a number, or by video without a mailbox or mobile."""


class ProofNeededError(BookingError):
    """Unproved people hold as much as they may, of a day or from one network: whoever proves a contact goes on.

    `day` and `place` (a slug) are the shop-front's, None and empty when it is about the network.
    """

    def __init__(self, day: dt.date | None = None, place: str = "") -> None:
        super().__init__()
        self.day, self.place = day, place


class ClashError(BookingError):
    """The owner of the address has proved other bookings that this one cannot stand beside; they choose."""
