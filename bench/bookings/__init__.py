"""Bookings: free times beside django-appointment, bookings a second beside pgbench, weight of the page of times."""

from __future__ import annotations

from bench.bookings import page, slots, speed
from bench.harness import Part

PARTS: dict[str, Part] = {"page": page.run, "slots": slots.run, "speed": speed.run}
