"""A catalogue of any size, made from the real one: variations of real services, spread over the country.

A generated service keeps the subject of a real one, and takes half of its text, its papers, its place and
now and then its country or price from others. So words keep the shares that they have in the real catalogue,
and tens of thousands of combinations of facets come together.
The same number gives the same catalogue everywhere.
"""

from __future__ import annotations

from django.db import connection, transaction

from services.search import index

BATCH = 5000  # services a statement; the triggers write their search documents with it
LANGUAGES = ("ro", "ru", "en")
COST = "position, amount, currency, year, note, note_ro, note_ru, note_en"
# A whole number from a seed, the same on every machine: each use of chance has a salt of its own.
CHANCE = "abs(hashint8extended({number} * 1000003, {salt}) % {sides})"


def _chance(salt: int, sides: str, number: str = "n.i") -> str:
    return CHANCE.format(number=number, salt=salt, sides=sides)


def _texts() -> dict[str, str]:
    """Expressions of the translated columns; the plain column repeats the Romanian one."""
    columns = {}
    for suffix, language in (("", "ro"), *((f"_{code}", code) for code in LANGUAGES)):
        columns[f"name{suffix}"] = (
            f"left(a.name_{language} || ' – ' || place.name_{language}, 150) || ' ' || n.i"
        )
        columns[f"summary{suffix}"] = f"a.summary_{language}"
        columns[f"description{suffix}"] = (
            f"split_part(a.description_{language}, '. ', 1) || '. '"
            f" || split_part(b.description_{language}, '. ', 2) || '. '"
            f" || split_part(c.description_{language}, '. ', 3)"
        )
        columns[f"eligibility{suffix}"] = f"coalesce(b.eligibility_{language}, '')"
        columns[f"documents{suffix}"] = f"c.documents_{language}"
        columns[f"steps{suffix}"] = f"a.steps_{language}"
        columns[f"legal_basis{suffix}"] = f"coalesce(a.legal_basis_{language}, '')"
    return columns


def _columns() -> dict[str, str]:
    coin = _chance(11, "10")
    return _texts() | {
        "id": "md5('generated/' || n.i)::uuid",
        "key": "'generated-' || n.i",
        "category_id": "a.category_id",
        "provider_id": "a.provider_id",
        "phases": "a.phases",
        "audiences": f"CASE WHEN {coin} < 2 THEN b.audiences ELSE a.audiences END",
        "destination_countries": (
            f"CASE WHEN {coin} > 6 THEN b.destination_countries ELSE a.destination_countries END"
        ),
        "modes": "a.modes",
        "languages": "a.languages",
        "coverage": f"CASE WHEN {coin} < 5 THEN ARRAY[place.key]::varchar[] ELSE a.coverage END",
        "cost_type": f"CASE WHEN {coin} = 5 THEN b.cost_type ELSE a.cost_type END",
        "url": "a.url",
        "source": "a.source",
        "source_date": "a.source_date",
        "status": "'published'",
        "is_confirmed": f"{coin} < 8",
        "note": "''",
        "created_at": "now()",
        "updated_at": "now()",
    }


def _insert(first: int, last: int) -> str:
    columns = _columns()
    return f"""
        WITH real AS MATERIALIZED (
            SELECT service.*, row_number() OVER (ORDER BY key) - 1 AS row, count(*) OVER () AS size
            FROM services_service AS service
            WHERE status = 'published' AND key NOT LIKE 'generated-%'
        ), places AS MATERIALIZED (
            SELECT locality.*, row_number() OVER (ORDER BY key) - 1 AS row, count(*) OVER () AS size
            FROM services_locality AS locality
        )
        INSERT INTO services_service ({", ".join(columns)})
        SELECT {", ".join(columns.values())}
        FROM generate_series({first}::bigint, {last}::bigint) AS n (i)
        CROSS JOIN (
            SELECT (SELECT size FROM real LIMIT 1) AS real, (SELECT size FROM places LIMIT 1) AS places
        ) AS size
        JOIN real AS a ON a.row = n.i % size.real
        JOIN real AS b ON b.row = {_chance(1, "size.real")}
        JOIN real AS c ON c.row = {_chance(2, "size.real")}
        JOIN places AS place ON place.row = {_chance(3, "size.places")}
    """


def _beside(table: str, columns: str) -> str:
    """What hangs on the real service hangs on its variations too."""
    old = ", ".join(f"old.{column}" for column in columns.split(", "))
    return f"""
        INSERT INTO {table} (id, service_id, {columns})
        SELECT md5(s.id::text || old.id::text)::uuid, s.id, {old}
        FROM services_service AS s
        JOIN services_service AS a ON a.key NOT LIKE 'generated-%'
            AND s.name_ro LIKE a.name_ro || ' – %' AND a.provider_id = s.provider_id
        JOIN {table} AS old ON old.service_id = a.id
        WHERE s.key LIKE 'generated-%'
        ON CONFLICT DO NOTHING
    """


def generate(size: int) -> int:
    """Bring the catalogue to so many published services, the real ones among them; how many were added.

    Grows what an earlier call made, so that 2,000, 20,000 and 200,000 can be measured one after the other.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM services_service WHERE status = 'published'")
        present: int = cursor.fetchone()[0]
        cursor.execute("SELECT count(*) FROM services_service WHERE key LIKE 'generated-%'")
        made: int = cursor.fetchone()[0]
    if present == made:
        raise ValueError("Load the real catalogue first: generated services are variations of real ones.")
    added = max(size - present, 0)
    for first in range(made + 1, made + added + 1, BATCH):
        _add(first, min(first + BATCH - 1, made + added))
    index.refresh()
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(_beside("services_serviceatlocation", "location_id"))
        cursor.execute(_beside("services_costoption", COST))
        cursor.execute("VACUUM (ANALYZE)")
        cursor.execute("RESET statement_timeout")
    return added


@transaction.atomic
def _add(first: int, last: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET LOCAL nexus.bulk = 'on'")  # words are counted once, at the end
        cursor.execute(_insert(first, last))
