"""A catalogue of any size, made from the real one: variations of real services, spread over the country.

A generated service keeps the subject of a real one, and takes half of its text, its papers, its place and now and
then its country or price from others. So words keep the shares that they have in the real catalogue, every service
stands in a place and in a combination of facets, and some tens of thousands of combinations come together.
The same number gives the same catalogue everywhere.
"""

from __future__ import annotations

from django.db import connection, transaction

from services.search import index

BATCH = 5000  # services a statement; the triggers write their search documents with it
LANGUAGES = ("ro", "ru", "en")
# A whole number from a seed, the same on every machine: each use of chance has a salt of its own.
CHANCE = "abs(hashint8extended({number} * 1000003, {salt}) % {sides})"


def _chance(salt: int, sides: str, number: str = "n.i") -> str:
    return CHANCE.format(number=number, salt=salt, sides=sides)


def _texts() -> dict[str, str]:
    """Expressions of the translated columns; the plain column of modeltranslation repeats the Romanian one."""
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
        "destination_countries": f"CASE WHEN {coin} > 6 THEN b.destination_countries ELSE a.destination_countries END",
        "modes": "a.modes",
        "languages": "a.languages",
        "coverage": f"CASE WHEN {coin} < 5 THEN ARRAY[place.key]::varchar[] ELSE a.coverage END",
        "cost_type": f"CASE WHEN {coin} = 5 THEN b.cost_type ELSE a.cost_type END",
        "url": "a.url",
        "source": "a.source",
        "source_date": "a.source_date",
        "status": "'published'",
        "is_confirmed": f"{coin} < 8",
        "verified_on": f"DATE '2026-11-22' - ({_chance(12, '700')})::integer",
        "note": "''",
        "created_at": "now()",
        "updated_at": "now()",
    }


def _insert() -> str:
    columns = _columns()
    size = "(SELECT count(*) FROM real)"
    return (
        f"""
        WITH real AS MATERIALIZED (
            SELECT service.*, row_number() OVER (ORDER BY key) - 1 AS row
            FROM services_service AS service
            WHERE status = 'published' AND key NOT LIKE 'generated-%%'
        ), places AS MATERIALIZED (
            SELECT locality.*, row_number() OVER (ORDER BY key) - 1 AS row FROM services_locality AS locality
        )
        INSERT INTO services_service ({", ".join(columns)})
        SELECT {", ".join(columns.values())}
        FROM generate_series(%s::bigint, %s::bigint) AS n (i)
        JOIN real AS a ON a.row = n.i %% {size}
        JOIN real AS b ON b.row = {_chance(1, size)}
        JOIN real AS c ON c.row = {_chance(2, size)}
        JOIN places AS place ON place.row = {_chance(3, "(SELECT count(*) FROM places)")}
    """.replace(" % (", " %% (")
        .replace(" % 10)", " %% 10)")
        .replace(" % 700)", " %% 700)")
    )


BESIDE = (
    """
    INSERT INTO services_serviceatlocation (id, service_id, location_id)
    SELECT md5(s.id::text || old.id::text)::uuid, s.id, old.location_id
    FROM services_service AS s
    JOIN services_service AS a ON a.key NOT LIKE 'generated-%%' AND a.name_ro = split_part(s.name_ro, ' – ', 1)
    JOIN services_serviceatlocation AS old ON old.service_id = a.id
    WHERE s.key LIKE 'generated-%%'
    ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO services_costoption
        (id, service_id, position, amount, currency, year, note, note_ro, note_ru, note_en)
    SELECT md5(s.id::text || old.id::text)::uuid, s.id, old.position, old.amount, old.currency, old.year, old.note, old.note_ro, old.note_ru, old.note_en
    FROM services_service AS s
    JOIN services_service AS a ON a.key NOT LIKE 'generated-%%' AND a.name_ro = split_part(s.name_ro, ' – ', 1)
    JOIN services_costoption AS old ON old.service_id = a.id
    WHERE s.key LIKE 'generated-%%'
    ON CONFLICT DO NOTHING
    """,
)


def generate(size: int) -> int:
    """Bring the catalogue to so many published services; returns how many were added. The real one must be there.

    Grows what an earlier call made, so that 2,000, 20,000 and 200,000 can be measured one after the other.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM services_service WHERE status = 'published'")
        present: int = cursor.fetchone()[0]
        cursor.execute("SELECT count(*) FROM services_service WHERE key LIKE 'generated-%%'", [])
        made: int = cursor.fetchone()[0]
    if present == made:
        raise ValueError("Load the real catalogue first: generated services are variations of real ones.")
    added = max(size - present, 0)
    for first in range(made + 1, made + added + 1, BATCH):
        _add(first, min(first + BATCH - 1, made + added))
    index.refresh()
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        for statement in BESIDE:
            cursor.execute(statement, [])
        cursor.execute("VACUUM (ANALYZE)")
        cursor.execute("RESET statement_timeout")
    return added


@transaction.atomic
def _add(first: int, last: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET LOCAL nexus.bulk = 'on'")  # words are counted once, at the end
        cursor.execute(_insert(), [first, last])
