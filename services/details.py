"""What stands beside a service on its page: telephones, places, amounts, and what to read next."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

from django.db import connection, models
from django.utils.translation import get_language

from services.models import Category, CostOption, Locality, Location, Phone, Provider, Service

M = TypeVar("M", bound=models.Model)
CANDIDATES = 40  # of the same topic, and of the same provider: the time must not grow with the catalogue
RELATED = 4
# One statement: a page asks little of each table, and every further question costs more than its answer.
QUERY = """
WITH candidate AS MATERIALIZED (
    (SELECT id, key, phases, destination_countries, category_id, provider_id FROM services_service
     WHERE category_id = %(category)s AND status = 'published' ORDER BY key LIMIT %(candidates)s)
    UNION
    (SELECT id, key, phases, destination_countries, category_id, provider_id FROM services_service
     WHERE provider_id = %(provider)s AND status = 'published' ORDER BY key LIMIT %(candidates)s)
), nearest AS (
    SELECT id, row_number() OVER (ORDER BY
        4 * (category_id = %(category)s)::int + (provider_id = %(provider)s)::int
        + 2 * (phases && %(phases)s::varchar[])::int
        + 2 * (destination_countries && %(countries)s::varchar[])::int DESC, key) AS place
    FROM candidate WHERE id <> %(service)s
    ORDER BY place LIMIT %(related)s
)
SELECT 'phone', row_number() OVER (ORDER BY service_id IS NULL, position), to_jsonb(p)
    FROM services_phone AS p WHERE provider_id = %(provider)s OR service_id = %(service)s
UNION ALL SELECT 'cost', row_number() OVER (ORDER BY position), to_jsonb(c) FROM services_costoption AS c
    WHERE service_id = %(service)s
UNION ALL SELECT 'location', row_number() OVER (ORDER BY l.key),
    to_jsonb(l) || jsonb_build_object('locality', to_jsonb(loc))
    FROM services_serviceatlocation AS at JOIN services_location AS l ON l.id = at.location_id
    LEFT JOIN services_locality AS loc ON loc.id = l.locality_id WHERE at.service_id = %(service)s
UNION ALL SELECT 'related', place, jsonb_build_object(
        'id', s.id, 'key', s.key, 'number', s.number, 'cost_type', s.cost_type, 'modes', s.modes,
        'is_confirmed', s.is_confirmed, 'verified_on', s.verified_on, 'source_date', s.source_date, 'valid_until', s.valid_until,
        'name_{language}', s.name_{language}, 'summary_{language}', s.summary_{language},
        'provider_id', p.id, 'provider', jsonb_build_object('id', p.id, 'name_{language}', p.name_{language}),
        'category_id', c.id, 'category', jsonb_build_object('id', c.id, 'is_sensitive', c.is_sensitive))
    FROM nearest JOIN services_service AS s USING (id) JOIN services_provider AS p ON p.id = s.provider_id
    JOIN services_category AS c ON c.id = s.category_id
ORDER BY 1, 2
"""


@dataclass(slots=True)
class Details:
    """The neighbours of one service, each list in its order."""

    phones: list[Phone] = field(default_factory=list)
    costs: list[CostOption] = field(default_factory=list)
    locations: list[Location] = field(default_factory=list)
    related: list[Service] = field(default_factory=list)


def details_of(service: Service) -> Details:
    """Telephones of the service and then of its provider, amounts and places of the service, and what is near; one statement.

    Near is the same part of the taxonomy, then the same provider; phase and country come on top.
    """
    details = Details()
    language = {"ro": "ro", "ru": "ru", "en": "en"}[get_language() or "ro"]  # never a reader's text in SQL
    with connection.cursor() as cursor:
        cursor.execute(
            QUERY.replace("{language}", language),
            {
                "service": service.pk,
                "category": service.category_id,
                "provider": service.provider_id,
                "phases": service.phases,
                "countries": service.destination_countries,
                "candidates": CANDIDATES,
                "related": RELATED,
            },
        )
        rows = cursor.fetchall()
    for kind, _place, text in rows:
        row = json.loads(text, parse_float=Decimal)
        if kind == "phone":
            details.phones.append(_instance(Phone, row))
        elif kind == "cost":
            details.costs.append(_instance(CostOption, row))
        elif kind == "location":
            details.locations.append(_location(row))
        else:
            details.related.append(_service(row))
    return details


def _service(row: dict[str, Any]) -> Service:
    """A service with as much as a card shows; the database is asked for the rest when it is used."""
    service = _instance(Service, row)
    service.provider = _instance(Provider, row["provider"])
    service.category = _instance(Category, row["category"])
    return service


def _location(row: dict[str, Any]) -> Location:
    location = _instance(Location, row)
    if row["locality"]:
        location.locality = _instance(Locality, row["locality"])
    return location


def _instance(model: type[M], row: dict[str, Any]) -> M:
    """A row as the object that a query for its columns would have made of it."""
    fields = [f for f in model._meta.concrete_fields if f.column in row]
    return model.from_db(
        "default", [f.attname for f in fields], [f.to_python(row[str(f.column)]) for f in fields]
    )
