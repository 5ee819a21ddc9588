"""What workers do for the outbox; each may run twice, or be lost: the next tick finds the rows."""

from __future__ import annotations

import uuid

from celery import shared_task

from common.jobs import wake
from notifications import actions
from notifications.delivery import claiming, digests, sending

TICK_SECONDS = 60  # that one task sends before it lets others


@shared_task
def deliver(pk: str) -> None:
    """Send one delivery now."""
    sending.deliver_one(uuid.UUID(pk))


@shared_task
def deliver_due() -> None:
    """Send what is due; several workers may do it at once."""
    if sending.deliver_due(seconds=TICK_SECONDS):
        wake(deliver_due.name)


@shared_task
def sweep() -> None:
    """Give back what lost workers had claimed."""
    if claiming.free_stuck():
        wake(deliver_due.name)


@shared_task
def make_digests() -> None:
    """Make the digests whose hour has come."""
    digests.make_digests()


@shared_task
def purge() -> None:
    """Forget what is over."""
    actions.purge()
