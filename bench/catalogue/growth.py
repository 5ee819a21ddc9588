"""Time in the database as the catalogue grows a hundred times; sizes take turns, so that noise meets all."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from django.db import connection
from django.http import QueryDict
from django.test import RequestFactory
from django.utils.translation import override

from bench import database
from bench.generate import generate
from bench.harness import CannotMeasureError, Result, within
from bench.questions import SEARCHES
from bench.sql import counting
from services.forms import SearchForm
from services.models import Service
from services.views.search import results_context
from services.views.service import service_detail

SMALL, MIDDLE, LARGE = 2_000, 20_000, 200_000
SIZES = (SMALL, MIDDLE, LARGE)
ROUNDS = 5
MOST_TIMES, MOST_MILLISECONDS, MOST_TIMES_SERVICE = 25, 150.0, 1.5
SERVICES = 20  # real ones, which every size has

Task = Callable[[], object]


def run() -> Iterator[Result]:
    """Build the three catalogues once, then ask each for results and for services."""
    names = _catalogues()
    try:
        searches = _times(names, [partial(_search, *question) for question in SEARCHES])
        typical = {size: statistics.median(times) for size, times in searches.items()}
        yield _growth("search_20k", typical, MIDDLE, MOST_TIMES)
        yield _growth("search_200k", typical, LARGE, MOST_TIMES)
        yield within("catalogue.search_200k_typical", typical[LARGE], MOST_MILLISECONDS, "ms")
        yield within("catalogue.search_200k_slowest", max(searches[LARGE]), MOST_MILLISECONDS, "ms")
        keys = Service.objects.published().order_by("key").values_list("key", flat=True)[:SERVICES]
        pages = _times(names, [partial(_page, key) for key in keys])
        typical = {size: statistics.median(times) for size, times in pages.items()}
        yield _growth("service_200k", typical, LARGE, MOST_TIMES_SERVICE)
    finally:
        for name in names.values():
            database.drop(name)


def _growth(name: str, typical: dict[int, float], size: int, target: float) -> Result:
    return Result(f"catalogue.{name}", typical[size], typical[SMALL], "ms", target, at_least=False)


def _catalogues() -> dict[int, str]:
    names: dict[int, str] = {}
    source = database.NAME
    for size in SIZES:
        connection.close()  # a database with somebody in it cannot be copied
        names[size] = database.copy(source, f"{database.NAME}_{size}")
        source = names[size]
        with working_on(source):
            generate(size)
            _check(size)
    return names


def _check(size: int) -> None:
    if (found := Service.objects.published().count()) != size:
        raise CannotMeasureError(f"{found} services were generated instead of {size}.")


@contextmanager
def working_on(name: str) -> Iterator[None]:
    """Let this process ask another database."""
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


def _times(names: dict[int, str], tasks: list[Task]) -> dict[int, list[float]]:
    """For each size the time in the database of each task, in milliseconds: the median of some rounds."""
    seen: dict[int, list[list[float]]] = {size: [[] for _task in tasks] for size in names}
    for round_ in range(ROUNDS + 1):
        for size, name in names.items():
            with working_on(name):
                for times, task in zip(seen[size], tasks, strict=True):
                    milliseconds = _time(task)
                    if round_:  # the first one warms up: plans, catalogue caches, pages of the tables
                        times.append(milliseconds)
    return {size: [statistics.median(times) for times in rows] for size, rows in seen.items()}


def _time(task: Task) -> float:
    with counting() as tally:
        task()
    return tally.seconds * 1000


def _search(language: str, query: str) -> None:
    with override(language):
        results_context(SearchForm(QueryDict(query), language=language), language)


def _page(key: str) -> None:
    address = f"/ro/services/{key}/"
    with override("ro"):
        response = service_detail(RequestFactory().get(address, headers={"host": "localhost"}), key)
    if response.status_code != 200:
        raise CannotMeasureError(f"{address} answered {response.status_code}.")
