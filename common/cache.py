"""A cache that may die: while Valkey is away, this process remembers for itself."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.cache import caches
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from django.utils.connection import ConnectionProxy
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

pages: Any = ConnectionProxy(
    caches, "pages"
)  # kept pages and their version, apart from counters that must stay
RETRY_AFTER = 5.0  # seconds without asking a server that did not answer; measured in docs/design


class KeptClient(RedisCacheClient):
    """Makes the client of our one server once, and not for every call, which took longer than the call."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._kept: Any = None

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        """The client; it takes a connection of its pool for each call."""
        if self._kept is None:
            self._kept = super().get_client(key, write=write)
        return self._kept


@dataclass(slots=True)
class _Server:
    """What all threads of a process know of one server."""

    away_until: float = 0.0  # monotonic; 0 while it answers
    lock: threading.Lock = field(default_factory=threading.Lock)

    def may_be_asked(self) -> bool:
        """Whether to ask; when the pause is over, one thread tries while the others go on without."""
        if not self.away_until:
            return True
        with self.lock:
            if time.monotonic() < self.away_until:
                return False
            self.away_until = time.monotonic() + RETRY_AFTER
            return True

    def is_away(self) -> None:
        """Let nobody ask for a while."""
        self.away_until = time.monotonic() + RETRY_AFTER


_servers: dict[str, _Server] = {}


RAISE = """
local now = tonumber(redis.call('GET', KEYS[1]))
if not now or now < tonumber(ARGV[1]) then redis.call('SET', KEYS[1], ARGV[1]) end
"""


class _RisingRedis(RedisCache):
    def raise_to(self, key: str, number: int) -> None:
        made = self.make_and_validate_key(key)
        self._cache.get_client(made, write=True).eval(RAISE, 1, made, number)


class _RisingMemory(LocMemCache):
    def raise_to(self, key: str, number: int) -> None:
        if int(self.get(key) or 0) < number:
            self.set(key, number, timeout=None)


class FailoverCache(_RisingRedis):
    """Django's Redis cache that falls back to per-process memory for 5 s after a failed call.

    Nothing in the cache is truth, so a miss is always right; what is written meanwhile lives in this
    process only and is dropped when the server answers again. Django makes one such object a thread: what they
    know of the server, and the memory, is shared by all.
    """

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = KeptClient
        self._server = _servers.setdefault(server, _Server())
        self._memory = _RisingMemory(server, {**params, "OPTIONS": {"MAX_ENTRIES": 1000}})

    def _call(self, name: str, *args: Any, **kwargs: Any) -> Any:
        if self._server.may_be_asked():
            method: Callable[..., Any] = getattr(super(), name)
            try:
                result = method(*args, **kwargs)
            except (RedisError, OSError) as error:
                logger.warning("cache away, remembering in this process: %s", type(error).__name__)
                self._server.is_away()
            else:
                if self._server.away_until:
                    self._server.away_until = 0.0
                    self._memory.clear()
                return result
        fallback: Callable[..., Any] = getattr(self._memory, name)
        return fallback(*args, **kwargs)

    def raise_to(self, key: str, number: int) -> None:
        """Set a number that never expires, unless a higher one is there: of two writers, the later number stays."""
        self._call("raise_to", key, number)

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Set if absent."""
        return bool(self._call("add", key, value, timeout, version))

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """Value or default."""
        return self._call("get", key, default, version)

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        """Set."""
        self._call("set", key, value, timeout, version)

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Give a key more time."""
        return bool(self._call("touch", key, timeout, version))

    def delete(self, key: Any, version: int | None = None) -> bool:
        """Forget."""
        return bool(self._call("delete", key, version))

    def get_many(self, keys: Any, version: int | None = None) -> dict[Any, Any]:
        """Values of those keys that are there, in one round trip."""
        found: dict[Any, Any] = self._call("get_many", list(keys), version)
        return found

    def has_key(self, key: Any, version: int | None = None) -> bool:
        """Whether the key is there."""
        return bool(self._call("has_key", key, version))

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        """Add to a number that is there. Raises ValueError when it is not."""
        return int(self._call("incr", key, delta, version))

    def set_many(
        self, data: dict[Any, Any], timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> list[Any]:
        """Set several."""
        failed: list[Any] = self._call("set_many", data, timeout, version)
        return failed

    def delete_many(self, keys: Any, version: int | None = None) -> None:
        """Forget several."""
        self._call("delete_many", list(keys), version)

    def clear(self) -> None:
        """Forget all."""
        self._call("clear")
