"""The search form opens every address; the report form asks for a kind."""

from __future__ import annotations

import uuid

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from services.forms import MAX_PAGE, ReportForm, SearchForm
from services.search.types import MAX_QUERY_LENGTH


def form(query: str) -> SearchForm:
    """The form for an address."""
    return SearchForm(QueryDict(query), language="ro")


def test_unknown_facets_and_values_are_left_out() -> None:
    read = form("q=pensie&phase=abroad&phase=moon&colour=red&cost=free%27--&sector=public")
    assert read.filters == {"phase": ("abroad",), "sector": ("public",)}
    assert read.request().filters == read.filters


@pytest.mark.parametrize(
    ("page", "number"),
    [("", 1), ("0", 1), ("-3", 1), ("two", 1), ("2", 2), ("1000000000", MAX_PAGE), ("٣", 1)],
)
def test_page_is_brought_back(page: str, number: int) -> None:
    assert form(f"page={page}").page == number


def test_control_characters_and_nul_become_spaces() -> None:
    assert form("q=%00pensie%0A%0Ditalia%1b").text == "pensie  italia"


def test_a_value_is_toggled_and_the_page_starts_anew() -> None:
    read = form("q=acte&phase=abroad&page=3")
    assert read.toggled("phase", "return") == "?q=acte&phase=abroad&phase=return"
    assert read.toggled("phase", "abroad") == "?q=acte"
    assert read.address(page=2) == "?q=acte&phase=abroad&page=2"
    assert read.address(q="") == "?phase=abroad"


def test_sort_is_by_match_with_words_and_by_name_without() -> None:
    assert form("q=acte").request().sort == "relevance"
    assert form("").request().sort == "name"
    assert form("sort=drop").request().sort == "name"
    assert form("q=acte&sort=fresh").request().sort == "fresh"


@given(st.dictionaries(st.sampled_from(["q", "phase", "category", "page", "sort", "country"]), st.text()))
def test_no_address_is_refused(data: dict[str, str]) -> None:
    query = QueryDict(mutable=True)
    query.update(data)
    read = SearchForm(query, language="ro")
    assert 1 <= read.page <= MAX_PAGE
    assert "\x00" not in read.text
    assert SearchForm(QueryDict(read.address()[1:]), language="ro").filters == read.filters


def test_report_needs_a_kind() -> None:
    assert "kind" in ReportForm({"submission": uuid.uuid4(), "text": "x"}).errors
    assert ReportForm({"submission": uuid.uuid4(), "kind": "cost", "text": ""}).is_valid()


def test_a_report_is_read_as_it_was_written() -> None:
    form = ReportForm({"submission": uuid.uuid4(), "kind": "cost", "text": "costă\u202e 200\r\nlei"})
    assert form.is_valid()
    assert form.cleaned_data["text"] == "costă 200\nlei"


def test_a_question_of_ten_thousand_characters_is_cut_before_it_is_shown_or_linked() -> None:
    """One character more than is searched stays, so that the engine says that it was cut."""
    read = form(f"q={'x' * 10_000}")
    assert len(read.text) == MAX_QUERY_LENGTH + 1
    assert len(read.address()) < 2 * MAX_QUERY_LENGTH
