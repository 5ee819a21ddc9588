"""What holds for pages of people: staff pass a second factor and do not stay signed in for ever.

Public pages are left alone: nothing here reads the session for them.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_cache_control

from accounts.access import second_factor_gate
from accounts.models import User
from common.page_cache import is_fragment

PERSONAL = re.compile(r"^/(?:admin|[a-z]{2}/(?:account|messages|desk|appointments/mine))/")
MARKER = "signed-in"  # tells nexus.js to fetch the bell; says nothing of who it is
BEGAN, SEEN = "staff_began_at", "staff_seen_at"  # in the session, Unix time
NOTE_EVERY = 60  # seconds between two writes of SEEN
# Never `cookies`: that takes what others keep under the same domain too; the session and the mark go by name.
CLEAR_HERE = '"cache"'
CLEAR_ALL = '"cache", "storage"'


class StaffGateMiddleware:
    """Guards `/admin/`, ends old sessions of staff, marks signed-in browsers, clears shared ones."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; what was shown to a person is not kept."""
        if not PERSONAL.match(request.path_info):
            return self.get_response(request)
        response = self.get_response(request)
        patch_cache_control(response, no_store=True, private=True)
        _mark(request, response)
        if request.method == "POST" and request.path == reverse("account_logout"):
            response["Clear-Site-Data"] = CLEAR_ALL if request.POST.get("shared") else CLEAR_HERE
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Send staff away whose time is over or who have not passed a second factor."""
        if not PERSONAL.match(request.path_info) or not isinstance(request.user, User):
            return None
        if request.path_info.startswith("/admin/"):  # its addresses name no language
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        if not request.user.is_office:
            return None
        if _is_over(request, by_itself=getattr(view, "is_asked_by_an_open_page", False)):
            logout(request)
            if is_fragment(request):  # the whole page leads to sign-in, not a part of it
                return HttpResponse(status=204, headers={"HX-Refresh": "true"})
            return redirect_to_login(request.get_full_path())
        if request.path_info.startswith("/admin/") and request.user.is_staff:
            return second_factor_gate(request)
        return None


def _is_over(request: HttpRequest, *, by_itself: bool) -> bool:
    """Whether a session of staff lay idle too long or is too old; notes that it was seen."""
    now, session = time.time(), request.session
    began, seen = session.setdefault(BEGAN, now), session.get(SEEN, now)
    if now - seen > settings.STAFF_IDLE_SECONDS or now - began > settings.STAFF_SESSION_SECONDS:
        return True
    if SEEN not in session or (now - seen > NOTE_EVERY and not by_itself):
        session[SEEN] = now
    return False


def _mark(request: HttpRequest, response: HttpResponse) -> None:
    if request.user.is_authenticated:
        if MARKER not in request.COOKIES:
            response.set_cookie(
                MARKER, "1", max_age=settings.SESSION_COOKIE_AGE, secure=settings.HTTPS, samesite="Lax"
            )
    elif MARKER in request.COOKIES:
        response.delete_cookie(MARKER, samesite="Lax")
