"""Waking a worker: the row is the truth, the message only a hint, so a broker that is away fails nothing."""

from __future__ import annotations

import logging
from functools import partial
from typing import Any

from celery import Task
from django.db import transaction
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


def wake(task: Task, *arguments: Any) -> None:
    """Send a task once the transaction is committed; a broker that does not answer is noted, beat finds the row."""
    transaction.on_commit(partial(_send, task, arguments))


def _send(task: Task, arguments: tuple[Any, ...]) -> None:
    try:
        task.apply_async(arguments)
    except (OperationalError, RedisError, OSError) as error:
        logger.warning("broker away, %s waits for the clock: %s", task.name, type(error).__name__)
