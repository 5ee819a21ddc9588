"""What an SMS links to: its address is short, and leads on to the page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from counselling import tokens
from counselling.messages import ROUTES, path_of
from counselling.views.manage import gone


@never_cache
@require_safe
def short_link(request: HttpRequest, token: str) -> HttpResponse:
    """On to the page of an appointment, an offer or the waiting list; a bad link is the page that says so."""
    found = tokens.read_short(token)
    if found is None or found[0] not in ROUTES:
        return gone(request)
    purpose, pointer = found
    return redirect(path_of(purpose, pointer.id, pointer.number))
