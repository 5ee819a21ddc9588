"""The version of what visitors see: truth in PostgreSQL, copy in the cache, part of every page-cache key."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import get_language

from common.cache import pages
from common.models import ContentVersion

T = TypeVar("T")
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
    """Copy the number from PostgreSQL to the cache, unless a later one has come before, and return it."""
    row = ContentVersion.objects.filter(name=NAME).values_list("number", flat=True).first()
    number = 1 if row is None else row
    pages.raise_to(CACHE_KEY, number)
    return number


def start_over() -> None:
    """Let the cache forget the number: a database that came back from a backup may hold a lower one."""
    pages.delete(CACHE_KEY)


def current() -> int:
    """The number in force; asks PostgreSQL only when the cache has forgotten it."""
    number = pages.get(CACHE_KEY)
    return publish() if number is None else int(number)


_memories: list[Callable[[], None]] = []


def remembered(function: Callable[[], T]) -> Callable[[], T]:
    """Let a process keep what a function reads, by language, as long as the version is in force.

    For small data that many pages share; whoever gets it reads it only.
    """

    @lru_cache(maxsize=12)
    def kept(_language: str, _version: int) -> T:
        return function()

    @wraps(function)
    def inner() -> T:
        return kept(get_language() or settings.LANGUAGE_CODE, current())

    _memories.append(kept.cache_clear)
    return inner


def forget() -> None:
    """Forget all that this process keeps, as if it had just started."""
    for clear in _memories:
        clear()
