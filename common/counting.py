"""Counters of limits: how often something happened within a time. They live in the cache; were it away, each
process counts for itself.
"""

from __future__ import annotations

from django.core.cache import cache


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
