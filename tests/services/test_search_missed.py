"""Counting what people look for in vain, without a trace of who they are."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from services.models import MissedSearch
from services.search import missed
from services.tasks import drain_missed_searches

pytestmark = pytest.mark.django_db


def test_counts_wait_in_the_cache_and_are_carried_over_once() -> None:
    """A search writes no table; the task does, and does not count twice."""
    with CaptureQueriesContext(connection) as captured:
        missed.record("Lucru în Norvegia", "ro")
        missed.record("lucru in  NORVEGIA!", "ro")
        missed.record("lucru in norvegia", "ru")
    assert len(captured) == 0
    drain_missed_searches()
    drain_missed_searches()
    rows = MissedSearch.objects.order_by("language").values_list("language", "term", "count")
    assert list(rows) == [("ro", "lucru in norvegia", 2), ("ru", "lucru in norvegia", 1)]
    missed.record("lucru in norvegia", "ro")
    drain_missed_searches()
    assert MissedSearch.objects.get(language="ro").count == 3


@pytest.mark.parametrize(
    "text",
    [
        "ion.popescu@example.com",
        "sunati la +373 69 123 456",
        "2000123456789",
        "https://example.com/cineva",
        "www.example.com",
        "numele meu este Ion Popescu si locuiesc pe strada Stefan cel Mare in Cahul",
        "x" * 61,
        "",
        "!!!",
        "\x00",
    ],
)
def test_what_may_tell_who_asked_is_dropped(text: str) -> None:
    """Addresses, numbers, long stories, and what has no words."""
    missed.record(text, "ro")
    drain_missed_searches()
    assert not MissedSearch.objects.exists()


def test_a_year_may_stand() -> None:
    """Short numbers tell nothing about a person."""
    missed.record("indexare 2027", "ro")
    drain_missed_searches()
    assert MissedSearch.objects.get().term == "indexare 2027"


def test_unknown_languages_are_dropped() -> None:
    """Only the three of the portal."""
    missed.record("visa", "de")
    drain_missed_searches()
    assert not MissedSearch.objects.exists()
