"""Public pages: kept by version, the same bytes for everyone, served stale while the database is away."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.templatetags.static import static
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from common import content_version, lanes
from common.cache import pages
from common.page_cache import (
    FRESH_SECONDS,
    NEAR_PAGES,
    PageCacheMiddleware,
    do_not_keep,
    keeping_of,
    public_page,
)
from tests.factories.services import ServiceFactory

APPS = ("accounts", "common", "counselling", "notifications", "portal", "services", "shopfronts", "nexus")
pytestmark = pytest.mark.django_db


class Page:
    """A public view that counts how often it really ran."""

    def __init__(self) -> None:
        self.runs = 0
        self.queries: list[str] = []
        self.body = "salut"
        self.status = 200
        self.middleware = PageCacheMiddleware(self.view)  # type: ignore[arg-type]  # a view is a get_response

    def view(self, request: HttpRequest) -> HttpResponse:
        """Render."""

        @public_page
        def inner(request: HttpRequest) -> HttpResponse:
            self.runs += 1
            self.queries.append(request.META["QUERY_STRING"])
            return HttpResponse(self.body, status=self.status)

        return inner(request)  # type: ignore[return-value]

    def get(self, path: str = "/ro/x/", **headers: Any) -> HttpResponse:
        """Ask through the middleware."""
        return self.middleware(RequestFactory().get(path, headers=headers))


@pytest.fixture(autouse=True)
def routes(settings: Any) -> None:
    """Every address is public."""
    settings.ROOT_URLCONF = "tests.common.page_urls"


@pytest.fixture
def page() -> Page:
    """A fresh page."""
    return Page()


def test_second_reader_is_answered_from_the_cache(page: Page) -> None:
    first, second = page.get(), page.get()
    assert page.runs == 1
    assert first.content == second.content == b"salut"
    assert second["ETag"] == first["ETag"]
    assert second["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert (first["X-Cache"], second["X-Cache"]) == ("miss", "hit")


def test_an_etag_saves_the_bytes(page: Page) -> None:
    etag = page.get()["ETag"]
    again = page.get(if_none_match=etag)
    assert (again.status_code, again.content) == (304, b"")
    page.body = "altceva"
    content_version.publish()
    pages.set(content_version.CACHE_KEY, 99)
    assert page.get(if_none_match=etag).status_code == 200


@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_bytes_are_compressed_as_asked(page: Page, encoding: str) -> None:
    page.body = "salut " * 500
    answer = page.get(accept_encoding=encoding)
    assert answer["Content-Encoding"] == encoding
    assert len(answer.content) < 200
    assert "Accept-Encoding" in answer["Vary"]


@pytest.mark.parametrize("other", ["/ru/x/", "/ro/y/", "/ro/x/?q=1"])
def test_addresses_do_not_share_a_copy(page: Page, other: str) -> None:
    page.get()
    page.get(other)
    assert page.runs == 2


@pytest.mark.parametrize("host", ["localhost:1", "localhost:65535", "127.0.0.1"])
def test_a_port_that_somebody_invents_makes_no_copy(page: Page, host: str) -> None:
    page.get(host="localhost")
    assert page.get(host=host)["X-Cache"] == "hit"
    assert page.runs == 1


def test_a_foreign_host_gets_no_kept_page(page: Page) -> None:
    page.get()
    with pytest.raises(DisallowedHost):
        page.get(host="evil.example")


def test_a_fragment_and_its_page_do_not_share_a_copy(page: Page) -> None:
    page.get()
    page.get(hx_request="true")
    assert page.runs == 2


def test_going_back_in_the_history_gets_the_whole_page(page: Page) -> None:
    page.get()
    page.get(hx_request="true", hx_history_restore_request="true")
    assert page.runs == 1


def test_a_change_is_on_the_page_at_once(page: Page, django_capture_on_commit_callbacks: Any) -> None:
    page.get()
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        content_version.bump()
    page.body = "nou"
    assert page.get().content == b"nou"


def test_a_page_kept_in_the_process_follows_the_version_and_the_clock(
    page: Page, django_capture_on_commit_callbacks: Any, time_machine: Any
) -> None:
    time_machine.move_to(1_800_000_000.0, tick=False)
    page.get()
    assert [page.get()["X-Cache"] for _ in range(3)] == ["hit"] * 3  # from Valkey, then from the process
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        content_version.bump()
    page.body = "nou"
    assert page.get().content == b"nou"
    assert page.get()["X-Cache"] == page.get()["X-Cache"] == "hit"
    time_machine.shift(FRESH_SECONDS)
    assert page.get()["X-Cache"] == "miss"


def test_a_process_keeps_no_more_pages_than_it_may(page: Page) -> None:
    for number in range(NEAR_PAGES + 5):
        page.get(f"/ro/{number}/")
        page.get(f"/ro/{number}/")
    assert len(page.middleware._near) == NEAR_PAGES


def test_a_rolled_back_change_says_nothing(page: Page, django_capture_on_commit_callbacks: Any) -> None:
    before = content_version.current()
    with pytest.raises(ZeroDivisionError), django_capture_on_commit_callbacks(execute=True):  # noqa: PT012, SIM117
        with transaction.atomic():
            content_version.bump()
            raise ZeroDivisionError
    assert content_version.current() == before


def test_a_copy_is_made_anew_after_a_minute(page: Page, time_machine: Any) -> None:
    time_machine.move_to(1_800_000_000.0, tick=False)
    page.get()
    time_machine.shift(FRESH_SECONDS)
    page.get()
    assert page.runs == 2


def test_an_old_copy_serves_while_the_database_is_away(page: Page, time_machine: Any) -> None:
    time_machine.move_to(1_800_000_000.0, tick=False)
    page.get()
    time_machine.shift(3600)
    page.status = 503
    answer = page.get()
    assert (answer.status_code, answer.content, answer["X-Cache"]) == (200, b"salut", "stale")


def test_an_old_copy_serves_when_even_the_version_is_unknown(page: Page, monkeypatch: Any) -> None:
    page.get()
    pages.delete(content_version.CACHE_KEY)

    def away(*args: Any, **kwargs: Any) -> Any:
        raise OperationalError("gone")

    monkeypatch.setattr(connection, "cursor", away)
    assert page.get()["X-Cache"] == "stale"


def test_failures_and_cookies_are_not_kept(page: Page) -> None:
    page.status = 500
    page.get()
    page.get()
    assert page.runs == 2

    def with_cookie(request: HttpRequest) -> HttpResponse:
        response = HttpResponse("x")
        response.set_cookie("a", "b")
        response.is_public_page = True  # type: ignore[attr-defined]
        return response

    middleware = PageCacheMiddleware(with_cookie)
    middleware(RequestFactory().get("/ro/c/"))
    assert "X-Cache" not in middleware(RequestFactory().get("/ro/c/"))


def test_a_page_may_ask_not_to_be_kept() -> None:
    middleware = PageCacheMiddleware(lambda request: do_not_keep(HttpResponse("x")))
    assert "X-Cache" not in middleware(RequestFactory().get("/ro/c/"))


def test_private_pages_are_not_stored_anywhere() -> None:
    middleware = PageCacheMiddleware(lambda request: HttpResponse("x"))
    assert middleware(RequestFactory().get("/ro/me/"))["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("header", "encoding"),
    [
        ("br;q=0, gzip", "gzip"),
        ("gzip;q=0", None),
        ("br; q=0.2, gzip;q=0.8", "gzip"),
        ("*", "br"),
        ("*;q=0", None),
        ("br;q=0, *;q=0.1", "gzip"),
        ("gzip, deflate, br, zstd", "br"),
        ("brotli, gzipped", None),
        ("BR", "br"),
        ("gzip;q=much", None),
        ("", None),
    ],
)
def test_an_encoding_that_was_refused_is_not_sent(page: Page, header: str, encoding: str | None) -> None:
    answer = page.get(accept_encoding=header)
    assert answer.headers.get("Content-Encoding") == encoding


@pytest.mark.parametrize("path", ["/static/nexus.css", "/ro/account/login/"])
def test_nobody_below_sends_a_refused_encoding_either(client: Client, settings: Any, path: str) -> None:
    settings.ROOT_URLCONF = "nexus.urls"
    address = static("nexus.css") if "static" in path else path
    for header, encoding in (("gzip", "gzip"), ("gzip;q=0, br;q=0", None)):
        answer = client.get(address, headers={"accept-encoding": header})
        answer.close()
        assert answer.headers.get("Content-Encoding") == encoding


def test_each_encoding_has_its_own_etag(page: Page) -> None:
    tags = {each: page.get(accept_encoding=each)["ETag"] for each in ("br", "gzip", "identity")}
    assert len(set(tags.values())) == 3
    assert page.get(accept_encoding="br", if_none_match=tags["br"]).status_code == 304
    assert page.get(accept_encoding="br", if_none_match=f"W/{tags['br']}").status_code == 304  # a proxy's
    assert page.get(accept_encoding="br", if_none_match=tags["gzip"]).status_code == 200


def test_names_that_a_page_does_not_read_make_no_copy(page: Page) -> None:
    for number in range(3):
        page.get(f"/ro/x/?fbclid={number}&q=a&utm_source=mail")
    page.get("/ro/x/?q=a")
    assert page.runs == 1
    page.get("/ro/x/?q=b&%71=c")
    assert page.runs == 2
    assert page.queries == ["q=a", "q=b&%71=c"]  # the view never sees them, so its links do not carry them on


def test_what_is_not_public_keeps_its_query(page: Page) -> None:
    page.get("/ro/me/?next=/ro/")
    page.get("/ro/me/?next=/ro/")
    assert (page.runs, page.queries) == (2, ["next=/ro/"] * 2)


def test_every_public_page_reads_only_what_it_names(client: Client, settings: Any, monkeypatch: Any) -> None:
    """Whoever asks for another name of the query would always get nothing."""
    settings.ROOT_URLCONF = "nexus.urls"
    ServiceFactory.create(key="pension-italy")
    asked: set[str] = set()
    for name in ("get", "getlist", "__getitem__"):
        monkeypatch.setattr(QueryDict, name, _noting(getattr(QueryDict, name), asked))
    for path in ("/ro/", "/ro/services/", "/ro/saved/", "/ro/appointments/", "/sitemap.xml",
                 "/api/hsds/services", "/ro/services/pension-italy/"):  # fmt: skip
        keeping = keeping_of(RequestFactory().get(path))
        assert keeping, path
        asked.clear()
        client.get(path)
        assert asked <= keeping.reads, path


def _noting(method: Any, asked: set[str]) -> Any:
    def noting(self: QueryDict, key: str, *args: Any, **kwargs: Any) -> Any:
        asked.add(key)
        return method(self, key, *args, **kwargs)

    return noting


@pytest.mark.parametrize("path", ["/sitemap.xml", "/api/hsds/services?lang=ru&per_page=2"])
def test_machines_get_kept_answers(client: Client, settings: Any, path: str) -> None:
    settings.ROOT_URLCONF = "nexus.urls"
    settings.PAGE_CACHE = True
    first = client.get(path)
    with CaptureQueriesContext(connection) as queries:
        second = client.get(path)
    assert (first.status_code, second["X-Cache"], len(queries)) == (200, "hit", 0)
    assert first.content == second.content
    assert first["Content-Type"] == second["Content-Type"]
    if "api" in path:
        assert first["Access-Control-Allow-Origin"] == second["Access-Control-Allow-Origin"] == "*"


def test_nothing_that_is_kept_names_the_host_that_was_sent(client: Client, settings: Any) -> None:
    settings.ROOT_URLCONF = "nexus.urls"
    settings.PAGE_CACHE = True
    settings.BASE_URL = "https://nexus.example"
    service = ServiceFactory(words="Pensie")
    paths = ["/api/hsds/services?lang=ro&search=pensie", service.get_absolute_url(), "/ro/", "/sitemap.xml"]
    for path in paths:
        assert b"localhost:666" not in client.get(path, headers={"host": "localhost:666"}).content
    found = client.get(paths[0]).json()["contents"][0]
    assert found["url"] == f"https://nexus.example{service.get_absolute_url()}"


def test_no_code_writes_an_address_with_the_host_that_was_sent() -> None:
    """It would stand on the page that is kept for everyone, or in somebody's message."""
    code = [path for app in APPS for path in (settings.BASE_DIR / app).rglob("*.py")]
    pages = [*code, *(settings.BASE_DIR / "templates").rglob("*.html")]
    readers = [path.name for path in pages if re.search(r"build_absolute_uri|\bget_host\b", path.read_text())]
    assert readers == ["page_cache.py"]


