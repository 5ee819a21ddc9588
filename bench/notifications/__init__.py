"""The outbox: deliveries a second beside bare Celery and bare SMTP, and what telling 20,000 people costs."""

from __future__ import annotations

from bench.harness import Part
from bench.notifications import fanout, speed

PARTS: dict[str, Part] = {"fanout": fanout.run, "speed": speed.run}
