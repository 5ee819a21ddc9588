"""How many statements a page needs, in the worst case: nothing kept by the process or by the cache."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.cache import cache
from django.http import QueryDict
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils.translation import override

from bench.harness import CannotMeasureError, Result, within
from bench.questions import SEARCHES
from bench.sql import counting
from common import content_version
from services.forms import SearchForm
from services.models import Service
from services.views.search import results_context

MOST_RESULTS, MOST_SERVICE = 7, 5
FEW, MANY = 1, 50


def run() -> Iterator[Result]:
    """Results and services at their worst, and a page of one result beside a page of fifty."""
    results = max(_of_page(f"/{language}/services/?{query}") for language, query in SEARCHES)
    yield within("catalogue.queries_results", results, MOST_RESULTS)
    keys = Service.objects.published().order_by("key").values_list("key", flat=True)[::4]
    services = max(_of_page(f"/ro/services/{key}/") for key in keys)
    yield within("catalogue.queries_service", services, MOST_SERVICE)
    yield Result(
        "catalogue.queries_50_beside_1", _of_results(MANY), _of_results(FEW), "", target=1, at_least=False
    )


def forget() -> None:
    """Bring this process and the cache to the state before the first request."""
    cache.clear()
    content_version.forget()


def _of_page(address: str) -> int:
    forget()
    with counting() as tally:
        response = Client(headers={"host": "localhost"}).get(address)
    if response.status_code != 200:
        raise CannotMeasureError(f"{address} answered {response.status_code}.")
    return tally.statements


def _of_results(size: int) -> int:
    forget()
    request = RequestFactory().get("/ro/services/", headers={"host": "localhost"})
    with override("ro"), counting() as tally:
        context = results_context(SearchForm(QueryDict("q=moldova"), language="ro", per_page=size), "ro")
        render_to_string("services/service_list.html", context, request)
    if len(context["items"]) != size:
        raise CannotMeasureError(f"The word finds {len(context['items'])} services, not {size}.")
    return tally.statements
