"""The address that a monitoring asks."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal import metrics as figures


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures, to whoever sends METRICS_TOKEN; everyone else finds no such page."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    wanted = settings.METRICS_TOKEN
    if not wanted or scheme != "Bearer" or not constant_time_compare(token, wanted):
        raise Http404
    return HttpResponse(figures.text(), content_type=figures.CONTENT_TYPE)
