"""Keeping the index: triggers write it with every change; here is what is counted and loaded beside."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from django.db import connection, transaction

from services.models import Synonym

SYNONYMS = Path(__file__).resolve().parent / "synonyms"
LANGUAGES = ("ro", "ru", "en")


def refresh() -> None:
    """Count anew how many services use each word, and forget what none uses. Takes seconds at 200,000."""
    for function in ("services_search_refresh", "services_search_sweep"):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
            cursor.callproc(function)


def read_synonyms(language: str) -> dict[str, list[str]]:
    """Entries of the project's files: groups of everyday words and what the catalogue calls them."""
    entries: dict[str, list[str]] = {}
    for path in sorted(SYNONYMS.glob(f"{language}*.json")):
        for group in json.loads(path.read_text(encoding="utf-8")):
            for term in group["say"]:
                known = entries.setdefault(term, [])
                known.extend(word for word in group["find"] if word not in known and word != term)
    return entries


@transaction.atomic
def load_synonyms(languages: Iterable[str] = LANGUAGES) -> int:
    """Bring the file's entries into the table, leaving those that curators wrote or changed; count them all."""
    total = 0
    for language in languages:
        entries = read_synonyms(language)
        kept = set(
            Synonym.objects.filter(language=language, origin=Synonym.Origin.CURATOR).values_list(
                "term", flat=True
            )
        )
        old = dict(
            Synonym.objects.filter(language=language, origin=Synonym.Origin.FILE).values_list(
                "term", "expansions"
            )
        )
        new = {term: words for term, words in entries.items() if term not in kept}
        stale = [term for term, words in old.items() if new.get(term) != words]
        Synonym.objects.filter(language=language, origin=Synonym.Origin.FILE, term__in=stale).delete()
        Synonym.objects.bulk_create(
            Synonym(language=language, term=term, expansions=words, origin=Synonym.Origin.FILE)
            for term, words in new.items()
            if old.get(term) != words
        )
        total += len(new) + len(kept)
    return total


def rebuild() -> None:
    """Everything from the start: all documents, the synonyms of the file, the counts."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(
            "SELECT services_search_write(array_agg(id)) FROM services_service HAVING count(*) > 0"
        )
    load_synonyms()
    refresh()
