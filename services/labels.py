"""Words for codes, in the language in force: one query for all of them, kept per content version."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from babel import Locale
from django.db import connection
from django.urls import reverse
from django.utils.translation import get_language

from common import content_version
from common.text import sort_key
from services.models import Audience, CostType, Mode, Phase, Sector, WideCoverage

QUERY = """
SELECT 'category', c.key, c.name_{language}, coalesce(p.key, ''), c.position,
       CASE WHEN c.is_sensitive THEN c.number END
  FROM services_category c LEFT JOIN services_category p ON p.id = c.parent_id
UNION ALL SELECT 'locality', key, name_{language}, '', 0, NULL FROM services_locality
UNION ALL SELECT 'country', iso2, name_{language}, '', position, NULL FROM services_country
ORDER BY 1, 5, 3
"""
CHOICES = {
    "phase": Phase,
    "audience": Audience,
    "cost": CostType,
    "mode": Mode,
    "sector": Sector,
}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Names of every code in one language, facet by facet, in the order in which people read them."""

    language: str
    names: dict[str, dict[str, str]]  # facet -> code -> name
    parents: dict[str, str]  # category key -> key of its parent, "" for a top one
    sensitive: dict[str, str]  # key of a sensitive category -> the address of its page, which names no key

    def label(self, facet: str, code: str) -> str:
        """The words for a facet's code; the code itself when it is unknown."""
        if facet == "lang_spoken":
            return language_name(code, self.language)
        return self.names.get(facet, {}).get(code, code)

    def order(self, facet: str) -> list[str]:
        """The codes of a facet in the order in which people read them; none for languages."""
        return list(self.names.get(facet, ()))


@content_version.remembered
def vocabulary() -> Vocabulary:
    """The vocabulary in the language in force, at the content version in force."""
    language = get_language() or "ro"
    column = {"ro": "ro", "ru": "ru", "en": "en"}[language]  # never a reader's text in SQL
    with connection.cursor() as cursor:
        cursor.execute(QUERY.format(language=column))
        rows = cursor.fetchall()
    names: dict[str, dict[str, str]] = {"category": {}, "locality": {}, "country": {}}
    parents: dict[str, str] = {}
    sensitive: dict[str, str] = {}
    for kind, code, name, parent, _position, number in rows:
        names[kind][code] = name or code
        if number:
            sensitive[code] = reverse("services:category_detail", args=[number])
        if kind == "category":
            parents[code] = parent
    # The database sorts by code point; people expect Ș beside S.
    localities = dict(sorted(names["locality"].items(), key=lambda entry: sort_key(entry[1])))
    choices = {facet: {code: str(label) for code, label in of.choices} for facet, of in CHOICES.items()}
    wide = {code: str(label) for code, label in WideCoverage.choices}
    facets = choices | {
        "category": names["category"],
        "country": names["country"],
        "district": wide | localities,
    }
    return Vocabulary(language, facets, parents, sensitive)


@lru_cache(maxsize=256)
def language_name(code: str, language: str) -> str:
    """Name of a language in a language (CLDR), for example "română"."""
    try:
        return str(Locale(language).languages.get(code, code))
    except ValueError:
        return code
