"""Waking a worker: the row is the truth, the message only a hint, so a broker that is away fails nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

from celery import signature
from django.db import transaction
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


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
