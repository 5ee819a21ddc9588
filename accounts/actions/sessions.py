"""Sessions that are over: browsers' own, and the list of devices that accounts show."""

from __future__ import annotations

import datetime as dt
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

BATCH = 1000  # rows a statement


def forget_old_sessions(*, now: dt.datetime | None = None) -> int:
    """Delete sessions whose time is over, and devices without a session, whose address and browser would stay; how many."""
    over = Session.objects.filter(expire_date__lt=now or timezone.now())
    living = Session.objects.filter(session_key=OuterRef("session_key"))
    return _delete(over) + _delete(UserSession.objects.filter(~Exists(living)))


def _delete(rows: QuerySet[Any]) -> int:
    """Delete rows, some at a time, so that nobody waits for the lock of them all."""
    deleted = 0
    while keys := list(rows.values_list("pk", flat=True)[:BATCH]):
        deleted += rows.model._default_manager.filter(pk__in=keys).delete()[0]
    return deleted
