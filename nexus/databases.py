"""Settings of PostgreSQL and of the caches: where they are, and how long anyone waits for them."""

from __future__ import annotations

from typing import Any

from nexus.environment import Environment

# A network that was cut, or a machine that froze, is noticed after some 5 s, by the kernel; of a server that hangs on a
# machine that lives, the kernel knows nothing: common/postgresql watches over that.
POSTGRESQL_OPTIONS = {
    "connect_timeout": 3,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 5000,  # milliseconds
}


def databases(env: Environment) -> dict[str, Any]:
    """DATABASES. Timeouts of statements live on the role (`manage.py prepare_database`)."""
    found = env.postgres("DATABASE_URL")
    found |= {"ENGINE": "common.postgresql", "ATOMIC_REQUESTS": False}
    found |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    found["OPTIONS"] = POSTGRESQL_OPTIONS | found.get("OPTIONS", {})
    return {"default": found}


def caches(env: Environment) -> dict[str, Any]:
    """CACHES: counters of limits, used proofs and the like; kept pages apart, whose number has no bound.

    A server that is full throws out what has a life, so pages get one of their own where PAGES_REDIS_URL names it.
    """
    pages = "PAGES_REDIS_URL" if env.text("PAGES_REDIS_URL", "") else "REDIS_URL"
    return {"default": _cache(env.redis("REDIS_URL", 1)), "pages": _cache(env.redis(pages, 2))}


def _cache(location: str) -> dict[str, Any]:
    return {
        "BACKEND": "common.cache.FailoverCache",  # per-process memory for 5 s when Valkey is away
        "LOCATION": location,
        "KEY_PREFIX": "nexus",
        "TIMEOUT": 300,
        "OPTIONS": {"socket_timeout": 0.8, "socket_connect_timeout": 0.5},
    }
