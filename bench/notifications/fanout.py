"""One event for 20,000 people: statements for each thousand, and memory that does not grow with them."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator

from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from bench.harness import CannotMeasureError, Result, within
from bench.notifications.people import KIND, make_people
from notifications.actions import notify_many

FEW, MANY, CHUNK = 2_000, 20_000, 1_000
MOST_QUERIES = 10  # for a thousand people, the transaction's own among them


def run() -> Iterator[Result]:
    """Few and many in one run."""
    make_people(MANY)
    few, many = _queries(FEW), _queries(MANY)
    yield within("notifications.fanout_queries_per_1000", many, MOST_QUERIES)
    yield Result("notifications.fanout_queries", many, few, "", 1, at_least=False)
    low, high = _peak(FEW), _peak(MANY)
    yield Result("notifications.fanout_memory", high / 1e6, low / 1e6, "MB", 1.25, at_least=False)


def _queries(count: int) -> float:
    """Statements for each thousand."""
    with CaptureQueriesContext(connection) as captured:
        _tell(count, "queries")
    return len(captured) / (count / CHUNK)


def _peak(count: int) -> float:
    """The peak of Python's memory in bytes, when nobody keeps the statements."""
    tracemalloc.start()
    _tell(count, "memory")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return float(peak)


def _tell(count: int, name: str) -> None:
    people = User.objects.filter(email__endswith="@bench.example")
    last = people.order_by("pk")[count - 1]
    key = f"bench:{name}:{count}"
    told = notify_many(
        kind=KIND, recipients=people.filter(pk__lte=last.pk), context={"hours": 48}, dedupe_key=key
    )
    if told != count:
        raise CannotMeasureError(f"{told} of {count} people were told")
