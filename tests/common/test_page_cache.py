"""Public pages: kept by version, the same bytes for everyone, served stale while the database is away."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from common import content_version
from common.cache import FailoverCache, pages
from common.page_cache import FRESH_SECONDS, NEAR_PAGES, PageCacheMiddleware, do_not_keep, public_page

pytestmark = pytest.mark.django_db


class Page:
    """A public view that counts how often it really ran."""

    def __init__(self) -> None:
        self.runs = 0
        self.body = "salut"
        self.status = 200
        self.middleware = PageCacheMiddleware(self.view)  # type: ignore[arg-type]  # a view is a get_response

    def view(self, request: HttpRequest) -> HttpResponse:
        """Render."""

        @public_page
        def inner(request: HttpRequest) -> HttpResponse:
            self.runs += 1
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


def test_cache_falls_back_to_memory_and_comes_back(settings: Any, time_machine: Any) -> None:
    away = FailoverCache("redis://127.0.0.1:1/0", {"OPTIONS": {"socket_connect_timeout": 0.2}})
    assert away.add("a", 1)
    assert away.get("a") == 1
    assert away.incr("a") == 2
    assert away.get_many(["a", "b"]) == {"a": 2}
    away.set_many({"b": 3})
    assert away.has_key("b")
    assert away.touch("b", 10)
    away.delete_many(["a"])
    assert away.get("a", "gone") == "gone"
    assert away.delete("b")
    away.set("c", 1)
    away.clear()
    assert away.get("c") is None
