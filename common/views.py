"""Health: `live` says that the process answers, `ready` that everything it leans on works."""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from common.lanes import without_database
from common.readiness import states

logger = logging.getLogger(__name__)


@without_database
@require_safe
@never_cache
def live(request: HttpRequest) -> HttpResponse:
    """Answer 200 as long as the process can."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """Answer 200 when everything works, else 503; the log says what does not, and so does `manage.py readiness`."""
    down = [name for name, fine in states().items() if not fine]
    if down:
        logger.error("not ready: %s", ", ".join(down))
    return JsonResponse({"status": "down" if down else "ok"}, status=503 if down else 200)
