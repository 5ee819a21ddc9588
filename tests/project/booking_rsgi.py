"""The product as the web server of the races runs it: with its guards, or with some of them taken away.

The variable RACE_GUARDS says which are left: "all", "none" for a product that locks no counsellor, or "no limits" for
one that lets everybody hold as much as they like. Without the lock the
window between looking and writing is widened, so that a race that can happen does.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from nexus.front import Front
from nexus.wsgi import application as product

WINDOW = 0.15  # seconds


def without_lock() -> None:
    """Let everyone look at the same time."""
    from counselling.actions import claiming  # noqa: PLC0415  # the models are ready only now
    from counselling.models import Counsellor  # noqa: PLC0415

    looked = claiming.free_seats

    def look_slowly(choice: Any, counsellors: Sequence[Any]) -> Any:
        seats = looked(choice, counsellors)
        time.sleep(WINDOW)
        return seats

    claiming.lock_counsellors = lambda keys: list(Counsellor.objects.filter(pk__in=keys, is_active=True))
    claiming.free_seats = look_slowly


def without_limits() -> None:
    """Let everyone hold and book without end."""
    from counselling.actions import booking  # noqa: PLC0415  # the models are ready only now

    booking.check_origin = booking.check_day = lambda *_row, **_facts: None


if os.environ["RACE_GUARDS"] == "none":
    without_lock()
elif os.environ["RACE_GUARDS"] == "no limits":
    without_limits()


def from_own_address(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Everyone comes from an address of their own, as in life; here all of them are on loopback."""
    environ["REMOTE_ADDR"] = environ.get("HTTP_X_RACE_ADDRESS", environ["REMOTE_ADDR"])
    return product(environ, start_response)


application = Front(from_own_address)
