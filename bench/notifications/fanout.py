"""One event for 20,000 people: statements for each thousand, and memory that does not grow with them."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator

from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from bench.harness import Result, within
from bench.notifications.people import KIND, make_people
from notifications.actions import notify_many

FEW, MANY, CHUNK = 2_000, 20_000, 1_000
MOST_QUERIES = 10  # for a thousand people, the transaction's own among them


def run() -> Iterator[Result]:
    """Few and many in one run."""
    make_people(MANY)
    few, many = _cost(FEW), _cost(MANY)
    yield within("notifications.fanout_queries_per_1000", many[0], MOST_QUERIES)
    yield Result("notifications.fanout_queries", many[0], few[0], "", 1, at_least=False)
    yield Result("notifications.fanout_memory", many[1] / 1e6, few[1] / 1e6, "MB", 1.25, at_least=False)


def _cost(count: int) -> tuple[float, float]:
    """Statements for each thousand, and the peak of Python's memory in bytes."""
    last = User.objects.filter(email__endswith="@bench.example").order_by("pk")[count - 1]
    people = User.objects.filter(email__endswith="@bench.example", pk__lte=last.pk)
    tracemalloc.start()
    with CaptureQueriesContext(connection) as captured:
        told = notify_many(kind=KIND, recipients=people, context={"hours": 48}, dedupe_key=f"bench:{count}")
        queries = len(captured)
        captured.connection.queries_log.clear()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert told == count, told  # noqa: S101  # a bench that tells nobody measures nothing
    return queries / (count / CHUNK), peak
