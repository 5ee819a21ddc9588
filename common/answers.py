"""Answers that several pages give."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.views.decorators.csrf import csrf_exempt

READING = ("GET", "HEAD")


class SeeOther(HttpResponseRedirect):
    """303: what was sent is done, look there; every browser follows it by GET (RFC 9110, 15.4.4)."""

    status_code = 303


def see_other(to: str, *arguments: Any) -> SeeOther:
    """Lead on to a route or a path."""
    return SeeOther(resolve_url(to, *arguments))


def is_for_machines(request: HttpRequest) -> bool:
    """Whether the address is one that only programs ask."""
    return request.path_info.startswith(("/api/", "/health/"))


def json_error(status: int, text: str) -> HttpResponse:
    """An error as programs read it: `{"error": text}`."""
    return JsonResponse({"error": text}, status=status, headers={"Cache-Control": "no-store"})


def reads_only(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Mark a view of the API that is only read: other methods get 405 as JSON, and not a page about an old form."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method in READING:
            return view(request, *args, **kwargs)
        response = json_error(405, f"{request.method} is not allowed; read with GET")
        response["Allow"] = ", ".join(READING)
        return response

    return csrf_exempt(inner)
