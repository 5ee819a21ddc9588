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

import brotli
from django.conf import settings
from django.core.cache import cache
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags, quote_etag

from common import content_version

P = ParamSpec("P")
FRESH_SECONDS = 60  # opening hours and ages on a page may lag by this much
KEEP_SECONDS = 86_400  # how long a copy may serve while the database is away
NEAR_PAGES = 120  # pages of some 20 KB that each process keeps for itself
MAX_KEY_LENGTH = 600  # longer addresses are searches that nobody repeats
CACHE_CONTROL = "public, max-age=0, must-revalidate"
ENCODINGS = ("br", "gzip")  # kept; who reads neither gets the second one unpacked
KEPT_HEADERS = ("Content-Type", "Content-Language", "Link", "X-Robots-Tag")


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A rendered public page, compressed."""

    version: int
    made_at: float  # Unix time
    status: int
    headers: tuple[tuple[str, str], ...]
    etag: str
    bodies: dict[str, bytes]  # by encoding

    def is_fresh(self) -> bool:
        """Whether it was made less than a minute ago."""
        return time.time() - self.made_at < FRESH_SECONDS

    def body(self, encoding: str) -> bytes:
        """The page in an encoding; small copies matter, since each answer fetches one from the cache."""
        found = self.bodies.get(encoding)
        return gzip.decompress(self.bodies["gzip"]) if found is None else found


def public_page(
    view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Mark a view as the same for everyone, so that its answer may be kept and shared."""

    @wraps(view)
    def inner(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if not hasattr(response, "is_public_page"):
            response.is_public_page = True  # type: ignore[attr-defined]  # read by the middleware
        return response

    return cast("Callable[Concatenate[HttpRequest, P], HttpResponseBase]", inner)  # wraps names its arguments


def do_not_keep(response: HttpResponse) -> HttpResponse:
    """Answer a public page without keeping it (for example a search that found nothing, to count it)."""
    response.is_public_page = False  # type: ignore[attr-defined]  # read by the middleware
    response["Cache-Control"] = CACHE_CONTROL
    return response


def is_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page; going back in the history it asks for the whole."""
    return "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers


def _key(request: HttpRequest) -> str | None:
    if request.method not in ("GET", "HEAD") or request.path[:4] not in ("/ro/", "/ru/", "/en/"):
        return None
    address = f"{request.get_host()}{request.get_full_path()}|{is_fragment(request)}"
    if len(address) > MAX_KEY_LENGTH:
        return None
    digest = hashlib.blake2b(address.encode("utf-8", "surrogatepass"), digest_size=20).hexdigest()
    return f"page:{settings.RELEASE}:{digest}"


def _encoding(request: HttpRequest) -> str:
    accepted = request.headers.get("Accept-Encoding", "")
    return "br" if "br" in accepted else "gzip" if "gzip" in accepted else "identity"


def _answer(request: HttpRequest, page: KeptPage, *, source: str) -> HttpResponse:
    etags = parse_etags(request.headers.get("If-None-Match", ""))
    encoding = _encoding(request)
    response: HttpResponse
    if page.status == 200 and (page.etag in etags or "*" in etags):
        response = HttpResponseNotModified()
    else:
        response = HttpResponse(page.body(encoding), status=page.status)
        if encoding != "identity":
            response["Content-Encoding"] = encoding
        for name, value in page.headers:
            response[name] = value
        response["Content-Length"] = str(len(response.content))
    response["ETag"] = page.etag
    response["Cache-Control"] = CACHE_CONTROL
    response["X-Cache"] = source
    patch_vary_headers(response, ("Accept-Encoding", "HX-Request", "HX-History-Restore-Request"))
    return response


def _encode(encoding: str, body: bytes, effort: int) -> bytes:
    if encoding == "br":
        compressed: bytes = brotli.compress(body, quality=effort)
        return compressed
    return gzip.compress(body, effort) if encoding == "gzip" else body


def _keep(version: int, response: HttpResponse, encodings: Sequence[str]) -> KeptPage:
    body = response.content
    effort = 5 if len(encodings) > 1 else 1  # for many readers, or for this one alone
    return KeptPage(
        version=version,
        made_at=time.time(),
        status=response.status_code,
        headers=tuple((name, response[name]) for name in KEPT_HEADERS if name in response),
        etag=quote_etag(hashlib.blake2b(body, digest_size=16).hexdigest()),
        bodies={encoding: _encode(encoding, body, effort) for encoding in encodings},
    )


class PageCacheMiddleware:
    """Answers kept pages; keeps what public views render."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        # The pages asked for most, in this process too: then Valkey is asked for the version alone.
        self._near: dict[str, KeptPage] = {}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer from the cache when the copy is fresh, else render, keep and answer."""
        key = _key(request) if settings.PAGE_CACHE else None
        if key is None:
            return self._finish(request, self.get_response(request), None, 0)
        near = self._near.get(key)
        if near and near.is_fresh() and near.version == cache.get(content_version.CACHE_KEY):
            return _answer(request, near, source="hit")
        found = cache.get_many([content_version.CACHE_KEY, key])
        page: KeptPage | None = found.get(key)
        version = found.get(content_version.CACHE_KEY)
        if page and page.version == version and page.is_fresh():
            while len(self._near) >= NEAR_PAGES:  # the oldest goes; two threads may both take one
                self._near.pop(next(iter(self._near)), None)
            self._near[key] = page
            return _answer(request, page, source="hit")
        try:
            number = content_version.publish() if version is None else int(version)
        except (OperationalError, InterfaceError):
            if page is None:
                raise
            return _answer(request, page, source="stale")
        response = self.get_response(request)
        if response.status_code == 503 and page is not None:
            return _answer(request, page, source="stale")
        return self._finish(request, response, key, number)

    def _finish(
        self, request: HttpRequest, response: HttpResponse, key: str | None, version: int
    ) -> HttpResponse:
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
        page = _keep(version, response, ENCODINGS if kept else [_encoding(request)])
        if kept:
            cache.set(key, page, timeout=KEEP_SECONDS)
        return _answer(request, page, source="miss")
