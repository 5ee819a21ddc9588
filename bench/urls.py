"""The product's routes and one bare view beside them, the yardstick of the product's own pages."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path

from nexus.urls import handler400, handler403, handler404, handler500
from nexus.urls import urlpatterns as product

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


def pong(request: HttpRequest) -> HttpResponse:
    """The least that a Django view can answer."""
    return HttpResponse("pong", content_type="text/plain")


urlpatterns = [path("pong", pong), *product]
