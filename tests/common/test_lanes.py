"""Which requests wait where: what needs no database never waits for it."""

from __future__ import annotations

import threading
import time
from typing import Any

import psycopg2
import pytest
from django.db import OperationalError, connection
from django.test import Client, RequestFactory

from common import lanes
from common.lanes import Lane, Run
from common.postgresql import base, watch
from common.routing import view_of
from nexus.embedded.children import wait_until

pytestmark = pytest.mark.django_db


def ran(client: Client, path: str, lane: Lane) -> tuple[int, Run]:
    """The status of an address in a lane, and what the run has noted."""
    with lanes.running(Run(lane)) as run:
        return client.get(path).status_code, run


@pytest.mark.parametrize("path", ["/health/live", "/", "/robots.txt", "/sw.js"])
def test_what_needs_no_database_is_answered_in_the_quick_lane(client: Client, path: str) -> None:
    status, run = ran(client, path, Lane.QUICK)
    assert status in (200, 302)
    assert not run.is_handed_over


@pytest.mark.parametrize(
    "path", ["/ro/services/", "/ro/account/login/", "/health/ready", "/ro/nowhere/", "/admin/"]
)
def test_the_rest_is_handed_over(client: Client, path: str, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        status, run = ran(client, path, Lane.QUICK)
    assert (status, run.is_handed_over) == (204, True)


def test_who_waited_too_long_is_told_so(client: Client) -> None:
    with lanes.running(Run(Lane.REFUSE)):
        page, api = client.get("/ru/services/"), client.get("/api/hsds/services")
    assert (page.status_code, page["Retry-After"], page["Cache-Control"]) == (503, "30", "no-store")
    assert "Мы скоро вернёмся" in page.content.decode()
    assert (api.status_code, api.json()) == (503, {"error": "not available right now"})


@pytest.mark.parametrize("lane", [Lane.QUICK, Lane.REFUSE])
def test_quick_threads_get_no_connection(lane: Lane) -> None:
    with lanes.running(Run(lane)), pytest.raises(OperationalError, match="may not wait"):
        connection.copy().ensure_connection()


def test_a_wait_that_is_over_ends_and_others_are_refused_until_the_server_answers(monkeypatch: Any) -> None:
    monkeypatch.setattr(base, "STATEMENT_SECONDS", 0.3)
    tries = []

    def connect(**parameters: Any) -> Any:
        tries.append(parameters["connect_timeout"])
        if len(tries) < 2:
            raise psycopg2.OperationalError("timeout expired")
        return connected(**parameters)

    connected = psycopg2.connect
    own = connection.copy()
    with lanes.running(Run(Lane.SLOW)):
        own.ensure_connection()
        monkeypatch.setattr(psycopg2, "connect", connect)
        monkeypatch.setattr(watch, "TRY_EVERY", 0.3)
        began = time.monotonic()
        with pytest.raises(OperationalError), own.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(4)")
        assert time.monotonic() - began < 2
        assert watch.is_hanging()
        own.close()
        with pytest.raises(OperationalError, match="does not answer"):
            own.ensure_connection()
        while watch.is_hanging():
            time.sleep(0.05)
        with own.cursor() as cursor:
            cursor.execute("SELECT 1")
            assert cursor.fetchone() == (1,)
    own.close()
    assert tries[:2] == [watch.CONNECT_SECONDS] * 2


def test_a_wait_that_is_over_while_the_server_is_found_again_is_not_forgotten(monkeypatch: Any) -> None:
    """Between the thread's last word and its end nobody else would try, and everyone were refused for ever."""
    hangs = threading.Event()
    found_again = hangs.clear

    def clear_and_hang_anew() -> None:
        found_again()
        if not overlapped.is_set():
            overlapped.set()
            watch._found_hanging(connection)

    overlapped = threading.Event()
    monkeypatch.setattr(hangs, "clear", clear_and_hang_anew)
    monkeypatch.setattr(watch, "_hangs", hangs)
    monkeypatch.setattr(watch, "_threads", {})
    watch._found_hanging(connection)
    assert wait_until(lambda: overlapped.is_set() and not watch.is_hanging(), 10)


def test_tasks_and_commands_have_no_such_limit(monkeypatch: Any) -> None:
    monkeypatch.setattr(base, "STATEMENT_SECONDS", 0.1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.5)")
        assert cursor.fetchone() is not None


@pytest.mark.parametrize("path", ["/ro/services/", "/ru/services/", "/health/live"])
def test_views_are_found_under_every_language(path: str) -> None:
    assert view_of(RequestFactory().get(path)) is not None
    assert view_of(RequestFactory().get(f"{path}nowhere/at/all")) is None
    assert view_of(RequestFactory().get(f"/ro/{'x' * 5000}/")) is None
