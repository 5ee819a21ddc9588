"""The version of what visitors see: truth in PostgreSQL, copy in the cache, part of every page-cache key."""

from __future__ import annotations

from django.core.cache import cache
from django.db import connection, transaction

from common.models import ContentVersion

NAME = "public"
CACHE_KEY = "content-version"


def bump() -> None:
    """Say that public content changed; call it last in an action's transaction.

    On commit the cache learns the new number, so the next reader gets a fresh page; were the cache away,
    `publish()` repeats it within half a minute.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO common_contentversion (name, number, changed_at) VALUES (%s, 2, now())"
            " ON CONFLICT (name) DO UPDATE SET number = common_contentversion.number + 1, changed_at = now()",
            [NAME],
        )
    transaction.on_commit(publish)


def publish() -> int:
    """Copy the number from PostgreSQL to the cache and return it."""
    row = ContentVersion.objects.filter(name=NAME).values_list("number", flat=True).first()
    number = 1 if row is None else row
    cache.set(CACHE_KEY, number, timeout=None)
    return number


def current() -> int:
    """The number in force; asks PostgreSQL only when the cache has forgotten it."""
    number = cache.get(CACHE_KEY)
    return publish() if number is None else int(number)
