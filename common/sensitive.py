"""Answers for people in danger: browsers keep no copy, other sites learn no address, titles and addresses are neutral.

The server may keep such a page for all (`common.page_cache`): it is the same for everyone and says nothing of who read it.
Templates read `is_sensitive`: `base.html` then gives a neutral title, the way out, and its script.
"""

from __future__ import annotations

from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

R = TypeVar("R", bound=HttpResponseBase)


def keep_nowhere(response: R) -> R:
    """Let no browser and no cache on the way keep the answer, and tell no other site where its reader was."""
    response["Cache-Control"] = "no-store"
    # Not no-referrer: with that, browsers post forms with `Origin: null`, which the CSRF check refuses.
    response["Referrer-Policy"] = "same-origin"
    return response


def render_sensitive(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page for people in danger."""
    return keep_nowhere(render(request, template, context | {"is_sensitive": True}, status=status))


def moved_to_neutral(address: str) -> HttpResponse:
    """From an address that tells to one that does not; for good, but remembered by no browser."""
    return keep_nowhere(redirect(address, permanent=True))
