"""What goes into a search and what comes out; shared by the engine, the pages and the API."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from services.models import Service

MAX_QUERY_LENGTH = 200  # characters; what is longer is cut and the reader is told
FACETS = ("phase", "category", "audience", "country", "cost", "mode", "lang_spoken", "district", "sector")
SORTS = ("relevance", "name", "fresh")


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A question and its filters: OR within a facet, AND across facets; codes are those of the models."""

    language: str  # ro, ru or en: language of the page
    text: str = ""
    filters: dict[str, tuple[str, ...]] = field(default_factory=dict)  # facet name -> chosen codes
    sort: str = "relevance"
    page: int = 1  # from 1
    per_page: int = 20


@dataclass(frozen=True, slots=True)
class FacetCount:
    """How many results choosing this value (beside the other facets' choices) would show."""

    code: str
    count: int


@dataclass(frozen=True, slots=True)
class SearchResult:
    """One page of results."""

    items: list[Service]  # with what a card shows, see ServiceQuerySet.for_cards
    total: int
    exact: bool  # False: only near matches (typos mended, transliterated) or none
    facets: dict[str, list[FacetCount]]
    page: int
    pages: int
    did_you_mean: str | None = None
    was_cut: bool = False
    other_language: dict[uuid.UUID, str] = field(
        default_factory=dict
    )  # found only by its text in that language


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One line under the search box while typing."""

    kind: str  # service, category or provider
    key: str
    label: str
    detail: str = ""
