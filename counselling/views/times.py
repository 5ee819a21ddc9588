"""The list of free times, the same on every page that shows it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import get_language

from accounts.models import User
from common.zones import city_of, zone_of
from counselling.journey import ANY, HOME, Path, find_from, without_counsellor
from counselling.listing import listing
from counselling.views.presenting import about
from counselling.wording import mode_label
from services.labels import language_name
from services.models import Country


def times_context(
    path: Path, *, member: User | None = None, visitor_key: str = "", problem: str = ""
) -> dict[str, Any]:
    """What `counselling/_times.html` shows."""
    wish = path.wish(member=member, visitor_key=visitor_key)
    found = find_from(wish, path.start_on, path.place.zone)
    with_known = wish.counsellor is not None
    if with_known and not found:  # better anyone than nobody
        found, with_known = find_from(without_counsellor(wish), path.start_on, path.place.zone), False
    page = listing(
        found,
        path.place.shopfronts,
        own=zone_of(path.zone),
        remote=path.mode != "in_person",
    )
    address = reverse("counselling:book_times", args=[path.place.slug, path.reason.number])
    return summary(path) | {
        "listing": page,
        "problem": problem,
        "with_known": with_known,
        "address": address,
        "later_url": f"{address}?{path.query}&from={page.next_on}" if page.next_on else "",
        "first_url": f"{address}?{path.query}" if path.start_on else "",
        "anywhere_url": _anywhere(path) if page.is_empty and path.place.shopfront else "",
        "waiting_url": f"{reverse('counselling:waiting_join', args=[path.place.slug, path.reason.number])}?{path.query}",
        "zones": zone_choices(path.zone),
    }


def summary(path: Path) -> dict[str, Any]:
    """What was chosen so far, in words."""
    return {
        "path": path,
        "place": path.place,
        "reason": path.reason,
        **about(path.reason),
        "language_label": language_name(path.language, get_language() or "ro"),
        "mode_label": mode_label(path.mode),
    }


def _anywhere(path: Path) -> str:
    return f"{reverse('counselling:book_times', args=[ANY, path.reason.number])}?{path.query}"


def zone_choices(chosen: str) -> list[tuple[str, str]]:
    """Zones in which people from Moldova live, by their city; whatever was chosen stands among them."""
    names: set[str] = {HOME.key, chosen} - {""}
    for zones in Country.objects.exclude(time_zones=[]).values_list("time_zones", flat=True):
        names |= {str(zone) for zone in zones}
    zones = [zone for zone in map(zone_of, names) if zone is not None]
    return sorted(((zone.key, city_of(zone.key)) for zone in zones), key=lambda pair: pair[1])
