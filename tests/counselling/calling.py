"""Calling people up, in tests."""

from __future__ import annotations

from counselling import actions
from counselling.actors import Actor
from counselling.models import Appointment, Counsellor
from tests.factories.counselling import shopfront


def call(counsellor: Counsellor, desk: str = "1") -> Appointment | None:
    """Call the next."""
    return actions.call_next(
        shopfront=shopfront(), counsellor=counsellor, desk=desk, by=Actor.staff(counsellor.user)
    )


def called_one(counsellor: Counsellor, desk: str = "1") -> Appointment:
    """Call the next, who is there."""
    found = call(counsellor, desk)
    assert found is not None
    return found
