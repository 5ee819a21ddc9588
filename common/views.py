"""Health: `live` says that the process answers, `ready` that everything it leans on works."""

from __future__ import annotations

import datetime as dt
import logging
import threading
import uuid
from typing import Any

from django.core.cache import cache
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from common.cache import pages
from common.lanes import without_database
from common.models import Heartbeat

logger = logging.getLogger(__name__)

HEART_STOPPED_AFTER = dt.timedelta(seconds=120)  # four missed beats
_migrated = threading.Event()


@without_database
@require_safe
@never_cache
def live(request: HttpRequest) -> HttpResponse:
    """Answer 200 as long as the process can."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """Answer 200 when database, migrations, cache and worker work, else 503; the log says which does not."""
    checks = {
        "cache": _answers(cache) and _answers(pages),
        "database": False,
        "migrations": False,
        "worker": False,
    }
    try:
        checks["worker"] = Heartbeat.objects.filter(
            name="worker", beaten_at__gt=timezone.now() - HEART_STOPPED_AFTER
        ).exists()
        checks["database"] = True
        checks["migrations"] = _is_migrated()
    except (DatabaseError, InterfaceError):
        pass  # what stayed False tells
    down = [name for name, fine in checks.items() if not fine]
    if down:
        logger.error("not ready: %s", ", ".join(down))
    return JsonResponse({"status": "down" if down else "ok"}, status=503 if down else 200)


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
