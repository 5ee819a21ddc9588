"""A cache that may die: while Valkey is away, this process remembers for itself."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

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


class FailoverCache(RedisCache):
    """Django's Redis cache that falls back to per-process memory for 5 s after a failed call.

    Nothing in the cache is truth, so a miss is always right; what is written meanwhile lives in this
    process only and is dropped when the server answers again.
    """

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = KeptClient
        self._down_until = 0.0
        self._memory: BaseCache = LocMemCache(
            f"failover-{id(self)}", {**params, "OPTIONS": {"MAX_ENTRIES": 1000}}
        )

    def _call(self, name: str, *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() >= self._down_until:
            method: Callable[..., Any] = getattr(super(), name)
            try:
                result = method(*args, **kwargs)
            except (RedisError, OSError) as error:
                logger.warning("cache away, remembering in this process: %s", type(error).__name__)
                self._down_until = time.monotonic() + RETRY_AFTER
            else:
                if self._down_until:
                    self._down_until = 0.0
                    self._memory.clear()
                return result
        fallback: Callable[..., Any] = getattr(self._memory, name)
        return fallback(*args, **kwargs)

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
