"""Project package: settings, URLs, Celery; no behaviour of its own."""

from nexus.celery import app as celery_app

__all__ = ["celery_app"]
