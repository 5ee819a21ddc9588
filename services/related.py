"""Which other services a reader of one page may need next."""

from __future__ import annotations

from django.db.models import Case, IntegerField, Q, Value, When

from services.models import Service

LIMIT = 4


def related_to(service: Service, limit: int = LIMIT) -> list[Service]:
    """Services of the same part of the taxonomy, then of the provider, nearest in phase and country first.

    One query over two indexes: its time does not grow with the catalogue beyond the category's own size.
    """
    same_place = Q(category_id=service.category_id) | Q(provider_id=service.provider_id)

    def points(condition: Q, worth: int) -> Case:
        return Case(When(condition, then=Value(worth)), default=Value(0), output_field=IntegerField())

    nearness = points(Q(category_id=service.category_id), 4) + points(Q(provider_id=service.provider_id), 1)
    nearness += points(Q(phases__overlap=service.phases), 2)
    if service.destination_countries:
        nearness += points(Q(destination_countries__overlap=service.destination_countries), 2)
    return list(
        Service.objects.published()
        .for_cards()
        .filter(same_place)
        .exclude(pk=service.pk)
        .annotate(nearness=nearness)
        .order_by("-nearness", "key")[:limit]
    )
