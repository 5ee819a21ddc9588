"""Answering a search: read the question, ask the index once, fetch the page."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from services.models import Service, WideCoverage
from services.search.question import Question
from services.search.reading import understand
from services.search.statement import DISTRICT, NATIONWIDE, build
from services.search.types import FACETS, FacetCount, SearchRequest, SearchResult

PAGE_ROWS = 10  # kind of a row that stands on the page


@dataclass(slots=True)
class _Rows:
    total: int = 0
    counts: dict[int, dict[str, int]] = field(default_factory=dict)
    page: list[tuple[uuid.UUID, bool]] = field(default_factory=list)


def search(request: SearchRequest) -> SearchResult:
    """Results for a question and its filters; at most five statements, however many results there are."""
    if not request.text.strip():
        return _answer(request, None)
    question = understand(request.text, request.language)
    if not question.makes_sense():
        return SearchResult(
            items=[],
            total=0,
            exact=False,
            facets={},
            page=1,
            pages=1,
            did_you_mean=None,
            was_cut=question.was_cut,
        )
    return _answer(request, question)


def _answer(request: SearchRequest, question: Question | None) -> SearchResult:
    rows = _run(request, question)
    items = _items([pk for pk, _own in rows.page])
    pages = max(1, -(-rows.total // request.per_page))
    language = _other_language(question, request.language)
    others = {pk: language for pk, is_own in rows.page if not is_own and language}
    return SearchResult(
        items=items,
        total=rows.total,
        exact=bool(rows.total) and (question is None or question.is_exact),
        facets=_facets(rows.counts),
        page=min(request.page, pages),
        pages=pages,
        did_you_mean=question.did_you_mean if question else None,
        was_cut=question.was_cut if question else False,
        other_language=others,
    )


def _run(request: SearchRequest, question: Question | None) -> _Rows:
    statement = build(question, request)
    rows = _Rows()
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, statement.params)
        fetched: list[tuple[int, str, int, bool]] = cursor.fetchall()
    for kind, code, number, is_own in fetched:
        if kind == 0:
            rows.total = number
        elif kind == PAGE_ROWS:
            rows.page.append((uuid.UUID(code), is_own))
        else:
            counts = rows.counts.setdefault(kind, {})
            counts[code] = counts.get(code, 0) + number
    return rows


def _items(pks: list[uuid.UUID]) -> list[Service]:
    found: dict[Any, Service] = Service.objects.published().for_cards().in_bulk(pks)
    return [found[pk] for pk in pks if pk in found]


def _other_language(question: Question | None, language: str) -> str | None:
    if question is None:
        return None
    return next((group.language for group in question.groups if group.language != language), None)


def _facets(counts: dict[int, dict[str, int]]) -> dict[str, list[FacetCount]]:
    """Largest first. What is offered in the whole country is offered in each district."""
    nationwide = counts.get(DISTRICT, {}).get(NATIONWIDE, 0)
    facets = {}
    for number, facet in enumerate(FACETS, 1):
        values = []
        for code, count in counts.get(number, {}).items():
            is_district = number == DISTRICT and code not in WideCoverage.values
            values.append(FacetCount(code, count + nationwide if is_district else count))
        facets[facet] = sorted((v for v in values if v.count), key=lambda v: (-v.count, v.code))
    return facets
