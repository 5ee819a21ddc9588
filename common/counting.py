"""Counters of limits: how often something happened within a time. They live in the cache; were it away, each
process counts for itself. Names hold addresses of networks and mailboxes, so the cache knows them by a keyed hash.
"""

from __future__ import annotations

from django.core.cache import cache

from common.client_address import household_of, network_of
from common.crypto import keyed_hash

MINUTE, HOUR, DAY = 60, 3600, 86_400  # seconds
PURPOSE = "common.counting"
IN_A_NETWORK = 10  # times as much as from one address


def count(name: str, *, seconds: int) -> int:
    """Count one more, atomically; how many there are now within the time that began with the first."""
    key = _key(name)
    if cache.add(key, 1, timeout=seconds):
        return 1
    try:
        return int(cache.incr(key))
    except ValueError:  # it ran out between the two
        cache.set(key, 1, timeout=seconds)
        return 1


def seen(name: str) -> int:
    """How many were counted."""
    return int(cache.get(_key(name)) or 0)


def forget(name: str) -> None:
    """Begin to count anew."""
    cache.delete(_key(name))


def _key(name: str) -> str:
    return f"count:{keyed_hash(name, purpose=PURPOSE)}"


def is_over(what: str, address: str, *, most: int, seconds: int) -> bool:
    """Count one more by network address; whether that is more than may come from it, or from its whole network."""
    of_address = count(f"{what}:{household_of(address)}", seconds=seconds)
    of_network = count(f"{what}:{network_of(address)}", seconds=seconds)
    return of_address > most or of_network > most * IN_A_NETWORK
