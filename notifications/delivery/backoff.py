"""When to try again. No I/O but chance."""

from __future__ import annotations

import datetime as dt
import random

WAITS = tuple(dt.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720))
MOST_ATTEMPTS = len(WAITS) + 1


def wait_after(attempts: int) -> dt.timedelta | None:
    """How long to wait after so many tries, spread by a fifth so that not all come back at once; None: give up."""
    if attempts >= MOST_ATTEMPTS:
        return None
    return WAITS[max(attempts, 1) - 1] * (1 + random.random() / 5)  # noqa: S311  # spreads load, guards nothing
