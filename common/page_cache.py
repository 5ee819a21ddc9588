"""Whole public pages, kept in the cache by address and version, and answered before anything else runs.

A page is public when its view says so (`@public_page`): it reads no cookie and no session and is the same
bytes for everyone. A kept page is fresh for a minute while its content version is in force; an older copy is
served only while the database is away (RFC 5861 calls that stale-if-error).
"""

from __future__ import annotations

import gzip
import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from urllib.parse import unquote_plus

import brotli
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags, quote_etag

from common import content_version, lanes
from common.cache import pages
from common.encodings import ENCODINGS, accepted
from common.routing import view_of

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
FRESH_SECONDS = 60  # opening hours and ages on a page may lag by this much
KEEP_SECONDS = 86_400  # how long a copy may serve while the database is away
NEAR_PAGES = 120  # pages of some 20 KB that each process keeps for itself
MAX_KEY_LENGTH = 600  # longer addresses are searches that nobody repeats
CACHE_CONTROL = "public, max-age=0, must-revalidate"
KEPT_HEADERS = (
    *("Content-Type", "Content-Language", "Link", "X-Robots-Tag", "Access-Control-Allow-Origin"),
    *("Cache-Control", "Referrer-Policy"),  # of `common.sensitive`: kept here, but by no browser
)


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A rendered public page, compressed."""

    version: int
    fresh_until: float  # Unix time
    status: int
    headers: tuple[tuple[str, str], ...]
    digest: str
    bodies: dict[str, bytes]  # by encoding

    def is_fresh(self) -> bool:
        """Whether its time is not over."""
        return time.time() < self.fresh_until

    def body(self, encoding: str) -> bytes:
        """The page in an encoding; small copies matter, since each answer fetches one from the cache."""
        found = self.bodies.get(encoding)
        return gzip.decompress(self.bodies["gzip"]) if found is None else found

    def tag(self, encoding: str) -> str:
        """A strong ETag names one representation, so each encoding has its own (RFC 9110, 8.8.3)."""
        return quote_etag(f"{self.digest}-{encoding}")


@dataclass(frozen=True, slots=True)
class Keeping:
    """How the answers of a public view are kept."""

    reads: frozenset[str]  # the names in the address's query that change the page
    fresh_seconds: int  # how long a copy stands while its content version is in force


def public_page(view: View[P]) -> View[P]:
    """Mark a view as the same for everyone, so that its answer may be kept and shared; it reads no query."""
    return public_page_of()(view)


def public_page_of(*reads: str, fresh_seconds: int = FRESH_SECONDS) -> Callable[[View[P]], View[P]]:
    """The same for a view that reads some names of the query. It never sees other names: they make no copy of their own."""
    keeping = Keeping(frozenset(reads), fresh_seconds)

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def inner(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            response = view(request, *args, **kwargs)
            if not hasattr(response, "is_public_page"):
                response.is_public_page = True  # type: ignore[attr-defined]  # read by the middleware
            return response

        inner.keeping = keeping  # type: ignore[attr-defined]  # read by the middleware
        return cast("View[P]", inner)  # wraps names its arguments

    return decorate


def do_not_keep(response: HttpResponse) -> HttpResponse:
    """Answer a public page without keeping it (for example a search that found nothing, to count it)."""
    response.is_public_page = False  # type: ignore[attr-defined]  # read by the middleware
    response["Cache-Control"] = CACHE_CONTROL
    return response


def is_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page; going back in the history it asks for the whole."""
    return "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers


def keeping_of(request: HttpRequest) -> Keeping | None:
    """How the page of an address is kept; None when it is not public, or changes something."""
    if request.method not in ("GET", "HEAD"):
        return None
    return getattr(view_of(request), "keeping", None)


def _leave_out(request: HttpRequest, reads: frozenset[str]) -> None:
    """Take names out of the query that the page does not read: marks of campaigns, and whatever somebody invents."""
    query = request.META.get("QUERY_STRING", "")
    if query:
        pairs = [pair for pair in query.split("&") if unquote_plus(pair.partition("=")[0]) in reads]
        request.META["QUERY_STRING"] = "&".join(pairs)


def _key(request: HttpRequest) -> str | None:
    """Where a page is kept. Never by the host that was sent: each of its ports would make a copy of its own."""
    request.get_host()  # a foreign one is refused here, as it is of pages that are not kept. Raises DisallowedHost.
    address = f"{request.get_full_path()}|{is_fragment(request)}"
    if len(address) > MAX_KEY_LENGTH:
        return None
    digest = hashlib.blake2b(address.encode("utf-8", "surrogatepass"), digest_size=20).hexdigest()
    return f"page:3:{settings.RELEASE}:{digest}"


