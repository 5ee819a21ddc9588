"""What each request and answer passes: what the reader takes, who does the work, how a page looks.

When PostgreSQL is away: a clear answer in the person's language, never a traceback.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils import translation

from common import lanes
from common.answers import is_for_machines, json_error
from common.encodings import accepted
from common.routing import view_of
from common.spaces import unbroken_page

logger = logging.getLogger(__name__)
RETRY_AFTER_SECONDS = "30"  # a database that is away
BUSY_SECONDS = "5"  # too many ask for the same costly thing
COME_BACK = "must_come_back"
NUL_REFUSED = "A string literal cannot contain NUL (0x00) characters."  # psycopg2's words


class AcceptEncodingMiddleware:
    """Leaves in `Accept-Encoding` what the reader takes of ours: those below look for words in it, `q=0` or not."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Rewrite the header."""
        if "HTTP_ACCEPT_ENCODING" in request.META:
            request.META["HTTP_ACCEPT_ENCODING"] = ", ".join(accepted(request.META["HTTP_ACCEPT_ENCODING"]))
        return self.get_response(request)


class UnavailableMiddleware:
    """Turns a lost database, and what too many ask for at once, into 503 with Retry-After; a NUL in a text into 400."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass on; a page that says itself that too many ask is answered as what it says."""
        response = self.get_response(request)
        if getattr(request, COME_BACK, False):
            response.status_code = 503
            response["Retry-After"] = BUSY_SECONDS
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer 503 when the exception means that the database cannot be reached or gave up in time.

        Raises BadRequest for a text that PostgreSQL cannot hold: no form lets it through, but views read addresses too.
        """
        if isinstance(exception, ValueError) and str(exception) == NUL_REFUSED:
            raise BadRequest("a NUL in what was sent") from None
        return answer_to(request, exception)


class LaneMiddleware:
    """Hands over what the page cache did not answer and the quick lane may not do; stands right below the page cache."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, hand over or refuse."""
        run = lanes.here()
        if (
            run is None
            or run.lane is lanes.Lane.SLOW
            or getattr(view_of(request), "needs_no_database", False)
        ):
            return self.get_response(request)
        if run.lane is lanes.Lane.REFUSE:
            return unavailable(request)
        run.is_handed_over = True
        return lanes.HandedOver()


class AdminCspMiddleware:
    """Gives the admin the one exception to the policy: its widgets (Alpine) evaluate their attributes.

    Only signed-in staff reach those pages; nothing that a visitor wrote is drawn there as markup.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Widen the policy of answers under /admin/."""
        response = self.get_response(request)
        if request.path_info.startswith("/admin/"):
            response._csp_update = {  # type: ignore[attr-defined]  # django-csp reads it
                "script-src": ["'unsafe-eval'"],
                "style-src": ["'unsafe-inline'"],
            }
        return response


class UnbrokenMiddleware:
    """Binds figures to what they count in every page, whoever wrote it; stands below what reckons its length."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Rewrite the spaces of a page."""
        response = self.get_response(request)
        if isinstance(response, HttpResponse) and response.get("Content-Type", "").startswith("text/html"):
            response.content = unbroken_page(response.content.decode(response.charset)).encode(
                response.charset
            )
        return response


def answer_to(request: HttpRequest, exception: BaseException | None) -> HttpResponse | None:
    """503 for an exception that means so, wherever it was raised; None for any other."""
    if isinstance(exception, lanes.BusyError):
        logger.warning("too much at once: %s", exception)
        return unavailable(request, "errors/503_busy.html", BUSY_SECONDS)
    if isinstance(exception, OperationalError | InterfaceError):
        logger.error("database away: %s", type(exception).__name__)
        return unavailable(request)
    return None


def come_back(request: HttpRequest) -> None:
    """Let the page that is being made, which says that too many ask at once, be answered with 503 and Retry-After."""
    setattr(request, COME_BACK, True)


def unavailable(
    request: HttpRequest, template: str = "errors/503.html", seconds: str = RETRY_AFTER_SECONDS
) -> HttpResponse:
    """A 503 page in the language of the address; machines get JSON."""
    if is_for_machines(request):
        response = json_error(503, "not available right now")
        response["Retry-After"] = seconds
        return response
    language = translation.get_language_from_path(request.path_info) or "ro"
    with translation.override(language):
        response = HttpResponse(render_to_string(template, {"language": language}), status=503)
    response["Retry-After"] = seconds
    response["Cache-Control"] = "no-store"
    return response
