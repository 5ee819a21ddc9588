"""Routes of the page cache's tests: every address is a public page that reads `q`."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path

from common.page_cache import public_page_of


@public_page_of("q")
def page(request: HttpRequest, rest: str) -> HttpResponse:
    """Never called: the tests put their own answer behind the middleware."""
    raise NotImplementedError


def private(request: HttpRequest) -> HttpResponse:
    """A page of somebody's own."""
    raise NotImplementedError


urlpatterns = [path("ro/me/", private), path("<path:rest>", page)]
