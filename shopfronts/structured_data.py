"""What search engines read about a counter: schema.org's GovernmentOffice, as JSON-LD."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings

from shopfronts.models import OpeningHours, ShopFront
from shopfronts.presenting import ShopFrontView

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def government_office(view: ShopFrontView) -> dict[str, Any]:
    """A counter; a GovernmentOffice is a LocalBusiness. What is not known yet is left out, never guessed."""
    shopfront = view.shopfront
    url = f"{settings.BASE_URL}{shopfront.get_absolute_url()}"
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "GovernmentOffice",
        "@id": f"urn:uuid:{shopfront.pk}",
        "name": f"NEXUS {shopfront.name}",
        "url": url,
        "address": {"@type": "PostalAddress", "addressLocality": shopfront.name, "addressCountry": "MD"},
        "knowsLanguage": shopfront.languages,
        "isAccessibleForFree": True,
        "openingHoursSpecification": opening_hours(view.hours),
        "specialOpeningHoursSpecification": [_closed(closure.on) for closure in view.closures],
    }
    if shopfront.address:  # until then the coordinates are those of the town
        data["address"]["streetAddress"] = shopfront.address
        data["geo"] = {
            "@type": "GeoCoordinates",
            "latitude": float(shopfront.latitude),
            "longitude": float(shopfront.longitude),
        }
    known = {
        "description": shopfront.description,
        "telephone": shopfront.phone,
        "email": shopfront.email,
        "amenityFeature": _wheelchair(shopfront),
    }
    return data | {name: value for name, value in known.items() if value}


def opening_hours(hours: list[OpeningHours]) -> list[dict[str, Any]]:
    """One entry for the weekdays that share hours and the days between which these hold."""
    groups: dict[tuple[Any, ...], list[str]] = {}
    for each in hours:
        key = (each.opens, each.closes, each.valid_from, each.valid_until)
        groups.setdefault(key, []).append(f"https://schema.org/{DAYS[each.weekday - 1]}")
    return [
        {
            "@type": "OpeningHoursSpecification",
            "dayOfWeek": days,
            "opens": f"{opens:%H:%M}",
            "closes": f"{closes:%H:%M}",
            **({"validFrom": since.isoformat()} if since else {}),
            **({"validThrough": until.isoformat()} if until else {}),
        }
        for (opens, closes, since, until), days in groups.items()
    ]


def _closed(on: dt.date) -> dict[str, Any]:
    """A day on which it does not open: schema.org says so by opening and closing at midnight."""
    return {
        "@type": "OpeningHoursSpecification",
        "opens": "00:00",
        "closes": "00:00",
        "validFrom": on.isoformat(),
        "validThrough": on.isoformat(),
    }


def _wheelchair(shopfront: ShopFront) -> dict[str, Any] | None:
    """Said only when it is certain; "partly" has no word there."""
    access = ShopFront.WheelchairAccess(shopfront.wheelchair_access)
    if access not in (access.FULL, access.NONE):
        return None
    return {
        "@type": "LocationFeatureSpecification",
        "name": "wheelchair accessible",
        "value": access == access.FULL,
    }
