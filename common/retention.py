"""How long what is held about people is kept: the one place that says so. The privacy page shows these, tasks act by them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db import models, transaction

# After the end of a talk: who came, how to reach them, notes, free texts about it. Its time and kind stay.
BOOKINGS = dt.timedelta(days=180)
ORIGINS = dt.timedelta(days=7)  # after the end of a talk: from which address and network it was booked
WAITING = dt.timedelta(days=180)  # after a wish of the waiting list was made, unless it still waits
MESSAGES = dt.timedelta(days=180)  # after a message was written
ADDRESSES = dt.timedelta(days=30)  # addresses without an account to which nothing is due, and nobody agreed
PROVIDER_REPORTS = dt.timedelta(days=90)  # what mail providers and the SMS gateway reported of deliveries
MESSAGE_COUNTS = dt.timedelta(days=7)  # how many messages went where on a day, under a keyed hash
REPORTS = dt.timedelta(days=180)  # what a reader wrote of a mistake, after a curator settled it
SEARCHES = dt.timedelta(days=180)  # words that found nothing, after they were typed last
SUPPRESSIONS = dt.timedelta(days=730)  # addresses to which nothing may be sent
COPIES = dt.timedelta(hours=48)  # copies of one's data, ready to be downloaded
BACKUPS = dt.timedelta(days=30)  # KEEP_DAYS of backup/, whose default this is

BATCH = 1000  # rows a transaction: the first run after a period was shortened has many


def in_batches(rows: models.QuerySet[Any]) -> Iterator[list[Any]]:
    """Primary keys of rows that are still there, each batch inside a transaction of its own.

    The caller deletes or empties what it is given, so that the next batch is another.
    """
    while True:
        with transaction.atomic():
            batch = list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])
            if not batch:
                return
            yield batch


def delete_in_batches(rows: models.QuerySet[Any]) -> int:
    """Delete rows, with what goes along; how many of their own model."""
    label = rows.model._meta.label
    return sum(
        rows.model._default_manager.filter(pk__in=batch).delete()[1].get(label, 0)
        for batch in in_batches(rows)
    )
