"""Digests: one mail for a person and a period, made at the person's hour; nothing is made of nothing."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.models import User
from common.jobs import each
from notifications.actions.notifying import notify
from notifications.delivery.quiet import digest_due, next_digest, wall_clock, zone_of
from notifications.models import Delivery, Notification, Schedule
from notifications.rendering import DIGEST, absolute, subject_of

LONGEST_WAIT = dt.timedelta(days=30)  # a pause may be without an end
MOST = 50  # of the newest in one mail; the page has the rest
Digest = Delivery.Digest


def make_digests() -> int:
    """Make the digests whose hour has come; how many.

    `due_at` of what waits is when to look at it again: who has had today's digest is looked at tomorrow.
    """
    made = 0
    for digest in (Digest.DAILY, Digest.WEEKLY):
        waiting = Delivery.objects.filter(
            notification__user=OuterRef("pk"),
            status=Delivery.Status.PLANNED,
            digest=digest,
            due_at__lte=timezone.now(),
        )
        people = User.objects.filter(Exists(waiting)).select_related("message_schedule").order_by("pk")
        made += each(people.iterator(chunk_size=500), partial(_make_if_due, digest=digest))
    return made


def _make_if_due(person: User, *, digest: str) -> bool:
    day, is_made = _due(person, digest), False
    if day is not None:
        hour = wall_clock(day, _schedule(person).digest_at, zone_of(person.time_zone))
        is_made = make_digest(user=person, digest=digest, day=day, before=hour)
    _look_again_later(person, digest)
    return is_made


def _due(person: User, digest: str) -> dt.date | None:
    schedule = _schedule(person)
    now = timezone.now()
    if schedule.paused_until and schedule.paused_until > now:
        return None
    return digest_due(now, schedule.digest_at, zone_of(person.time_zone), weekday=_weekday(schedule, digest))


def _look_again_later(person: User, digest: str) -> None:
    schedule, now = _schedule(person), timezone.now()
    start = min(max(now, schedule.paused_until or now), now + LONGEST_WAIT)
    Delivery.objects.filter(
        notification__user=person, status=Delivery.Status.PLANNED, digest=digest, due_at__lte=now
    ).update(
        due_at=next_digest(
            start, schedule.digest_at, zone_of(person.time_zone), weekday=_weekday(schedule, digest)
        )
    )


def _schedule(person: User) -> Schedule:
    return getattr(person, "message_schedule", None) or Schedule()


def _weekday(schedule: Schedule, digest: str) -> int | None:
    return schedule.digest_weekday if digest == Digest.WEEKLY else None


@transaction.atomic
def make_digest(*, user: User, digest: str, day: dt.date, before: dt.datetime) -> bool:
    """Gather what waits since before a moment (UTC) into one notification; whether one was made.

    One a person and local day, whoever calls twice.
    """
    rows = list(
        Delivery.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(
            notification__user=user,
            status=Delivery.Status.PLANNED,
            digest=digest,
            created_at__lt=before,
            not_before__lt=before,
        )
        .select_related("notification")
        .order_by("-created_at")
    )
    key = f"digest:{digest}:{day.isoformat()}"
    if not rows or Notification.objects.filter(user=user, dedupe_key=key).exists():
        return False  # what came after today's digest waits for the next
    unread = [row for row in rows if not row.notification.read_at and not row.notification.deleted_at]
    skipped = [row.pk for row in rows if row not in unread]
    Delivery.objects.filter(pk__in=skipped).update(status=Delivery.Status.SKIPPED, reason="read already")
    if not unread:
        return False
    notify(kind=DIGEST, recipient=user, context=_context(user, digest, unread), dedupe_key=key)
    Delivery.objects.filter(pk__in=[row.pk for row in unread]).update(
        status=Delivery.Status.SENT, sent_at=timezone.now(), reason="in a digest"
    )
    return True


def _context(user: User, digest: str, rows: list[Delivery]) -> dict[str, Any]:
    items = [
        {
            "subject": subject_of(row.notification, user.language),
            "link": absolute(row.notification.url, user.language),
        }
        for row in rows[:MOST]
    ]
    return {"digest": digest, "items": items, "count": len(rows), "more": max(len(rows) - MOST, 0)}
