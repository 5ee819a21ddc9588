"""What search engines read: schema.org's GovernmentService and its neighbours, as JSON-LD."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from services.labels import Vocabulary
from services.models import CostOption, Location, Phone, Provider, Sector, Service

ORGANISATION_TYPES = {
    Sector.PUBLIC: "GovernmentOrganization",
    Sector.CIVIL_SOCIETY: "NGO",
    Sector.INTERGOVERNMENTAL: "Organization",
    Sector.PRIVATE: "Organization",
}


def organisation(provider: Provider, phones: list[Phone]) -> dict[str, Any]:
    """The provider as a schema.org organisation."""
    data: dict[str, Any] = {"@type": ORGANISATION_TYPES[Sector(provider.sector)], "name": provider.name}
    if provider.website:
        data["url"] = provider.website
    if phones:
        data["telephone"] = [phone.shown for phone in phones]
    return data


def _channel(service: Service, phones: list[Phone], locations: list[Location]) -> dict[str, Any]:
    """How the service is reached: its own numbers, its address on the web, its places."""
    channel: dict[str, Any] = {"@type": "ServiceChannel", "availableLanguage": service.languages}
    own = [
        {"@type": "ContactPoint", "telephone": phone.shown, "availableLanguage": phone.languages}
        for phone in phones
        if phone.service_id
    ]
    if own:
        channel["servicePhone"] = own
    if service.url:
        channel["serviceUrl"] = service.url
    if locations:
        channel["serviceLocation"] = [
            {"@type": "Place", "name": place.name, "address": place.address} for place in locations
        ]
    return channel


def government_service(
    service: Service,
    words: Vocabulary,
    phones: list[Phone],
    locations: list[Location],
    costs: list[CostOption],
) -> dict[str, Any]:
    """A service; of type GovernmentService for public providers, Service for the others."""
    public = service.provider.sector == Sector.PUBLIC
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "GovernmentService" if public else "Service",
        "@id": f"urn:uuid:{service.pk}",
        "name": service.name,
        "description": service.summary,
        "url": f"{settings.BASE_URL}{service.get_absolute_url()}",
        "inLanguage": get_language(),
        "serviceType": words.label("category", service.category.key),
        "provider": organisation(service.provider, [phone for phone in phones if phone.provider_id]),
        "audience": [
            {"@type": "Audience", "audienceType": words.label("audience", code)} for code in service.audiences
        ],
        "areaServed": [words.label("district", code) for code in service.coverage],
        "availableChannel": _channel(service, phones, locations),
        "isAccessibleForFree": service.cost_type == "free",
    }
    if costs:
        data["offers"] = [
            {
                "@type": "Offer",
                "price": str(cost.amount),
                "priceCurrency": cost.currency,
                "description": cost.note,
            }
            for cost in costs
        ]
    return data
