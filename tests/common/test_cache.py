"""The cache that may die: memory of the process while Valkey is away, pages apart from counters."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache
from django.core.cache.backends.redis import RedisCache

from common.cache import FailoverCache, pages


def test_threads_share_what_they_know_of_a_cache_that_is_away(monkeypatch: Any) -> None:
    """H09: one memory and one clock a process, so that limits count once."""
    address, options = "redis://127.0.0.1:1/7", {"OPTIONS": {"socket_connect_timeout": 0.2}}
    first, second = FailoverCache(address, options), FailoverCache(address, options)
    first.set("limit", 1)
    asked = []
    monkeypatch.setattr(RedisCache, "incr", lambda *args, **kwargs: asked.append(1))
    assert second.incr("limit") == 2
    assert first.get("limit") == 2
    assert not asked  # the second knows from the first that nobody answers
    first.raise_to("version", 5)
    second.raise_to("version", 4)
    assert first.get("version") == 5


def test_cache_falls_back_to_memory_and_comes_back(settings: Any, time_machine: Any) -> None:
    away = FailoverCache("redis://127.0.0.1:1/0", {"OPTIONS": {"socket_connect_timeout": 0.2}})
    assert away.add("a", 1)
    assert away.get("a") == 1
    assert away.incr("a") == 2
    assert away.get_many(["a", "b"]) == {"a": 2}
    away.set_many({"b": 3})
    assert away.has_key("b")
    assert away.touch("b", 10)
    away.delete_many(["a"])
    assert away.get("a", "gone") == "gone"
    assert away.delete("b")
    away.set("c", 1)
    away.clear()
    assert away.get("c") is None


def test_pages_and_counters_are_apart() -> None:
    """F20: a flood of addresses must not push the counters of limits out."""
    cache.set("limit:hold:somebody", 3)
    pages.set("page:x", "x")
    pages.clear()
    assert (cache.get("limit:hold:somebody"), cache.get("page:x")) == (3, None)