def _encoding(request: HttpRequest) -> str:
    return next(iter(accepted(request.headers.get("Accept-Encoding", ""))), "identity")


def _answer(request: HttpRequest, page: KeptPage, *, source: str) -> HttpResponse:
    encoding = _encoding(request)
    tag = page.tag(encoding)
    known = [each.removeprefix("W/") for each in parse_etags(request.headers.get("If-None-Match", ""))]
    response: HttpResponse
    if page.status == 200 and (tag in known or "*" in known):
        response = HttpResponseNotModified()
    else:
        response = HttpResponse(page.body(encoding), status=page.status)
        if encoding != "identity":
            response["Content-Encoding"] = encoding
        for name, value in page.headers:
            response[name] = value
        response["Content-Length"] = str(len(response.content))
    response["ETag"] = tag
    response.setdefault("Cache-Control", CACHE_CONTROL)
    response["X-Cache"] = source
    patch_vary_headers(response, ("Accept-Encoding", "HX-Request", "HX-History-Restore-Request"))
    return response


def _encode(encoding: str, body: bytes, effort: int) -> bytes:
    if encoding == "br":
        compressed: bytes = brotli.compress(body, quality=effort)
        return compressed
    return gzip.compress(body, effort) if encoding == "gzip" else body


def _keep(version: int, response: HttpResponse, encodings: Sequence[str], fresh_seconds: int) -> KeptPage:
    body = response.content
    effort = 5 if len(encodings) > 1 else 1  # for many readers, or for this one alone
    return KeptPage(
        version=version,
        fresh_until=time.time() + fresh_seconds,
        status=response.status_code,
        headers=tuple((name, response[name]) for name in KEPT_HEADERS if name in response),
        digest=hashlib.blake2b(body, digest_size=16).hexdigest(),
        bodies={encoding: _encode(encoding, body, effort) for encoding in encodings},
    )


def _version(known: Any) -> int | None:
    """The content version: what the cache knows, else from PostgreSQL; None where the thread may not wait for that."""
    if known is not None:
        return int(known)
    return content_version.publish() if lanes.may_use_database() else None


class PageCacheMiddleware:
    """Answers kept pages; keeps what public views render."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        # The pages asked for most, in this process too: then Valkey is asked for the version alone.
        self._near: dict[str, KeptPage] = {}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer from the cache when the copy is fresh, else render, keep and answer."""
        keeping = keeping_of(request)
        if keeping is not None:
            _leave_out(request, keeping.reads)
        key = _key(request) if keeping and settings.PAGE_CACHE else None
        if keeping is None or key is None:
            return self._finish(request, self.get_response(request), None, 0, FRESH_SECONDS)
        near = self._near.get(key)
        if near and near.is_fresh() and near.version == pages.get(content_version.CACHE_KEY):
            return _answer(request, near, source="hit")
        found = pages.get_many([content_version.CACHE_KEY, key])
        page: KeptPage | None = found.get(key)
        known = found.get(content_version.CACHE_KEY)
        if page and page.version == known and page.is_fresh():
            self._take_near(key, page)
            return _answer(request, page, source="hit")
        return self._render(request, keeping, key, page, known)

    def _take_near(self, key: str, page: KeptPage) -> None:
        while len(self._near) >= NEAR_PAGES:  # the oldest goes; two threads may both take one
            self._near.pop(next(iter(self._near)), None)
        self._near[key] = page

    def _render(
        self, request: HttpRequest, keeping: Keeping, key: str, page: KeptPage | None, known: Any
    ) -> HttpResponse:
        """The page made anew; while that cannot be done, the older copy."""
        if run := lanes.here():
            run.has_copy = page is not None and known in (page.version, None)  # an edit is worth waiting for
        try:
            version = _version(known)
        except (OperationalError, InterfaceError):
            if page is None:
                raise
            return _answer(request, page, source="stale")
        response = self.get_response(request)
        if response.status_code == 503 and page is not None:
            return _answer(request, page, source="stale")
        return self._finish(
            request, response, None if version is None else key, version or 0, keeping.fresh_seconds
        )

    def _finish(
        self, request: HttpRequest, response: HttpResponse, key: str | None, version: int, fresh_seconds: int
    ) -> HttpResponse:
        if isinstance(response, lanes.HandedOver):
            return response
        public: Any = getattr(response, "is_public_page", None)
        if (
            not public
            or response.streaming
            or response.cookies
            or response.status_code not in (200, 404, 410)
        ):
            if public is None and "Cache-Control" not in response:
                response["Cache-Control"] = "no-store"
            return response
        kept = key is not None and response.status_code == 200
        page = _keep(version, response, ENCODINGS if kept else [_encoding(request)], fresh_seconds)
        if kept:
            pages.set(key, page, timeout=KEEP_SECONDS)
        return _answer(request, page, source="miss")
