"""Whether everything that the product leans on works."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from typing import Any

from django.core.cache import cache
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from common.cache import pages
from common.models import Heartbeat

HEART_STOPPED_AFTER = dt.timedelta(seconds=120)  # four missed beats
_migrated = threading.Event()


def states() -> dict[str, bool]:
    """Whether cache, database, migrations and worker work."""
    found = {
        "cache": _answers(cache) and _answers(pages),
        "database": False,
        "migrations": False,
        "worker": False,
    }
    try:
        found["worker"] = Heartbeat.objects.filter(
            name="worker", beaten_at__gt=timezone.now() - HEART_STOPPED_AFTER
        ).exists()
        found["database"] = True
        found["migrations"] = _is_migrated()
    except (DatabaseError, InterfaceError):
        pass  # what stayed False tells
    return found


def _is_migrated() -> bool:
    """Whether no migration is missing; reading them all takes long, and what is done stays done while we run."""
    if not _migrated.is_set():
        executor = MigrationExecutor(connection)
        if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
            _migrated.set()
    return _migrated.is_set()


def _answers(store: Any) -> bool:
    # Asked directly, past the fail-over: that one always answers.
    try:
        client = store._cache.get_client(None, write=True)
        token = f"nexus:ready:{uuid.uuid4()}"
        return bool(client.set(token, 1, ex=5)) and bool(client.delete(token))
    except Exception:  # whatever it is, it is not ready
        return False
