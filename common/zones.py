"""Time zones by the city that each is called after, in the language in force (CLDR's names)."""

from __future__ import annotations

from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from babel.core import Locale, get_global
from django.utils.translation import get_language

from common.text import sort_key

AREAS = ("Europe/", "America/", "Asia/", "Africa/", "Australia/", "Atlantic/", "Pacific/", "Indian/")
BETTER = {("ru", "Europe/Chisinau"): "Кишинёв"}  # CLDR writes it without its ё


@lru_cache(maxsize=1)
def known() -> frozenset[str]:
    """Every IANA name; Python looks through its files each time that it is asked."""
    return frozenset(available_timezones())


def is_place(name: str) -> bool:
    """Whether a zone is that of a place: UTC, Etc/GMT+3 or EST are what browsers say that hide theirs."""
    return name.startswith(AREAS)


def city_of(name: str) -> str:
    """The city after which a zone is called: Roma, Рим; the name itself for what is no place."""
    if not is_place(name):
        return name
    locale = Locale(get_language() or "ro")
    canonical = get_global("zone_aliases").get(name, name)
    for one in (name, canonical, *_older(canonical)):
        city = BETTER.get((locale.language, one)) or locale.time_zones.get(one, {}).get("city")
        if city:
            return str(city)
    return name.rpartition("/")[2].replace("_", " ")


@lru_cache(maxsize=512)
def _older(name: str) -> tuple[str, ...]:
    """Names that a zone had before: CLDR keeps its cities under the oldest, Europe/Kiev."""
    return tuple(old for old, new in get_global("zone_aliases").items() if new == name)


def zones_by_country(own_country: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Zones that a person may live in: of each country (one's own first) its name, and (IANA name, city) in order."""
    territories, aliases = get_global("zone_territories"), get_global("zone_aliases")
    names = Locale(get_language() or "ro").territories
    found: dict[str, list[tuple[str, str]]] = {}
    for zone in known():
        if is_place(zone) and zone not in aliases and zone in territories:
            found.setdefault(territories[zone], []).append((zone, city_of(zone)))
    order = sorted(found, key=lambda code: (code != own_country, sort_key(names.get(code, code))))
    return [
        (str(names.get(code, code)), sorted(found[code], key=lambda pair: sort_key(pair[1])))
        for code in order
    ]


def zone_of(name: str) -> ZoneInfo | None:
    """The zone of an IANA name; None for what is none."""
    return ZoneInfo(name) if name in known() else None
