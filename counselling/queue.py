"""A day's queue as people see it: who is before whom, and what the screen shows; pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Protocol, TypeVar

APPOINTMENT_WINDOW = dt.timedelta(minutes=10)  # so near to their time, appointments go before tickets


class Waiting(Protocol):
    """What the order depends on."""

    starts_at: dt.datetime
    queued_at: dt.datetime | None
    ticket_number: int | None

    @property
    def is_walk_in(self) -> bool: ...


W = TypeVar("W", bound=Waiting)


def order(rows: Sequence[W], now: dt.datetime) -> list[W]:
    """Rows in the order in which they would be called now; the same rule as `actions.queue.call_next`."""

    def turn(row: W) -> tuple[int, dt.datetime, dt.datetime, int]:
        queued, number = row.queued_at or row.starts_at, row.ticket_number or 0
        soon = row.starts_at <= now + APPOINTMENT_WINDOW
        if not row.is_walk_in and soon and queued <= row.starts_at + APPOINTMENT_WINDOW:
            return 0, row.starts_at, queued, number
        return 1, queued, queued, number

    return sorted(rows, key=turn)


def number_before(row: W, rows: Sequence[W], now: dt.datetime) -> int:
    """How many are called before a row that is among the others, as things stand."""
    return order(rows, now).index(row)
