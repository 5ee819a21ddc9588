"""What the clock does for bookings; each may run twice."""

from __future__ import annotations

from celery import shared_task

from counselling import actions


@shared_task
def tend_holds() -> None:
    """Let go of holds and offers whose time is over; a freed place goes on to the next who waits."""
    actions.release_expired_holds()
    actions.expire_offers()


@shared_task
def close_the_day() -> None:
    """End what was left open, and tell managers of bookings that the roster no longer fits."""
    actions.close_the_day()
    actions.tell_of_conflicts()


@shared_task
def forget_people() -> None:
    """Take names and notes out of appointments that are long over."""
    actions.forget_old()
