"""What the clock does for bookings; each may run twice."""

from __future__ import annotations

from celery import shared_task

from common.jobs import each_of
from counselling import actions


@shared_task
def tend_holds() -> None:
    """Let go of holds and offers whose time is over; a freed place goes on to the next who waits."""
    each_of(actions.release_expired_holds, actions.expire_offers)


@shared_task
def check_the_roster() -> None:
    """Tell managers of bookings that the roster no longer fits. What nobody saw stays open, for the board to ask."""
    actions.tell_of_conflicts()


@shared_task
def forget_people() -> None:
    """Take names and notes out of appointments that are long over, and from where they were booked much sooner."""
    actions.forget_origins()
    actions.forget_old()
