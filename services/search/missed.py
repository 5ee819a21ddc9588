"""Counting what people looked for in vain: by words and language, and nothing else.

A GET changes no table: the count grows in Valkey, and `drain_missed` carries it to PostgreSQL every minute.
Were Valkey away, the count is lost and nobody notices.
"""

from __future__ import annotations

import logging
import re
from typing import Any, cast

from django.core.cache import cache
from django.db import connection, transaction
from django.utils import timezone
from redis.exceptions import RedisError, ResponseError

from common.text import words
from services.search import danger

logger = logging.getLogger(__name__)

WAITING = "missed-searches"
DRAINING = "missed-searches:draining"
LONGEST = 60  # characters; longer texts are stories, and stories have persons in them
MOST_WORDS = 8
MOST_TERMS = 5000  # waiting at once; a flood is dropped rather than kept
DIGITS = re.compile(r"\d")
MOST_DIGITS = 4  # a year or an amount may stand; telephone, IDNP and passport numbers may not
ADDRESS = re.compile(r"@|https?:|www\.", re.IGNORECASE)
LANGUAGES = ("ro", "ru", "en")


def term_of(text: str) -> str | None:
    """The words to count, or None where they might tell who asked, or that somebody is in danger."""
    if danger.topic_of(text) is not None:
        return None
    if ADDRESS.search(text) or len(DIGITS.findall(text)) > MOST_DIGITS:
        return None
    found = words(text, limit=MOST_WORDS + 1)
    term = " ".join(found)
    return term if found and len(found) <= MOST_WORDS and len(term) <= LONGEST else None


def _valkey() -> Any:
    return cast("Any", cache)._cache.get_client(None, write=True)


def record(text: str, language: str) -> None:
    """Count one search that found nothing exact."""
    term = term_of(text)
    if term is None or language not in LANGUAGES:
        return
    field = f"{language}|{term}"
    try:
        valkey = _valkey()
        if valkey.hlen(WAITING) < MOST_TERMS or valkey.hexists(WAITING, field):
            valkey.hincrby(WAITING, field, 1)
    except (RedisError, OSError) as error:
        logger.info("missed search not counted: %s", type(error).__name__)


def drain_missed() -> int:
    """Write the waiting counts to `MissedSearch` and return how many terms there were.

    A batch is set aside under its own name first, so that one left by a crash is taken up the next time.
    """
    try:
        valkey = _valkey()
        if not valkey.exists(DRAINING):
            try:
                valkey.rename(WAITING, DRAINING)
            except ResponseError:  # nothing waits
                return 0
        counts: dict[Any, Any] = valkey.hgetall(DRAINING)
        _write(counts)
        valkey.delete(DRAINING)
    except (RedisError, OSError) as error:
        logger.info("missed searches not drained: %s", type(error).__name__)
        return 0
    return len(counts)


@transaction.atomic
def _write(counts: dict[Any, Any]) -> None:
    today = timezone.localdate()
    rows = []
    for raw, count in sorted(counts.items()):
        field = raw.decode() if isinstance(raw, bytes) else str(raw)
        language, _, term = field.partition("|")
        rows.append((language, term, int(count), today))
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO services_missedsearch (language, term, count, last_on) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (language, term) DO UPDATE SET"
            " count = services_missedsearch.count + excluded.count, last_on = excluded.last_on",
            rows,
        )
