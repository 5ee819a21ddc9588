"""The product's routes and one that fails."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from nexus.urls import handler400, handler403, handler404, handler500, urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


def fail(request: HttpRequest) -> HttpResponse:
    """Raise what no view should."""
    raise RuntimeError("on purpose")


def fail_with_what_was_typed(request: HttpRequest, token: str) -> HttpResponse:
    """Raise an error that quotes everything."""
    quoted = f"{token} {request.GET['q']} {request.POST['name']} {request.COOKIES['odd']}"
    raise RuntimeError(quoted)


urlpatterns = [
    path("fail/", fail),
    path("fail/<str:token>/", csrf_exempt(fail_with_what_was_typed)),
    *urlpatterns,
]
