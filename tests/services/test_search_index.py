"""What is kept beside the services: counts of words, sets of facet values, synonyms of the file."""

from __future__ import annotations

import pytest
from django.db import connection

from services.models import Service, Synonym
from services.search import index, search
from services.search.types import SearchRequest

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]


def value(sql: str, *params: object) -> int:
    """One number."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return int(cursor.fetchone()[0])


def counted(word: str) -> int:
    """In how many services the statistics say that a word is used."""
    return value(
        "SELECT coalesce(max(in_vector), 0) FROM services_searchterm"
        " WHERE language = 'ro' AND lexeme = (tsvector_to_array(nexus_vector('ro', %s)))[1]",
        word,
    )


def test_every_published_service_has_one_document_a_language() -> None:
    """And nothing else has."""
    published = Service.objects.published().count()
    assert published > 100
    for table in ("document", "head", "body"):
        assert value(f"SELECT count(*) FROM services_search{table}") == published * 3  # noqa: S608
    Service.objects.all().delete()
    for table in ("document", "head", "body"):
        assert value(f"SELECT count(*) FROM services_search{table}") == 0  # noqa: S608


def test_counting_anew_tells_how_many_services_use_a_word() -> None:
    """A new word is known at once, and forgotten by the next count when nothing uses it."""
    service = Service.objects.get(key="apostille")
    old = service.summary_ro  # type: ignore[attr-defined]
    service.summary_ro = "Zmeură."  # type: ignore[attr-defined]
    service.save()
    assert counted("zmeură") == 1
    Service.objects.filter(key__in=["passport-md", "id-card"]).update(summary_ro="Zmeură coaptă.")
    index.refresh()
    assert counted("zmeură") == 3
    Service.objects.filter(summary_ro__startswith="Zmeură").update(summary_ro=old)
    index.refresh()
    assert counted("zmeură") == 0
    assert value("SELECT in_vector FROM services_searchterm WHERE language = 'ro' AND lexeme = ''") == (
        Service.objects.published().count()
    )


def test_sets_of_values_that_nothing_uses_are_swept() -> None:
    """Those in use stay, and counts with them."""
    index.refresh()
    before = value("SELECT count(*) FROM services_facetcombination")
    service = Service.objects.get(key="apostille")
    countries = service.destination_countries
    service.destination_countries = ["IS", "JP", "NZ"]
    service.save()
    assert value("SELECT count(*) FROM services_facetcombination") == before + 1
    service.destination_countries = countries
    service.save()
    index.refresh()
    assert value("SELECT count(*) FROM services_facetcombination") == before
    facets = search(SearchRequest(language="ro", sort="name")).facets
    assert sum(entry.count for entry in facets["cost"]) == Service.objects.published().count()


def test_a_bulk_write_leaves_the_counting_for_later() -> None:
    """With the setting on, documents are written and words are not counted."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL nexus.bulk = 'on'")
    Service.objects.filter(key="apostille").update(name_ro="Zmeură")
    assert counted("zmeură") == 0
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL nexus.bulk = 'off'")
    index.refresh()
    assert counted("zmeură") == 1


def test_the_files_synonyms_load_again_without_touching_the_curators() -> None:
    """What a curator changed stays; what the file says is the same after a second load."""
    file_entries = Synonym.objects.filter(origin=Synonym.Origin.FILE)
    count = file_entries.count()
    assert count > 500
    entry = file_entries.filter(language="ro")[0]
    entry.expansions, entry.origin = ["cazier judiciar"], Synonym.Origin.CURATOR
    entry.save()
    index.load_synonyms()
    entry.refresh_from_db()
    assert entry.expansions == ["cazier judiciar"]
    assert file_entries.count() == count - 1


@pytest.mark.parametrize("language", ["ro", "ru", "en"])
def test_the_files_are_written_as_the_language_is(language: str) -> None:
    """Hundreds of entries; Romanian with comma letters, never cedillas."""
    entries = index.read_synonyms(language)
    assert len(entries) >= 250
    assert sum(bool(words) for words in entries.values()) >= 250
    text = " ".join([*entries, *(word for words in entries.values() for word in words)])
    assert not set(text) & set("şţŞŢ")
