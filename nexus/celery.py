"""The Celery application; every option comes from `CELERY_*` in the settings."""

import os
from typing import Any

from celery import Celery
from celery.signals import beat_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nexus.settings")

app = Celery("nexus")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@beat_init.connect  # type: ignore[untyped-decorator]
def beat_at_once(**_: Any) -> None:
    """Send the first heartbeat when beat starts: /health/ready need not wait for the first interval."""
    app.send_task("common.tasks.beat_heart")
