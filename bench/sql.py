"""What the database is asked, and how long it takes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection


@dataclass(slots=True)
class Tally:
    """Statements and their time, from the call to the last row."""

    statements: int = 0
    seconds: float = 0.0


@contextmanager
def counting() -> Iterator[Tally]:
    """Count what this thread asks of the database."""
    tally = Tally()

    def wrapper(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            tally.seconds += time.perf_counter() - began
            tally.statements += 1

    connection.ensure_connection()
    with connection.execute_wrapper(wrapper):
        yield tally
