"""The Celery application; every option comes from `CELERY_*` in the settings."""

import os
import sys
from typing import Any

from celery import Celery
from celery.signals import beat_init, worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nexus.settings")

app = Celery("nexus")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@beat_init.connect  # type: ignore[untyped-decorator]
def beat_at_once(**_: Any) -> None:
    """Send the first heartbeat when beat starts: /health/ready need not wait for the first interval."""
    app.send_task("common.tasks.beat_heart")


@worker_init.connect  # type: ignore[untyped-decorator]
def refuse_other_keys(**_: Any) -> None:
    """End before the first task when our keys are not those of the database."""
    from common import keys_in_use  # noqa: PLC0415  # models are ready only now

    try:
        keys_in_use.check_at_start()
    except keys_in_use.OtherKeysError as error:
        sys.exit(str(error))  # an ordinary exception of a receiver would only be logged