def test_a_slower_writer_of_the_version_puts_no_older_one_back() -> None:
    pages.raise_to(content_version.CACHE_KEY, 8)
    pages.raise_to(content_version.CACHE_KEY, 7)
    assert content_version.current() == 8
    content_version.start_over()  # a database that came back from a backup
    assert content_version.current() == 1
    pages.raise_to(content_version.CACHE_KEY, 2)
    assert content_version.current() == 2


def test_the_quick_lane_asks_the_database_for_nothing(page: Page, time_machine: Any) -> None:
    """Neither for the version that the cache has lost, nor for the page: both are handed over."""
    with lanes.running(lanes.Run(lanes.Lane.QUICK)) as run, CaptureQueriesContext(connection) as queries:
        page.get()
    assert len(queries) == 0
    assert not run.has_copy
    time_machine.move_to(1_800_000_000.0, tick=False)
    page.get()
    time_machine.shift(FRESH_SECONDS)
    with lanes.running(lanes.Run(lanes.Lane.QUICK)) as run:
        page.get()
    assert run.has_copy
    pages.raise_to(content_version.CACHE_KEY, 9)
    page.body = "nou"
    with lanes.running(lanes.Run(lanes.Lane.QUICK)) as run:
        page.get()
    assert not run.has_copy  # of what was edited the new page is waited for


def test_what_was_handed_over_is_not_kept() -> None:
    middleware = PageCacheMiddleware(lambda request: lanes.HandedOver())
    assert isinstance(middleware(RequestFactory().get("/ro/x/")), lanes.HandedOver)
    assert isinstance(middleware(RequestFactory().get("/ro/x/")), lanes.HandedOver)


def _decorated(name: str) -> Iterator[ast.FunctionDef]:
    """Views of the product that carry a decorator."""
    for app in ("portal", "counselling", "shopfronts", "services", "notifications", "accounts", "common"):
        for file in (settings.BASE_DIR / app).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.FunctionDef) and any(
                    isinstance(mark, ast.Name) and mark.id == name for mark in node.decorator_list
                ):
                    yield node


def test_a_view_that_names_nothing_reads_no_query() -> None:
    """The search that found them: `request.GET` below a bare `@public_page`."""
    views = list(_decorated("public_page"))
    assert len(views) > 10
    reading = [
        view.name
        for view in views
        if any(isinstance(node, ast.Attribute) and node.attr == "GET" for node in ast.walk(view))
    ]
    assert reading == []
