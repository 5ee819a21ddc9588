"""Two lanes of threads, so that what may wait for the database never keeps a kept page waiting.

The web server (`nexus.front`) runs each request that only reads in the quick lane first. There nothing waits for long: kept
pages, static files, and views marked `@without_database`. Whatever needs more is handed over, by
`common.middleware.LaneMiddleware` below the page cache, and runs anew in the slow lane, whose few threads alone hold connections to PostgreSQL. A
request that has waited too long is refused, in the quick lane again: an older copy, or 503.

A thread outside of the web server (tests, tasks, commands) is in no lane and may do everything.
"""

from __future__ import annotations

import enum
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

P = ParamSpec("P")


class Lane(enum.Enum):
    """How a run of the application may use its thread."""

    QUICK = "quick"  # no database
    SLOW = "slow"  # everything
    REFUSE = "refuse"  # no database, and no more waiting: what is not kept is answered with 503


@dataclass(slots=True)
class Run:
    """One run of the application for a request."""

    lane: Lane
    is_handed_over: bool = False  # its answer is none: run the request in the slow lane
    has_copy: bool = False  # a copy is there that is only old, should the slow lane not answer soon


class BusyError(Exception):
    """Too many ask for the same costly thing; whoever asks again in a moment gets it."""


class HandedOver(HttpResponse):
    """Stands for the answer that the slow lane will give; it never leaves the house."""

    status_code = 204


_thread = threading.local()


def here() -> Run | None:
    """What this thread is doing for the web server; None outside of it."""
    return getattr(_thread, "run", None)


@contextmanager
def running(run: Run) -> Iterator[Run]:
    """Let this thread work for a run."""
    _thread.run = run
    try:
        yield run
    finally:
        _thread.run = None


def may_use_database() -> bool:
    """Whether the thread is one that may wait for PostgreSQL."""
    run = here()
    return run is None or run.lane is Lane.SLOW


def without_database(
    view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Mark a view that asks PostgreSQL for nothing, so that it answers while that one hangs.

    It then runs where the database is refused: a view that is marked wrongly answers 503, and its test fails.
    """

    @wraps(view)
    def inner(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    inner.needs_no_database = True  # type: ignore[attr-defined]  # read by the middleware
    return cast("Callable[Concatenate[HttpRequest, P], HttpResponseBase]", inner)  # wraps names its arguments
