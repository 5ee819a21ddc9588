"""Error pages in the language of the address."""

from __future__ import annotations

import sys
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from common.answers import is_for_machines, json_error
from common.middleware import answer_to


def _page(request: HttpRequest, status: int, template: str) -> HttpResponse:
    if is_for_machines(request):
        return json_error(status, HTTPStatus(status).phrase.lower())
    # A wrong address may not have passed the locale middleware; its first segment still tells the language.
    language = translation.get_language_from_path(request.path_info) or translation.get_language() or "ro"
    with translation.override(language):
        response = render(request, f"errors/{template}.html", status=status)
    response["Cache-Control"] = "no-store"
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the address or form is not one that we can read."""
    return _page(request, 400, "400")


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: this person may not."""
    return _page(request, 403, "403")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form is too old or came from elsewhere."""
    return _page(request, 403, "403_csrf")


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: nothing here."""
    return _page(request, 404, "404")


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault; drawn without database and without context processors.

    A lost database may be noticed outside of the view too (a session, a gate before the page): that is 503 all the same.
    """
    return answer_to(request, sys.exception()) or _page(request, 500, "500")
