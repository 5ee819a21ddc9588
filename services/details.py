"""What stands beside a service on its page: telephones, places, amounts, and what to read next."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

from django.db import connection, models

from services.models import CostOption, Locality, Location, Phone, Service

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
SELECT 'phone', row_number() OVER (ORDER BY position), to_jsonb(p) FROM services_phone AS p
    WHERE provider_id = %(provider)s
UNION ALL SELECT 'cost', row_number() OVER (ORDER BY position), to_jsonb(c) FROM services_costoption AS c
    WHERE service_id = %(service)s
UNION ALL SELECT 'location', row_number() OVER (ORDER BY l.key),
    to_jsonb(l) || jsonb_build_object('locality', to_jsonb(loc))
    FROM services_serviceatlocation AS at JOIN services_location AS l ON l.id = at.location_id
    LEFT JOIN services_locality AS loc ON loc.id = l.locality_id WHERE at.service_id = %(service)s
UNION ALL SELECT 'related', place, to_jsonb(id) FROM nearest
ORDER BY 1, 2
"""


@dataclass(slots=True)
class Details:
    """The neighbours of one service, each list in its order."""

    phones: list[Phone] = field(default_factory=list)
    costs: list[CostOption] = field(default_factory=list)
    locations: list[Location] = field(default_factory=list)
    related: list[uuid.UUID] = field(default_factory=list)


def details_of(service: Service) -> Details:
    """Telephones of the provider, amounts and places of the service, keys of what is near; one statement.

    Near is the same part of the taxonomy, then the same provider; phase and country come on top.
    """
    details = Details()
    with connection.cursor() as cursor:
        cursor.execute(
            QUERY,
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
            details.related.append(uuid.UUID(row))
    return details


def related(details: Details) -> list[Service]:
    """The services to read next, with what a card shows, the nearest first."""
    found: dict[Any, Service] = Service.objects.published().for_cards().in_bulk(details.related)
    return [found[pk] for pk in details.related if pk in found]


def _location(row: dict[str, Any]) -> Location:
    location = _instance(Location, row)
    if row["locality"]:
        location.locality = _instance(Locality, row["locality"])
    return location


def _instance(model: type[M], row: dict[str, Any]) -> M:
    """A row as the object that a query would have made of it."""
    fields = model._meta.concrete_fields
    return model.from_db(
        "default", [f.attname for f in fields], [f.to_python(row[str(f.column)]) for f in fields]
    )
