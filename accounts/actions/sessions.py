"""Sessions that are over: browsers' own, and the list of devices that accounts show."""

from __future__ import annotations

import datetime as dt

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef
from django.utils import timezone

from common.retention import delete_in_batches


def forget_old_sessions(*, now: dt.datetime | None = None) -> int:
    """Delete sessions whose time is over, and devices without a session, whose address and browser would stay; how many."""
    over = Session.objects.filter(expire_date__lt=now or timezone.now())
    living = Session.objects.filter(session_key=OuterRef("session_key"))
    return delete_in_batches(over) + delete_in_batches(UserSession.objects.filter(~Exists(living)))
