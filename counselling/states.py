"""The steps of an appointment and of a walk-in ticket: one table for both; pure."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    """Where an appointment stands."""

    HELD = "held", _("kept for a moment")
    BOOKED = "booked", _("booked")
    ARRIVED = "arrived", _("arrived")
    IN_SESSION = "in_session", _("in session")
    COMPLETED = "completed", _("completed")
    NO_SHOW = "no_show", _("did not come")
    CANCELLED_BY_CLIENT = "cancelled_by_client", _("cancelled by the client")
    CANCELLED_BY_OFFICE = "cancelled_by_office", _("cancelled by us")
    MOVED = "moved", _("moved")


# A hold that nobody used is deleted, not ended: nothing ever stood in it.
STEPS: dict[Status, frozenset[Status]] = {
    Status.HELD: frozenset({Status.BOOKED}),
    Status.BOOKED: frozenset(
        {
            Status.ARRIVED,
            Status.NO_SHOW,
            Status.CANCELLED_BY_CLIENT,
            Status.CANCELLED_BY_OFFICE,
            Status.MOVED,
        }
    ),
    Status.ARRIVED: frozenset(
        {
            Status.BOOKED,  # noted by mistake
            Status.IN_SESSION,
            Status.NO_SHOW,
            Status.CANCELLED_BY_CLIENT,
            Status.CANCELLED_BY_OFFICE,
        }
    ),
    Status.IN_SESSION: frozenset({Status.COMPLETED, Status.ARRIVED}),  # back: begun by mistake
    Status.NO_SHOW: frozenset({Status.ARRIVED}),  # came late after all
    Status.COMPLETED: frozenset(),
    Status.CANCELLED_BY_CLIENT: frozenset(),
    Status.CANCELLED_BY_OFFICE: frozenset(),
    Status.MOVED: frozenset(),
}
# What may also be said of a talk on a later day, when nobody saw how it ended.
AFTERWARDS: dict[Status, frozenset[Status]] = {
    Status.BOOKED: frozenset({Status.COMPLETED, Status.NO_SHOW}),
    Status.ARRIVED: frozenset({Status.COMPLETED, Status.NO_SHOW}),
    Status.IN_SESSION: frozenset({Status.COMPLETED, Status.NO_SHOW}),
}
OCCUPYING = (
    Status.HELD,
    Status.BOOKED,
    Status.ARRIVED,
    Status.IN_SESSION,
)  # these keep the counsellor's time
OPEN = tuple(AFTERWARDS)  # nobody has said yet how it ended
AHEAD = (Status.BOOKED, Status.ARRIVED)  # what a client can still come to
CANCELLED = (Status.CANCELLED_BY_CLIENT, Status.CANCELLED_BY_OFFICE)


class IllegalStepError(Exception):
    """The step is not in the table."""


def can_step(old: str, new: str) -> bool:
    """Whether the table has the step."""
    return Status(new) in STEPS[Status(old)]


def check_step(old: str, new: str) -> None:
    """Raise IllegalStepError for a step that is not in the table."""
    if not can_step(old, new):
        raise IllegalStepError(f"{old} -> {new}")
