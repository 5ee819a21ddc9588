"""Counters of limits: how often something happened within a time. They live in the cache; were it away, each
process counts for itself.
"""

from __future__ import annotations

from django.core.cache import cache

from common.client_address import household_of, network_of

MINUTE, HOUR, DAY = 60, 3600, 86_400  # seconds
IN_A_NETWORK = 10  # times as much as from one address


def count(name: str, *, seconds: int) -> int:
    """Count one more, atomically; how many there are now within the time that began with the first."""
    key = f"count:{name}"
    if cache.add(key, 1, timeout=seconds):
        return 1
    try:
        return int(cache.incr(key))
    except ValueError:  # it ran out between the two
        cache.set(key, 1, timeout=seconds)
        return 1


def seen(name: str) -> int:
    """How many were counted."""
    return int(cache.get(f"count:{name}") or 0)


def forget(name: str) -> None:
    """Begin to count anew."""
    cache.delete(f"count:{name}")


def is_over(what: str, address: str, *, most: int, seconds: int) -> bool:
    """Count one more by network address; whether that is more than may come from it, or from its whole network."""
    of_address = count(f"{what}:{household_of(address)}", seconds=seconds)
    of_network = count(f"{what}:{network_of(address)}", seconds=seconds)
    return of_address > most or of_network > most * IN_A_NETWORK
