"""Housekeeping that beat calls."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from common import content_version
from common.models import Heartbeat


@shared_task
def beat_heart() -> None:
    """Note that beat, broker, worker and database work together."""
    Heartbeat.objects.update_or_create(name="worker", defaults={"beaten_at": timezone.now()})


@shared_task
def publish_content_version() -> None:
    """Repeat the version of public content to the cache, should the cache have missed it."""
    content_version.publish()
