"""What beat asks of the counters."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from shopfronts import actions


@shared_task
def renew_holidays() -> None:
    """Add the public holidays that are not there yet; safe to run twice."""
    actions.renew_holidays(today=timezone.localdate())
