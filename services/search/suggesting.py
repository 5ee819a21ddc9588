"""What to offer under the search box while someone types."""

from __future__ import annotations

from django.db import connection

from common.text import words
from services.search.engine import search
from services.search.stopwords import ANY_STOPWORD
from services.search.types import SearchRequest, Suggestion

SHORTEST = 2  # letters
LONGEST = 80
MOST_WORDS = 6
OTHERS = 2  # categories and providers at most, so that services keep their place
LANGUAGES = ("ro", "ru", "en")
# What is typed may be a whole word, as the index knows it, or the beginning of one.
QUERY = """
WITH typed AS (
    SELECT w.word, nexus_prepare(%(language)s, w.word) AS begun,
           (tsvector_to_array(nexus_vector(%(language)s, w.word)))[1] AS lexeme
    FROM unnest(%(words)s::text[]) AS w (word)
), query AS MATERIALIZED (
    SELECT string_agg(
        '(' || quote_literal(begun) || ':*' || coalesce(' | ' || quote_literal(lexeme), '') || ')', ' & ')::tsquery AS q
    FROM typed
), service AS (
    SELECT d.service_id, d.title
    FROM (SELECT h.number FROM services_searchhead_{language} AS h, query WHERE h.words @@ query.q LIMIT 300) AS h
    JOIN services_searchdocument_{language} AS d USING (number)
)
(SELECT 'service', CASE WHEN c.is_sensitive THEN s.number::text ELSE s.key END, s.name_{language}, p.name_{language}
 FROM service AS d JOIN services_service AS s ON s.id = d.service_id
 JOIN services_category AS c ON c.id = s.category_id
 JOIN services_provider AS p ON p.id = s.provider_id, query
 ORDER BY NOT starts_with(d.title, %(first)s),
          NOT nexus_vector(%(language)s, s.name_{language}) @@ query.q, length(d.title), d.title
 LIMIT %(limit)s)
UNION ALL
(SELECT 'provider', p.key, p.name_{language}, '' FROM services_provider AS p, query
 WHERE nexus_vector(%(language)s, concat_ws(' ', p.name_{language}, array_to_string(p.abbreviations, ' '))) @@ query.q
   AND EXISTS (SELECT FROM services_service AS s WHERE s.provider_id = p.id AND s.status = 'published')
 ORDER BY length(p.name_{language}) LIMIT 2)
UNION ALL
(SELECT 'category', CASE WHEN c.is_sensitive THEN c.number::text ELSE c.key END, c.name_{language}, coalesce(parent.name_{language}, '')
 FROM services_category AS c LEFT JOIN services_category AS parent ON parent.id = c.parent_id, query
 WHERE nexus_vector(%(language)s, c.name_{language}) @@ query.q
 ORDER BY c.parent_id IS NULL, length(c.name_{language}) LIMIT 2)
"""


def suggest(text: str, language: str, limit: int = 5) -> list[Suggestion]:
    """Services, and a category or provider, whose names begin with what is typed; else what a search finds."""
    typed = words(text[:LONGEST].replace("\x00", " "), limit=MOST_WORDS)
    telling = [word for word in typed[:-1] if word not in ANY_STOPWORD] + typed[-1:]
    if not telling or len("".join(telling)) < SHORTEST or language not in LANGUAGES:
        return []
    found = _begun(telling, language, limit)
    if len(found) < limit and len("".join(telling)) > SHORTEST + 1:
        found += _searched(text, language, limit, {line.key for line in found if line.kind == "service"})
    return found[:limit]


def _begun(telling: list[str], language: str, limit: int) -> list[Suggestion]:
    params: dict[str, list[str] | str | int] = {
        "words": telling,
        "language": language,
        "first": " ".join(telling),
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(QUERY.format(language=language), params)
        lines = [Suggestion(*row) for row in cursor.fetchall()]
    services = [line for line in lines if line.kind == "service"]
    others = [line for line in lines if line.kind != "service"][:OTHERS]
    return services[: limit - len(others)] + others


def _searched(text: str, language: str, limit: int, known: set[str]) -> list[Suggestion]:
    result = search(SearchRequest(language=language, text=text, per_page=limit))
    return [
        Suggestion(
            "service",
            item.address_key,
            getattr(item, f"name_{language}"),
            getattr(item.provider, f"name_{language}"),
        )
        for item in result.items
        if item.address_key not in known
    ]
