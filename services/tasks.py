"""What beat asks of the catalogue."""

from __future__ import annotations

from celery import shared_task

from services import actions
from services.search import index, missed


@shared_task
def drain_missed_searches() -> None:
    """Carry the counts of searches without a result to the database."""
    missed.drain_missed()


@shared_task
def refresh_search_statistics() -> None:
    """Count anew how many services use each word."""
    index.refresh()


@shared_task
def forget_old() -> None:
    """Forget what readers wrote once it is long settled."""
    actions.forget_old()
