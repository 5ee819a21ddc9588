"""Project package: settings, URLs, Celery; no behaviour of its own."""

import zoneinfo

from nexus.celery import app as celery_app

# The zones of the package tzdata and not of the machine, which may be years old: Moldova's clocks change at another hour.
zoneinfo.reset_tzpath(to=())

__all__ = ["celery_app"]
