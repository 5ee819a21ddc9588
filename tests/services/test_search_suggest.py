"""What is offered while someone types."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from services.search import suggest
from tests.services.test_search_words import HOSTILE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]


@pytest.mark.parametrize("text", ["paș", "pasap", "PASAPORT"])
def test_services_whose_name_begins_so_come_first(text: str) -> None:
    """With and without diacritics."""
    lines = suggest(text, "ro")
    assert 0 < len(lines) <= 5
    assert lines[0].kind == "service"
    assert lines[0].key in {"passport-md", "passport-consulate"}
    assert lines[0].label.lower().startswith("pașaport")


@pytest.mark.parametrize(
    ("text", "language", "kind", "key"),
    [
        ("cnas", "ro", "provider", "cnas"),
        ("пенси", "ru", "category", "ss_pensions"),
        ("pensions", "en", "category", "ss_pensions"),
    ],
)
def test_providers_and_categories_are_offered_too(text: str, language: str, kind: str, key: str) -> None:
    """Beside the services, in the language of the page."""
    assert (kind, key) in {(line.kind, line.key) for line in suggest(text, language)}


def test_never_more_than_asked_for_and_none_twice() -> None:
    """The limit holds, and every line leads elsewhere."""
    for limit in (1, 3, 5):
        lines = suggest("pen", "ro", limit=limit)
        assert len(lines) <= limit
        assert len({(line.kind, line.key) for line in lines}) == len(lines)


@pytest.mark.parametrize("text", ["", " ", "p", "!", "asdfgh", "qwerty zxcv"])
def test_nothing_for_nothing(text: str) -> None:
    """Too short, or nonsense."""
    assert suggest(text, "ro") == []


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_input_gets_an_answer(text: str) -> None:
    """Never an exception."""
    assert len(suggest(text, "ro")) <= 5


def test_few_statements() -> None:
    """One for what begins so, and a search where that is too little."""
    with CaptureQueriesContext(connection) as captured:
        suggest("pașaport", "ro")
    assert len(captured) <= 5
