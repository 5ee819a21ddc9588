"""Memory of a web worker after ten thousand requests for every kind of page."""

from __future__ import annotations

import http.client
import itertools
import threading
from collections.abc import Iterator
from urllib.parse import quote

from bench.harness import CannotMeasureError, Result, within
from bench.questions import SEARCHES
from bench.server import Server, serving, site_map
from nexus.supervisor import HOST

REQUESTS, THREADS = 10_000, 4
MOST = 160.0  # MB, of a million bytes each


def run() -> Iterator[Result]:
    """The larger of the workers counts."""
    with serving() as server:
        addresses = _addresses(server)
        paths = itertools.islice(itertools.cycle(addresses), REQUESTS)
        _fetch_all(server, paths)
        resident = max(worker.memory_info().rss for worker in server.workers())
    yield within("catalogue.memory", resident / 1e6, MOST, "MB")


def _addresses(server: Server) -> list[str]:
    """Every page of the site map, print sheets, searches, the API, and what is not there."""
    pages = site_map(server)
    sheets = [f"{page}print/" for page in pages if "/services/" in page and not page.endswith("/services/")]
    asked = [f"/{language}/services/?{quote(query, safe='=&+')}" for language, query in SEARCHES]
    numbered = [f"/ro/services/?q=acte+{number}" for number in range(500)]
    machines = [f"/api/hsds/services?search=pensie&page={page}" for page in range(1, 20)]
    return [*pages, *sheets, *asked, *numbered, *machines, "/ro/nowhere/", "/nowhere", "/robots.txt"]


def _get(connection: http.client.HTTPConnection, path: str) -> tuple[int, str]:
    connection.request("GET", path, headers={"Host": "localhost"})
    response = connection.getresponse()
    return response.status, response.read().decode()


def _fetch_all(server: Server, paths: Iterator[str]) -> None:
    lock = threading.Lock()
    failures: list[str] = []

    def work() -> None:
        connection = http.client.HTTPConnection(HOST, server.port, timeout=30)
        while True:
            with lock:
                path = next(paths, None)
            if path is None or failures:
                return
            status, _body = _get(connection, path)
            if status not in (200, 301, 302, 404):
                failures.append(f"{path} answered {status}")

    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise CannotMeasureError(failures[0])
