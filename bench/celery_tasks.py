"""A task that does nothing: what Celery itself costs."""

from __future__ import annotations

from celery import shared_task


@shared_task
def nothing() -> None:
    """Do nothing."""
