"""The product's routes and one that fails."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path

from nexus.urls import handler400, handler403, handler404, handler500, urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


def fail(request: HttpRequest) -> HttpResponse:
    """Raise what no view should."""
    raise RuntimeError("on purpose")


urlpatterns = [path("fail/", fail), *urlpatterns]
