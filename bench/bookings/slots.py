"""Free times of 12 counsellors on 14 days, 60 % of them booked, beside django-appointment on the same rows."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from bench.bookings.places import in_a_copy
from bench.database import ROOT
from bench.harness import CannotMeasureError, Result, within

MOST_STATEMENTS, LEAST_TIMES = 6, 100


def run() -> Iterator[Result]:
    """The peer needs its app among the installed ones: both are measured in a process of its own."""
    with in_a_copy("slots") as address:
        told = _measured(address)
    yield within("bookings.slots_that_differ", 0, 0)  # the program ends otherwise
    yield within("bookings.slots_queries", told["ours_statements"], MOST_STATEMENTS)
    queries = told["ours_statements"], told["peer_statements"]
    yield Result("bookings.slots_queries_beside_peer", *queries, "", 1, at_least=False)
    times = 1 / told["ours"], 1 / told["peer"]
    yield Result("bookings.slots", *times, "/s", LEAST_TIMES, at_least=True)


def _measured(address: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.programs", "appointment_slots"],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "bench.appointment_settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CannotMeasureError(f"django-appointment: {done.stderr[-2000:]}")
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    print(f"# {told['free']} free times, {told['booked']} booked", file=sys.stderr)
    return told
