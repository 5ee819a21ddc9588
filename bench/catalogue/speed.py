"""Requests a second of home, results and a service, beside a bare Django view on the same server."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from bench import wrk
from bench.harness import CannotMeasureError, Result, interleave
from bench.server import Server, serving

PAGES = {
    "home": "/ro/",
    "results": "/ro/services/?q=pensie",
    "service": "/ro/services/pension-italy/",
}
ROUNDS = 5
SECONDS = 2  # of load for each page in each round
CACHED, UNCACHED = 0.70, 0.08  # of the bare view's requests


def run() -> Iterator[Result]:
    """First with the page cache, then without it."""
    wrk.require()
    yield from _measure("cached", CACHED, PAGE_CACHE="true")
    yield from _measure("uncached", UNCACHED, PAGE_CACHE="false")


def _measure(kind: str, target: float, **environment: str) -> Iterator[Result]:
    with serving(**environment) as server:
        addresses = {"pong": f"{server.origin}/pong"} | {
            name: f"{server.origin}{path}" for name, path in PAGES.items()
        }
        _warm(server, kind, addresses)
        rates = interleave(
            {name: partial(wrk.rate, address, SECONDS) for name, address in addresses.items()}, ROUNDS
        )
    for name in PAGES:
        yield Result(f"catalogue.{kind}_{name}", rates[name], rates["pong"], "/s", target, at_least=True)


def _warm(server: Server, kind: str, addresses: dict[str, str]) -> None:
    """Let every worker load its templates, and see that the cache does what this round is about."""
    for address in addresses.values():
        wrk.rate(address, 1)
    expected = "hit" if kind == "cached" else "miss"
    for path in PAGES.values():
        if (found := wrk.header(f"{server.origin}{path}", "X-Cache")) != expected:
            raise CannotMeasureError(f"{path} came as {found!r}, not as {expected!r}.")
