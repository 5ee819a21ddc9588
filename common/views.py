"""Health: `live` says that the process answers, `ready` that everything it leans on works."""

from __future__ import annotations

import datetime as dt
import uuid

from django.core.cache import cache
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from common.lanes import without_database
from common.models import Heartbeat

HEART_STOPPED_AFTER = dt.timedelta(seconds=120)  # four missed beats


@without_database
@require_safe
@never_cache
def live(request: HttpRequest) -> HttpResponse:
    """Answer 200 as long as the process can."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """Answer 200 when database, migrations, cache and worker work, else 503 and which does not."""
    checks = {"cache": _cache_answers(), "database": False, "migrations": False, "worker": False}
    try:
        checks["migrations"] = not MigrationExecutor(connection).migration_plan(
            MigrationExecutor(connection).loader.graph.leaf_nodes()
        )
        checks["database"] = True
        checks["worker"] = Heartbeat.objects.filter(
            name="worker", beaten_at__gt=timezone.now() - HEART_STOPPED_AFTER
        ).exists()
    except (DatabaseError, InterfaceError):
        pass  # what stayed False tells
    return JsonResponse(
        {name: "ok" if fine else "down" for name, fine in checks.items()},
        status=200 if all(checks.values()) else 503,
    )


def _cache_answers() -> bool:
    # Asked directly, past the fail-over: that one always answers.
    try:
        client = cache._cache.get_client(None, write=True)  # type: ignore[attr-defined]  # Django's RedisCache
        token = f"nexus:ready:{uuid.uuid4()}"
        return bool(client.set(token, 1, ex=5)) and bool(client.delete(token))
    except Exception:  # whatever it is, it is not ready
        return False
