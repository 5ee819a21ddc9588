"""Waking a worker: the row is the truth, the message only a hint, so a broker that is away fails nothing.

And the clock's long work: one row that fails stops none of the others.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, TypeVar

from celery import signature
from django.db import InterfaceError, transaction
from django.db import OperationalError as DatabaseAwayError
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
T = TypeVar("T")


def each(things: Iterable[T], work: Callable[[T], object]) -> int:
    """Do the work on each in a transaction of its own; how many times it answered yes.

    One that fails is logged without its words, which may hold what is secret, and the others go on. Raises
    OperationalError, InterfaceError when the database itself is away, and what is no Exception.
    """
    return sum(bool(_try(transaction.atomic(work), thing)) for thing in things)


def each_of(*parts: Callable[[], object]) -> None:
    """Do the parts of a task one after the other; one that fails stops none of the others."""
    for part in parts:
        _try(lambda each: each(), part)


def _try(work: Callable[[T], object], thing: T) -> object:
    try:
        return work(thing)
    except (DatabaseAwayError, InterfaceError):
        raise
    except Exception as error:
        name = getattr(thing, "__name__", "") or f"{type(thing).__name__} {getattr(thing, 'pk', thing)}"
        logger.error("one of many failed: %s: %s", name, type(error).__name__)
        return None


def wake(task: str, *arguments: Any, otherwise: Callable[[], object] | None = None) -> None:
    """Send a task, by its name, once the transaction is committed.

    A broker that does not answer is noted, and beat finds the row later; `otherwise` is what cannot wait that long.
    """
    transaction.on_commit(partial(_send, task, arguments, otherwise))


def _send(task: str, arguments: tuple[Any, ...], otherwise: Callable[[], object] | None) -> None:
    try:
        signature(task).apply_async(arguments)
    except (OperationalError, RedisError, OSError) as error:
        logger.warning("broker away, %s waits for the clock: %s", task, type(error).__name__)
        if otherwise is not None:
            otherwise()
