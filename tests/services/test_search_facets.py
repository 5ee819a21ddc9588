"""Counts beside the filters: what a value promises is what choosing it shows."""

from __future__ import annotations

import pytest

from services.models import Service
from services.search import search
from services.search.types import FACETS, SearchRequest, SearchResult
from tests.factories.accounts import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]
Filters = dict[str, tuple[str, ...]]


def ask(text: str = "", filters: Filters | None = None, **options: object) -> SearchResult:
    """Search as the page does."""
    request = SearchRequest(
        language="ro", text=text, filters=filters or {}, sort="relevance" if text else "name", **options
    )  # type: ignore[arg-type]
    return search(request)


def counts(result: SearchResult, facet: str) -> dict[str, int]:
    """Of one facet, by code."""
    return {value.code: value.count for value in result.facets[facet]}


SITUATIONS: list[tuple[str, Filters]] = [
    ("", {}),
    ("pensie", {}),
    ("", {"phase": ("abroad",)}),
    ("acte copil", {"audience": ("children", "current_migrants")}),
    ("", {"category": ("documents",), "country": ("IT", "DE"), "cost": ("free",)}),
    ("pasaport", {"district": ("cahul",), "sector": ("public",)}),
    ("", {"district": ("abroad",)}),
]


@pytest.mark.parametrize("facet", FACETS)
@pytest.mark.parametrize(("text", "filters"), SITUATIONS)
def test_choosing_a_value_shows_as_many_as_it_promised(facet: str, text: str, filters: Filters) -> None:
    """With everything else that is chosen; the facet's own choice is replaced."""
    others = {name: codes for name, codes in filters.items() if name != facet}
    promised = counts(ask(text, filters), facet)
    for code, count in promised.items():
        assert ask(text, others | {facet: (code,)}).total == count, code


def test_counts_agree_with_the_records() -> None:
    """Counted in Python from the rows themselves, without the index."""
    published = list(Service.objects.published().select_related("category__parent", "provider"))
    result = ask(per_page=100)
    assert result.total == len(published)
    by_phase = {code: sum(code in s.phases for s in published) for code in counts(result, "phase")}
    assert counts(result, "phase") == by_phase
    by_sector = {c: sum(s.provider.sector == c for s in published) for c in counts(result, "sector")}
    assert counts(result, "sector") == by_sector
    categories = {
        code: sum(code in {s.category.key, s.category.parent.key} for s in published)  # type: ignore[union-attr]
        for code in counts(result, "category")
    }
    assert counts(result, "category") == categories
    countries = {c: sum(c in s.destination_countries for s in published) for c in counts(result, "country")}
    assert counts(result, "country") == countries
    assert "IT" in countries


def test_a_district_has_its_own_services_and_those_of_the_whole_country() -> None:
    """Someone in Cahul may use what is offered everywhere."""
    published = list(Service.objects.published())
    expected = {s.key for s in published if {"cahul", "nationwide"} & set(s.coverage)}
    result = ask(filters={"district": ("cahul",)}, per_page=100)
    shown = {service.key for service in result.items}
    page = 2
    while len(shown) < result.total:
        shown |= {s.key for s in ask(filters={"district": ("cahul",)}, per_page=100, page=page).items}
        page += 1
    assert shown == expected
    assert "custody-cahul" in shown
    assert "custody-edinet" not in shown
    districts = counts(ask(), "district")
    assert districts["cahul"] == len(expected)
    assert districts["nationwide"] == sum("nationwide" in s.coverage for s in published)


def test_values_of_one_facet_add_up_and_facets_narrow() -> None:
    """Or within a facet, and across facets."""
    italy = {s.key for s in ask(filters={"country": ("IT",)}, per_page=100).items}
    germany = {s.key for s in ask(filters={"country": ("DE",)}, per_page=100).items}
    both = {s.key for s in ask(filters={"country": ("IT", "DE")}, per_page=100).items}
    assert both == italy | germany
    assert italy != germany
    free = {s.key for s in ask(filters={"country": ("IT", "DE"), "cost": ("free",)}, per_page=100).items}
    assert free < both
    assert all(service.cost_type == "free" for service in Service.objects.filter(key__in=free))


def test_unknown_values_show_nothing_and_break_nothing() -> None:
    """An address with a code that nobody has."""
    assert ask(filters={"category": ("no-such",)}).total == 0
    assert ask("pensie", {"country": ("ZZ",)}).total == 0
    assert ask(filters={"category": ("'; --",), "no-such-facet": ("x",)}).total == 0


@pytest.mark.parametrize("text", ["", "pensie"])
@pytest.mark.parametrize("sort", ["name", "fresh", "relevance"])
def test_pages_follow_each_other_without_gap_or_repeat(text: str, sort: str) -> None:
    """Every result stands on one page, whatever the order; a page too far shows the last one."""
    shown: list[str] = []
    first = search(SearchRequest(language="ro", text=text, sort=sort, per_page=7))
    for page in range(1, first.pages + 1):
        result = search(SearchRequest(language="ro", text=text, sort=sort, per_page=7, page=page))
        assert result.page == page
        shown += [service.key for service in result.items]
    assert len(shown) == len(set(shown)) == first.total
    last = search(SearchRequest(language="ro", text=text, sort=sort, per_page=7, page=10**6))
    assert (last.page, [s.key for s in last.items]) == (first.pages, shown[(first.pages - 1) * 7 :])


def test_sorting_by_name_and_by_freshness() -> None:
    """By name as people read it; the latest verified first."""
    Service.objects.filter(key="apostille").update(verified_on="2026-11-20", verified_by=UserFactory.create())
    assert ask(per_page=1).items[0].name_ro < "B"  # type: ignore[attr-defined]
    fresh = search(SearchRequest(language="ro", sort="fresh", per_page=1))
    latest = Service.objects.published().order_by("-verified_on").values_list("verified_on").first()
    assert latest is not None
    assert fresh.items[0].verified_on is not None


def test_a_record_that_moves_takes_its_counts_along() -> None:
    """Facets follow the record, the provider and the category at once."""
    before = counts(ask(), "country").get("IT", 0)
    service = Service.objects.published().exclude(destination_countries__contains=["IT"])[0]
    service.destination_countries = [*service.destination_countries, "IT"]
    service.save()
    assert counts(ask(), "country")["IT"] == before + 1
    sector = counts(ask(), "sector")
    provider = service.provider
    moved = Service.objects.published().filter(provider=provider).count()
    other = "private" if provider.sector != "private" else "public"
    provider.sector = other
    provider.save()
    assert counts(ask(), "sector")[other] == sector.get(other, 0) + moved
